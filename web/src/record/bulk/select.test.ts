import { expect, test } from 'vitest';
import { NOTHING, selectAllMatching, setSelected } from '@/grid/selection';
import { NAMED_MAX, selectOf, tooManyNamed } from './select';

test('single rows go as ids', () => {
  expect(selectOf(setSelected(NOTHING, ['a', 'b'], true))).toEqual({ ids: ['a', 'b'] });
});

test('all matching go as the filter, the search and the exceptions', () => {
  const filter = { field: 'country', op: 'eq', value: 'DE' };
  const all = selectAllMatching({ filter, q: 'anna' });
  expect(selectOf(all)).toEqual({ filter, q: 'anna' });
  expect(selectOf(setSelected(all, ['a'], false))).toEqual({ filter, q: 'anna', except: ['a'] });
});

test('everybody is said expressly', () => {
  expect(selectOf(selectAllMatching({ filter: null, q: '' }))).toEqual({ filter: { and: [] } });
  expect(selectOf(selectAllMatching({ filter: null, q: 'x' }))).toEqual({ filter: { and: [] }, q: 'x' });
});

test('a request names so many and no more', () => {
  const ids = Array.from({ length: NAMED_MAX + 1 }, (_, index) => String(index));
  expect(tooManyNamed(setSelected(NOTHING, ids, true))).toBe(true);
  expect(tooManyNamed(setSelected(NOTHING, ids.slice(1), true))).toBe(false);
  expect(tooManyNamed(setSelected(selectAllMatching({ filter: null, q: '' }), ids, false))).toBe(true);
});
