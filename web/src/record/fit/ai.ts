import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';

/** The endpoints with language models; only for admins. */
export const aiProvidersQuery = queryOptions({
  queryKey: ['aiProviders'],
  queryFn: ({ signal }) => unwrap(client.GET('/ai/providers', { signal })),
  select: ({ items }) => items,
});
