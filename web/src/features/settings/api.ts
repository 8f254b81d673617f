import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { bootstrapQuery } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import type { Bootstrap } from '@/api/types';

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => unwrap(client.GET('/me/sessions', { signal })),
  select: (page) => page.items,
});

export const apiKeysQuery = queryOptions({
  queryKey: ['apiKeys'],
  queryFn: ({ signal }) => unwrap(client.GET('/api-keys', { params: { query: { limit: 200 } }, signal })),
  select: (page) => page.items,
});

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ signal, pageParam }) =>
    unwrap(client.GET('/audit', { params: { query: { limit: 50, cursor: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
  select: ({ pages }) => pages.flatMap(({ items }) => items),
});

/** Writes a saved answer into the workspace data, so that names change everywhere at once. */
export function useUpdateBootstrap() {
  const queryClient = useQueryClient();
  const { queryKey } = bootstrapQuery;
  return async (change: (bootstrap: Bootstrap) => Bootstrap) => {
    // A read under way may have left before the change: its answer would put the old words back.
    const reading = queryClient.isFetching({ queryKey }) > 0;
    await queryClient.cancelQueries({ queryKey });
    queryClient.setQueryData(queryKey, (known) => (known ? change(known) : known));
    if (reading) void queryClient.invalidateQueries({ queryKey });
  };
}
