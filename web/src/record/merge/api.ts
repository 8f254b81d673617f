import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { bootstrapQuery } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import type { CompanyMergePreview, MergeBody, MergePreview } from '@/api/types';
import type { Mergeable, MergeRecord } from './choices';

/** A record as its drawer keeps it. */
export function recordQuery(record: MergeRecord, id: string) {
  return queryOptions({
    queryKey: [record === 'customer' ? 'customers' : 'companies', 'one', id],
    queryFn: ({ signal }): Promise<Mergeable> => {
      const asked = { params: { path: { id } }, signal };
      return record === 'customer'
        ? unwrap(client.GET('/customers/{id}', asked))
        : unwrap(client.GET('/companies/{id}', asked));
    },
    staleTime: 10_000,
  });
}

export function previewQuery(record: MergeRecord, body: MergeBody) {
  return queryOptions({
    queryKey: ['merge', record, body],
    queryFn: ({ signal }): Promise<MergePreview | CompanyMergePreview> =>
      record === 'customer'
        ? unwrap(client.POST('/customers/merge/preview', { body, signal }))
        : unwrap(client.POST('/companies/merge/preview', { body, signal })),
    // What people agree to is what is so now.
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

export function sendMerge(record: MergeRecord, body: MergeBody): Promise<Mergeable> {
  return record === 'customer'
    ? unwrap(client.POST('/customers/merge', { body }))
    : unwrap(client.POST('/companies/merge', { body }));
}

/** What came back of a merge, and what did not because another record has it now. */
export interface Restored {
  name: string;
  lost: Array<{ value: string; holder: string }>;
}

export async function sendUnmerge(record: MergeRecord, id: string): Promise<Restored> {
  const path = { params: { path: { id } } };
  if (record === 'customer') {
    const back = await unwrap(client.POST('/customers/{id}/unmerge', path));
    const lost = back.notRestored.map(({ value, existing }) => ({ value, holder: existing.name }));
    return { name: back.fullName, lost };
  }
  const back = await unwrap(client.POST('/companies/{id}/unmerge', path));
  const lost = back.notRestored.map(({ domain, existing }) => ({ value: domain, holder: existing.name }));
  return { name: back.name, lost };
}

/** After records were merged or separated: nearly every list may show them. */
export function useMergeChanged() {
  const queryClient = useQueryClient();
  return () => {
    for (const queryKey of [
      ['customers'],
      ['companies'],
      ['duplicates'],
      ['segments', 'explain'],
      ['segments', 'of'],
      ['pick'],
      bootstrapQuery.queryKey,
    ])
      void queryClient.invalidateQueries({ queryKey });
  };
}
