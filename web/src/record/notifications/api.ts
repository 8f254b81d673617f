import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';

/** How long news may wait to be seen by somebody who stays on one page. */
const EVERY_MS = 60_000;

export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'count'],
  queryFn: ({ signal }) => unwrap(client.GET('/notifications/count', { signal })),
  staleTime: 15_000,
  refetchInterval: EVERY_MS,
});

export function notificationsQuery(unread: boolean) {
  return infiniteQueryOptions({
    queryKey: ['notifications', 'list', unread],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/notifications', {
          params: {
            query: { limit: 30, ...(unread ? { unread } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 5_000,
  });
}

/** Own tasks whose time has come or comes within a day: the first ones, and how many there are. */
export const dueQuery = queryOptions({
  queryKey: ['tasks', 'of', 'due'],
  queryFn: ({ signal }) =>
    unwrap(
      client.POST('/tasks/query', {
        body: {
          filter: {
            and: [
              { field: 'completedAt', op: 'empty' },
              { field: 'assigneeId', op: 'eq', value: 'me' },
              { field: 'dueAt', op: 'before', value: '+1d' },
            ],
          },
          sort: 'dueAt',
          limit: 5,
        },
        signal,
      }),
    ),
  staleTime: 15_000,
  refetchInterval: EVERY_MS,
});
