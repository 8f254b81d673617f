import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Anchor, Id, Note } from '@/api/types';
import { cutSearch } from '@/lib/search-text';

/** Every cached answer that may hold a note. */
export const noteKeys = [['notes', 'list']];
export const noteCounts = [['notes', 'count']];

/** Bytes of one file, and of one text. */
export const FILE_MAX = 25 * 1024 * 1024;
export const BODY_MAX = 100_000;
export const FILES_MAX = 20;

const PAGE = 30;

/** The notes about a record: pinned ones first, then the newest. */
export function notesOfQuery({ kind, id }: Anchor, q: string) {
  return infiniteQueryOptions({
    queryKey: ['notes', 'list', kind, id, q],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/notes', {
          params: {
            query: {
              anchor: `${kind}:${id}`,
              limit: PAGE,
              ...(q === '' ? {} : { q: cutSearch(q) }),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 15_000,
  });
}

/** Notes about whatever record, the newest first. */
export function feedQuery(filter: object | null, q: string) {
  return infiniteQueryOptions({
    queryKey: ['notes', 'list', 'all', filter, q],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/notes', {
          params: {
            query: {
              limit: PAGE,
              ...(filter === null ? {} : { filter: JSON.stringify(filter) }),
              ...(q === '' ? {} : { q: cutSearch(q) }),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 15_000,
  });
}

export function noteQuery(id: Id) {
  return queryOptions({
    queryKey: ['notes', 'list', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/notes/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

export function revisionsQuery(id: Id, version: number) {
  return infiniteQueryOptions({
    queryKey: ['notes', 'revisions', id, version],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/notes/{id}/revisions', {
          params: { path: { id }, query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 60_000,
  });
}

const lists = { customer: 'customers', company: 'companies', deal: 'deals' } as const;

/** Lists, counts and timelines that a note which came, went or moved has made old. */
export function readNotesAgain(queryClient: QueryClient, note: Pick<Note, 'anchor'>) {
  void queryClient.invalidateQueries({ queryKey: ['notes', 'list'] });
  void queryClient.invalidateQueries({ queryKey: ['notes', 'count'] });
  void queryClient.invalidateQueries({ queryKey: [lists[note.anchor.kind], 'activity', note.anchor.id] });
}
