import { expect, it } from 'vitest';
import type { Filter } from '@/api/types';
import { countChoices } from './count-choices';

it('counts each value, with or without what the filter says of the field itself', async () => {
  const asked: Array<Filter | undefined> = [];
  const count = async ({ filter }: { filter: Filter | undefined }) => {
    asked.push(filter);
    return { count: asked.length % 2, exact: true };
  };
  const status: Filter = { field: 'status', op: 'in', value: ['done'] };
  const mine: Filter = { field: 'assigneeId', op: 'eq', value: 'me' };
  const view = { filter: { and: [mine, status] }, q: '', sort: '' };
  const { signal } = new AbortController();
  const facet = await countChoices(['pending', 'done'], count, view, 'status', signal);
  expect(facet).toEqual({
    field: 'status',
    values: [{ value: 'pending', count: 1 }],
    more: false,
    exact: true,
  });
  expect(asked[0]).toEqual({ and: [{ and: [mine] }, { field: 'status', op: 'eq', value: 'pending' }] });
  await countChoices(['pending'], count, view, 'status', signal, true);
  expect(asked[2]).toEqual({ and: [view.filter, { field: 'status', op: 'eq', value: 'pending' }] });
});
