import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';

/** The whole library: it is bounded, and filtered here. */
export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/tags', { signal }))).items,
  staleTime: 10_000,
});
