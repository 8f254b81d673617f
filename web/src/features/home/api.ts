import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Filter, Id, ReportQuery } from '@/api/types';

export const customerCountQuery = (filter?: Filter) =>
  queryOptions({
    queryKey: ['customers', 'count', filter ?? null],
    queryFn: ({ signal }) => unwrap(client.POST('/customers/count', { body: { filter }, signal })),
  });

/** Any key at all; members may not ask, and have no such step. */
export const anyApiKeyQuery = queryOptions({
  queryKey: ['apiKeys', 'any'],
  queryFn: async ({ signal }) => {
    const page = await unwrap(client.GET('/api-keys', { params: { query: { limit: 1 } }, signal }));
    return page.items.length > 0;
  },
});

export const dashboardsQuery = queryOptions({
  queryKey: ['dashboards'],
  queryFn: ({ signal }) => unwrap(client.GET('/dashboards', { signal })),
});

/** Numbers are read anew whenever somebody comes back to them. */
const FRESH = 15_000;

export const reportQuery = (query: ReportQuery) =>
  queryOptions({
    queryKey: ['reports', query],
    queryFn: ({ signal }) => unwrap(client.POST('/reports/query', { body: query, signal })),
    staleTime: FRESH,
  });

export const feedQuery = (by: Id | undefined) =>
  queryOptions({
    queryKey: ['reports', 'feed', by ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/activity', {
          params: { query: { limit: '20', ...(by ? { by } : {}) } as never },
          signal,
        }),
      ),
    staleTime: FRESH,
  });

/** The first cards of every stage, for the deals of a report. */
export const cardsQuery = (pipelineId: Id | undefined, filter: string) =>
  queryOptions({
    queryKey: ['reports', 'cards', pipelineId ?? null, filter],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/deals/board', {
          params: { query: { filter, limit: 4, ...(pipelineId ? { pipelineId } : {}) } },
          signal,
        }),
      ),
    staleTime: FRESH,
  });
