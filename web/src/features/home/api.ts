import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Filter } from '@/api/types';

export const customerCountQuery = (filter?: Filter) =>
  queryOptions({
    queryKey: ['customers', 'count', filter ?? null],
    queryFn: ({ signal }) => unwrap(client.POST('/customers/count', { body: { filter }, signal })),
  });

export const companyCountQuery = queryOptions({
  queryKey: ['companies', 'count', null],
  queryFn: ({ signal }) => unwrap(client.POST('/companies/count', { body: {}, signal })),
});

/** The customers with the newest events, as the start of the working day. */
export const recentCustomersQuery = queryOptions({
  queryKey: ['customers', 'recent'],
  queryFn: ({ signal }) =>
    unwrap(client.GET('/customers', { params: { query: { sort: '-lastActivityAt', limit: 8 } }, signal })),
});

/** Any key at all; members may not ask, and have no such step. */
export const anyApiKeyQuery = queryOptions({
  queryKey: ['apiKeys', 'any'],
  queryFn: async ({ signal }) => {
    const page = await unwrap(client.GET('/api-keys', { params: { query: { limit: 1 } }, signal }));
    return page.items.length > 0;
  },
});
