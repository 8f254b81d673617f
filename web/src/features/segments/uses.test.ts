import { expect, test } from 'vitest';
import type { Segment } from '@/api/types';
import { usesOf } from './uses';

const segment = (id: string, rule: Segment['rule']) => ({ id, name: id.toUpperCase(), rule }) as Segment;
const has = (...value: string[]) => ({ field: 'segments', op: 'has_any', value });

test('a segment is used by rules and views that name it, each once', () => {
  const uses = usesOf(
    [
      segment('a', null),
      segment('b', { and: [has('a'), { not: { or: [has('a', 'c')] } }] }),
      segment('c', { and: [{ field: 'tags', op: 'has_any', value: ['a'] }] }),
    ],
    [{ id: 'v', name: 'View', filter: has('a') }],
  );
  expect(uses.get('a')).toEqual([
    { record: 'segment', id: 'b', name: 'B' },
    { record: 'view', id: 'v', name: 'View' },
  ]);
  expect(uses.get('c')).toEqual([{ record: 'segment', id: 'b', name: 'B' }]);
  expect(uses.get('b')).toBeUndefined();
});
