import { client, unwrap } from '@/api/client';
import type { Count, Facet, Filter, Page, Task } from '@/api/types';
import type { ListView } from '@/grid/use-list';
import { countChoices } from '@/record/count-choices';
import { countBody, pageBody } from '@/record/list-requests';
import { statuses } from '@/record/tasks/api';

export const DEFAULT_SORT = 'dueAt';
/** Fields to sort by that every task has. */
export const SURE_FIELDS = ['subject', 'createdAt', 'updatedAt'];

export const shows = ['my', 'pool', 'overdue', 'today', 'all'] as const;
export type Show = (typeof shows)[number];

/** The day after today in a time zone, whose first instant is the end of today. */
export function tomorrowIn(zone: string, now: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(now);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return new Date(Date.UTC(part('year'), part('month') - 1, part('day') + 1)).toISOString().slice(0, 10);
}

/** Which tasks one of the usual choices shows; undefined for all of them. The same as the server counts. */
export function filterOf(show: Show, zone: string, now: number): Filter | undefined {
  const open: Filter = { field: 'completedAt', op: 'empty' };
  const mine: Filter = { field: 'assigneeId', op: 'eq', value: 'me' };
  switch (show) {
    case 'my':
      return { and: [open, mine] };
    case 'pool':
      return { and: [open, { field: 'assigneeId', op: 'empty' }] };
    case 'overdue':
      return { and: [open, mine, { field: 'dueAt', op: 'before', value: '+0d' }] };
    case 'today':
      return { and: [open, mine, { field: 'dueAt', op: 'before', value: tomorrowIn(zone, now) }] };
    case 'all':
      return undefined;
  }
}

export function fetchTasks(
  view: ListView,
  cursor: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<Page<Task>> {
  return unwrap(client.POST('/tasks/query', { body: pageBody(view, DEFAULT_SORT, cursor, limit), signal }));
}

export function countTasks(view: ListView, exact: boolean, signal: AbortSignal): Promise<Count> {
  return unwrap(client.POST('/tasks/count', { body: countBody(view, exact), signal }));
}

/** How many tasks of a list have each status; no other field is counted. */
export function fetchStatusFacet(view: ListView, ...asked: [string, AbortSignal, boolean?]): Promise<Facet> {
  return countChoices(statuses, countTasks, view, ...asked);
}
