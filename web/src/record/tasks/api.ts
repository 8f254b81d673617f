import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Anchor, Id, Task } from '@/api/types';

/** Every cached answer that may hold a task. */
export const taskKeys = [
  ['tasks', 'page'],
  ['tasks', 'one'],
  ['tasks', 'of'],
];
/** What is counted of tasks. */
export const taskCounts = [
  ['tasks', 'count'],
  ['tasks', 'waiting'],
];
export const statuses = ['pending', 'in_progress', 'done', 'canceled'] as const;

/** There is nothing left to do. */
export function isClosed(task: Pick<Task, 'status'>): boolean {
  return task.status === 'done' || task.status === 'canceled';
}

/** It should have been done by now. */
export function isOverdue(task: Pick<Task, 'status' | 'dueAt'>, now: number): boolean {
  return !isClosed(task) && task.dueAt !== null && Date.parse(task.dueAt) < now;
}

export function taskQuery(id: Id) {
  return queryOptions({
    queryKey: ['tasks', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/tasks/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

/** How many tasks wait for the person, and in the pool. */
export const waitingQuery = queryOptions({
  queryKey: ['tasks', 'waiting'],
  queryFn: ({ signal }) => unwrap(client.GET('/tasks/counts', { signal })),
  staleTime: 30_000,
});

/** The tasks about a record: the first hundred by when they are due. */
export function tasksOfQuery({ kind, id }: Anchor) {
  return queryOptions({
    queryKey: ['tasks', 'of', kind, id],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/tasks', { params: { query: { anchor: `${kind}:${id}`, limit: 100 } }, signal })),
    staleTime: 15_000,
  });
}
