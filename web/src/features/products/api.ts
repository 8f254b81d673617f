import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Count, Page, Product } from '@/api/types';
import type { ListView } from '@/grid/use-list';
import { countBody, pageBody } from '@/record/list-requests';

/** Every cached answer that may hold a product. */
export const productKeys = [
  ['products', 'page'],
  ['products', 'one'],
];
export const productCounts = [['products', 'count']];
export const DEFAULT_SORT = 'name';
/** Fields to sort by that every product has. */
export const SURE_FIELDS = ['name', 'createdAt', 'updatedAt'];

export function fetchProducts(
  view: ListView,
  cursor: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<Page<Product>> {
  return unwrap(
    client.POST('/products/query', { body: pageBody(view, DEFAULT_SORT, cursor, limit), signal }),
  );
}

export function countProducts(view: ListView, exact: boolean, signal: AbortSignal): Promise<Count> {
  return unwrap(client.POST('/products/count', { body: countBody(view, exact), signal }));
}

export function productQuery(id: string) {
  return queryOptions({
    queryKey: ['products', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/products/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}
