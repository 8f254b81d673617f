import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Count, Customer, Page } from '@/api/types';
import type { ListView } from '@/grid/use-list';
import { countBody, pageBody } from '@/record/list-requests';

/** Every cached answer that may hold a customer. */
export const customerKeys = [
  ['customers', 'page'],
  ['customers', 'one'],
  ['companies', 'people'],
];
export const customerCounts = [['customers', 'count']];
export const DEFAULT_SORT = '-lastActivityAt';
/** Fields to sort by that every customer has. */
export const SURE_FIELDS = ['fullName', 'createdAt', 'updatedAt', 'lastActivityAt'];

export function fetchCustomers(
  view: ListView,
  cursor: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<Page<Customer>> {
  return unwrap(
    client.POST('/customers/query', {
      body: pageBody(view, DEFAULT_SORT, cursor, limit),
      signal,
    }),
  );
}

export function countCustomers(view: ListView, exact: boolean, signal: AbortSignal): Promise<Count> {
  return unwrap(client.POST('/customers/count', { body: countBody(view, exact), signal }));
}

export function customerQuery(id: string) {
  return queryOptions({
    queryKey: ['customers', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/customers/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

/** The living customer that has an address, or none: asked while a new one is typed in. */
export function holderQuery(channel: string, value: string) {
  return queryOptions({
    queryKey: ['customers', 'holder', channel, value],
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        client.POST('/customers/query', {
          body: { filter: { field: channel, op: 'eq', value }, limit: 1 },
          signal,
        }),
      );
      return page.items[0] ?? null;
    },
    staleTime: 30_000,
  });
}
