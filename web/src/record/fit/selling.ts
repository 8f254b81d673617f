import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '@/api/client';
import type { Id } from '@/api/types';
import { readKept, writeKept } from '../list-place';

const KEPT = 'leads.product';

/** Products that customers are scored for. */
const sellingQuery = queryOptions({
  queryKey: ['products', 'selling'],
  queryFn: ({ signal }) =>
    unwrap(
      client.POST('/products/query', {
        body: { filter: { field: 'status', op: 'eq', value: 'active' }, sort: 'name', limit: 200 },
        signal,
      }),
    ),
  staleTime: 60_000,
});

/** The product of the address, or the one that this browser chose last, or the first. */
export function useChosenProduct(asked: Id | undefined) {
  const query = useQuery(sellingQuery);
  const products = query.data?.items ?? [];
  const [kept] = useState(() => readKept(KEPT));
  const product =
    products.find(({ id }) => id === asked) ?? products.find(({ id }) => id === kept) ?? products[0];
  return { query, products, product, keep: (id: Id) => writeKept(KEPT, id) };
}
