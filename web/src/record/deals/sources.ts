import { useMemo } from 'react';
import { client, unwrap } from '@/api/client';
import type { PickOption } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { cutSearch } from '@/lib/search-text';

const asked = (query: string) => (query === '' ? {} : { q: cutSearch(query) });

/** Customers, by name or address. */
export const customerSource = {
  name: 'customers',
  search: async (query: string, signal: AbortSignal): Promise<PickOption[]> => {
    const page = await unwrap(
      client.GET('/customers', { params: { query: { limit: 50, ...asked(query) } }, signal }),
    );
    return page.items.map((customer) => ({
      id: customer.id,
      label: customer.fullName,
      hint: customer.company?.name ?? customer.contacts[0]?.value,
    }));
  },
};

/** Products that are not archived, with their price. */
export function useProductSource() {
  const format = useFormat();
  return useMemo(
    () => ({
      name: `products.${format.locale}`,
      search: async (query: string, signal: AbortSignal): Promise<PickOption[]> => {
        const page = await unwrap(
          client.GET('/products', {
            params: { query: { limit: 50, sort: 'name', ...asked(query) } },
            signal,
          }),
        );
        return page.items.map(({ id, name, price, currency }) => ({
          id,
          label: name,
          ...(price === null || currency === null ? {} : { hint: format.money(price, currency) }),
        }));
      },
    }),
    [format],
  );
}

/** Deals, by their name or whom they are with. */
export const dealSource = {
  name: 'deals',
  search: async (query: string, signal: AbortSignal): Promise<PickOption[]> => {
    const page = await unwrap(
      client.GET('/deals', { params: { query: { limit: 50, ...asked(query) } }, signal }),
    );
    return page.items.map((deal) => ({
      id: deal.id,
      label: deal.name,
      hint: deal.company?.name ?? deal.customer?.name,
    }));
  },
};
