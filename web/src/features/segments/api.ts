import { queryOptions } from '@tanstack/react-query';
import { client, ifMatch, unwrap } from '@/api/client';
import type { Id, Job, Segment } from '@/api/types';

const living = { field: 'archived', op: 'is', value: false };
const archived = { field: 'archived', op: 'is', value: true };

/** All of them, archived ones too: they are bounded, and filtered here. */
export const segmentsQuery = queryOptions({
  queryKey: ['segments', 'list'],
  queryFn: async ({ signal }) => {
    const items: Segment[] = [];
    for (let cursor: string | null = null, pages = 0; pages < 20; pages += 1) {
      const body = { filter: { or: [living, archived] }, limit: 200, ...(cursor === null ? {} : { cursor }) };
      const page: { items: Segment[]; nextCursor: string | null } = await unwrap(
        client.POST('/segments/query', { body, signal }),
      );
      items.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    return items;
  },
  staleTime: 10_000,
});

export function usesQuery(id: Id) {
  return queryOptions({
    queryKey: ['segments', 'uses', id],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/segments/{id}/used-by', { params: { path: { id } }, signal }))).items,
    staleTime: 10_000,
  });
}

/** A job; asked for again until it has ended. */
export function jobQuery(id: Id | null) {
  return queryOptions({
    queryKey: ['jobs', id],
    queryFn: ({ signal }): Promise<Job> =>
      unwrap(client.GET('/jobs/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.finishedAt ? false : 700),
    retry: false,
  });
}

export function setArchived(segment: Segment, away: boolean) {
  return unwrap(
    client.POST(away ? '/segments/{id}/archive' : '/segments/{id}/restore', {
      params: { path: { id: segment.id } },
      headers: ifMatch(segment.version),
    }),
  );
}
