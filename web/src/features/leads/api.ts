import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Fit, Id, Lead, Leads } from '@/api/types';
import type { LeadsParams } from './params';

const PAGE = 50;

export function leadsQuery(productId: Id, { q, bucket, owner }: LeadsParams) {
  return infiniteQueryOptions({
    queryKey: ['leads', productId, q ?? '', bucket ?? '', owner ?? ''],
    queryFn: ({ pageParam, signal }): Promise<Leads> =>
      unwrap(
        client.GET('/leads', {
          params: {
            query: {
              productId,
              limit: PAGE,
              ...(q === undefined ? {} : { q }),
              ...(bucket === undefined ? {} : { bucket }),
              ...(owner === undefined ? {} : { ownerId: owner }),
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 30_000,
  });
}

/** How many customers have no fit to a product. */
export function unscoredQuery(productId: Id) {
  return queryOptions({
    queryKey: ['customers', 'unscored', productId],
    queryFn: ({ signal }) =>
      unwrap(
        client.POST('/customers/count', {
          body: { filter: { fit: productId, op: 'empty' }, exact: false },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
}

/** All that was ever said of a customer by the criteria of a product, the newest first. */
export function historyQuery(customerId: Id, productId: Id) {
  return queryOptions({
    queryKey: ['fit history', customerId, productId],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/customers/{id}/fit/history', {
          params: { path: { id: customerId }, query: { productId, limit: 200 } },
          signal,
        }),
      ),
    staleTime: 30_000,
  });
}

/** The fit to one product as it is now. */
export async function readFit(customerId: Id, productId: Id): Promise<Fit | undefined> {
  const fits = await unwrap(client.GET('/customers/{id}/fit', { params: { path: { id: customerId } } }));
  return fits.find((fit) => fit.productId === productId);
}

/**
 * Puts a new fit into every ranking that is on the screen. The places stay until the list is read anew: who works along
 * it finds the next lead where it stood.
 */
export function putFit(queryClient: QueryClient, customerId: Id, fit: Fit) {
  queryClient.setQueriesData<InfiniteData<Leads>>({ queryKey: ['leads', fit.productId] }, (data) =>
    data === undefined
      ? data
      : {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            items: page.items.map(
              (lead): Lead => (lead.customer.id === customerId ? { ...lead, fit } : lead),
            ),
          })),
        },
  );
  void queryClient.invalidateQueries({ queryKey: ['fit history', customerId, fit.productId] });
}
