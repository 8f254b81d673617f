import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Channel, Count, Customer, Id, Page } from '@/api/types';
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

/** Who has an address already; asked while it is typed. */
export function holderQuery(channel: Channel, value: string) {
  return queryOptions({
    queryKey: ['customers', 'holder', channel, value],
    queryFn: async ({ signal }): Promise<{ id: Id; name: string } | null> => {
      if (channel === 'email') {
        const filter = { field: channel, op: 'eq', value };
        const page = await unwrap(client.POST('/customers/query', { body: { filter, limit: 1 }, signal }));
        const [holder] = page.items;
        return holder === undefined ? null : { id: holder.id, name: holder.fullName };
      }
      // Numbers and profiles are written in many ways; the search knows them all.
      const query = { q: value, limit: 5 };
      const { items } = await unwrap(client.GET('/search', { params: { query }, signal }));
      const holder = items.find(
        ({ kind, rank, match }) => kind === 'customer' && rank === 'whole_address' && match.field === channel,
      );
      return holder === undefined ? null : { id: holder.id, name: holder.title };
    },
    staleTime: 30_000,
  });
}

/** Whether a typed text is enough of an address to ask who has it. */
export function isAddress(channel: Channel, text: string): boolean {
  switch (channel) {
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
    case 'phone':
      return text.replace(/\D/g, '').length >= 7;
    case 'linkedin':
      return /\/in\/[^/]{3,}/.test(text);
    case 'telegram':
      return /[@/][a-z0-9_]{5,}$/.test(text);
  }
}
