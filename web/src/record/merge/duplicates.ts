import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, ifMatch, unwrap } from '@/api/client';
import type { Decision, DuplicatePair, PairState } from '@/api/types';

/** Whom a customer may be too, the likeliest first. */
export function duplicatesOf(id: string) {
  return queryOptions({
    queryKey: ['duplicates', 'of', id],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/customers/{id}/duplicates', {
          params: { path: { id }, query: { limit: 10 } },
          signal,
        }),
      ),
    staleTime: 15_000,
  });
}

/** The pairs in a state, page by page; with `customerId` only those that this customer is one of. */
export function pairsQuery(state: PairState, customerId: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['duplicates', 'page', state, customerId ?? null],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/duplicates', {
          params: {
            query: {
              state,
              limit: 50,
              ...(customerId ? { customerId } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 5_000,
  });
}

/** How many pairs there are in each state; with `customerId` of those that this customer is one of. */
export function pairCountsQuery(customerId: string | undefined) {
  return queryOptions({
    queryKey: ['duplicates', 'counts', customerId ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/duplicates/counts', { params: { query: customerId ? { customerId } : {} }, signal }),
      ),
    staleTime: 5_000,
  });
}

/** Refused when somebody else has decided since the pair was read. */
export function sendDecision(pair: DuplicatePair, decision: Decision): Promise<DuplicatePair> {
  const asked = { params: { path: { id: pair.id } }, headers: ifMatch(pair.version), body: { decision } };
  return unwrap(client.POST('/duplicates/{id}/decide', asked));
}
