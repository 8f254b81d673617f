import { expect, test } from 'vitest';
import type { Widget } from '@/api/types';
import { draftOf, fieldsOf, isWhole, queryOf, withKind, withSource } from './draft';

test('a widget that is opened and closed asks the same', () => {
  const filter = { field: 'stage', op: 'eq', value: 'won' };
  const query = {
    source: 'deal',
    measure: 'amount',
    compare: true,
    by: 'month',
    on: 'closedAt',
    range: 'last_12_months',
    owner: 'me',
    filter,
  } as const;
  const widget: Widget = { id: 'a', kind: 'series', width: 6, height: 2, query };
  expect(queryOf(draftOf(widget, ''), filter)).toEqual(query);
  const days: Widget = {
    id: 'a',
    kind: 'counts',
    width: 3,
    height: 1,
    query: { source: 'task', range: '2026-01-01..2026-02-01' },
  };
  expect(queryOf(draftOf(days, ''), undefined)).toMatchObject({
    range: '2026-01-01..2026-02-01',
    on: 'dueAt',
  });
});

test('another kind takes what goes with it', () => {
  const begun = draftOf(null, '');
  const funnel = withKind(begun, 'funnel');
  expect(queryOf(funnel, undefined)).toMatchObject({ source: 'deal', by: 'stageId', compare: false });
  expect(queryOf(withKind(begun, 'feed'), undefined)).toBeNull();
  expect(withKind({ ...begun, range: 'all' }, 'series').range).toBe('last_90_days');
  const people = withSource({ ...funnel, measure: 'amount', pipelineId: 'p' }, 'customer');
  expect([people.measure, people.pipelineId, people.field]).toEqual(['count', null, 'source']);
  expect(isWhole({ ...begun, range: 'days', from: '2026-02-01', to: '2026-01-01' })).toBe(false);
  expect(fieldsOf('task', [])).toContain('status');
});
