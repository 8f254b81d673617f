import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Company, Count, Page } from '@/api/types';
import type { ListView } from '@/grid/use-list';
import { countBody, pageBody } from '@/record/list-requests';

/** Every cached answer that may hold a company. */
export const companyKeys = [
  ['companies', 'page'],
  ['companies', 'one'],
  ['companies', 'children'],
];
export const companyCounts = [['companies', 'count']];
export const DEFAULT_SORT = 'name';
/** Fields to sort by that every company has. */
export const SURE_FIELDS = ['name', 'createdAt', 'updatedAt'];

export function fetchCompanies(
  view: ListView,
  cursor: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<Page<Company>> {
  return unwrap(
    client.POST('/companies/query', {
      body: pageBody(view, DEFAULT_SORT, cursor, limit),
      signal,
    }),
  );
}

export function countCompanies(view: ListView, exact: boolean, signal: AbortSignal): Promise<Count> {
  return unwrap(client.POST('/companies/count', { body: countBody(view, exact), signal }));
}

export function companyQuery(id: string) {
  return queryOptions({
    queryKey: ['companies', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/companies/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

/** Companies whose parent this one is; the first hundred by name. */
export function childrenQuery(id: string) {
  return queryOptions({
    queryKey: ['companies', 'children', id],
    queryFn: ({ signal }) =>
      unwrap(
        client.POST('/companies/query', {
          body: { filter: { field: 'parentId', op: 'eq', value: id }, sort: 'name', limit: 100 },
          signal,
        }),
      ),
    staleTime: 15_000,
  });
}

/** People of a company, page by page. */
export function peopleQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['companies', 'people', id],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/companies/{id}/customers', {
          params: { path: { id }, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 15_000,
  });
}

/** What is known of a domain: the company that has it, and people who could be linked. */
export function matchQuery(domain: string) {
  return queryOptions({
    queryKey: ['companies', 'match', domain],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/companies/match', { params: { query: { domain } }, signal })),
    staleTime: 15_000,
    retry: false,
  });
}
