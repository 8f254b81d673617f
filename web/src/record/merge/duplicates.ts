import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, ifMatch, unwrap } from '@/api/client';
import type { Decision, DuplicatePair, Page, PairCounts, PairState } from '@/api/types';
import type { MergeRecord } from './choices';

/** Pairs of which records, and of which one only. */
export interface PairSubject {
  readonly record: MergeRecord;
  readonly of: string | undefined;
}

function asked({ record, of }: PairSubject) {
  if (of === undefined) return { record };
  return record === 'customer' ? { record, customerId: of } : { record, companyId: of };
}

/** One of a pair. */
export interface Paired {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string | null;
}

/** The two of a pair, whatever they are. */
export function bothOf({ customers, companies }: DuplicatePair): Paired[] {
  return [
    ...customers.map(({ id, fullName, claimedById }) => ({ id, name: fullName, ownerId: claimedById })),
    ...companies.map(({ id, name, ownerId }) => ({ id, name, ownerId })),
  ];
}

/** What a record may be too, the likeliest first. */
export function duplicatesOf(record: MergeRecord, id: string) {
  return queryOptions({
    queryKey: ['duplicates', 'of', record, id],
    queryFn: ({ signal }): Promise<Page<DuplicatePair>> => {
      const about = { params: { path: { id }, query: { limit: 10 } }, signal };
      return record === 'customer'
        ? unwrap(client.GET('/customers/{id}/duplicates', about))
        : unwrap(client.GET('/companies/{id}/duplicates', about));
    },
    staleTime: 15_000,
  });
}

/** The pairs in a state, page by page. */
export function pairsQuery(state: PairState, subject: PairSubject) {
  return infiniteQueryOptions({
    queryKey: ['duplicates', 'page', state, subject.record, subject.of ?? null],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/duplicates', {
          params: {
            query: { ...asked(subject), state, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 5_000,
  });
}

/** How many pairs there are in each state. */
export function pairCountsQuery(subject: PairSubject) {
  return queryOptions({
    queryKey: ['duplicates', 'counts', subject.record, subject.of ?? null],
    queryFn: ({ signal }): Promise<PairCounts> =>
      unwrap(client.GET('/duplicates/counts', { params: { query: asked(subject) }, signal })),
    staleTime: 5_000,
  });
}

/** Refused when somebody else has decided since the pair was read. */
export function sendDecision(pair: DuplicatePair, decision: Decision): Promise<DuplicatePair> {
  const asked = { params: { path: { id: pair.id } }, headers: ifMatch(pair.version), body: { decision } };
  return unwrap(client.POST('/duplicates/{id}/decide', asked));
}
