import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { bootstrapQuery } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Customer, CustomerSegment, Filter, Id, Segment } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { toast } from '@/ui/toast';
import { inOrder } from './in-order';

/** What one request adds or removes at most. */
export const MEMBERS_AT_ONCE = 1_000;

/** Customers who are in a segment. */
export function inSegment(id: Id): Filter {
  return { field: 'segments', op: 'has_any', value: [id] };
}

export function segmentQuery(id: Id) {
  return queryOptions({
    queryKey: ['segments', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/segments/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

/** Kept with the counts of customers, so that whatever changes those asks anew for this one. */
export function memberCountQuery(id: Id) {
  return queryOptions({
    queryKey: ['customers', 'count', 'segment', id],
    queryFn: ({ signal }) =>
      unwrap(client.POST('/customers/count', { body: { filter: inSegment(id), exact: true }, signal })),
    staleTime: 30_000,
  });
}

/** The segments that a customer is in. Another version of the customer may be in others. */
export function segmentsOfQuery({ id, version }: Pick<Customer, 'id' | 'version'>) {
  return queryOptions({
    queryKey: ['segments', 'of', id, version],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/customers/{id}/segments', { params: { path: { id } }, signal }))).items,
    staleTime: 10_000,
    placeholderData: (known: CustomerSegment[] | undefined, asked): CustomerSegment[] | undefined =>
      asked?.queryKey[2] === id ? known : undefined,
  });
}

export function explainQuery(id: Id, customerId: Id) {
  return queryOptions({
    queryKey: ['segments', 'explain', customerId, id],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/segments/{id}/explain/{customerId}', { params: { path: { id, customerId } }, signal }),
      ),
    staleTime: 10_000,
  });
}

/** After a segment, or who is in it, has changed. */
export function useSegmentsChanged() {
  const queryClient = useQueryClient();
  return () => {
    for (const queryKey of [
      ['segments'],
      ['customers', 'page'],
      ['customers', 'count'],
      bootstrapQuery.queryKey,
    ])
      void queryClient.invalidateQueries({ queryKey });
  };
}

export interface MembersChange {
  readonly add?: readonly Id[];
  readonly remove?: readonly Id[];
}

/** Puts customers into a static segment or takes them out, says so and offers the way back. */
export function useChangeMembers() {
  const t = useT();
  const changed = useSegmentsChanged();
  // One after the other: somebody who is taken out and put back at once is in at the end.
  const send = (id: Id, { add = [], remove = [] }: MembersChange) =>
    inOrder<{ added: number; removed: number; version?: number }>(`members of ${id}`, undefined, () =>
      unwrap(
        client.POST('/segments/{id}/members', {
          params: { path: { id } },
          body: { add: [...add], remove: [...remove] },
        }),
      ),
    );
  return async (segment: Pick<Segment, 'id' | 'name'>, change: MembersChange): Promise<boolean> => {
    const adding = (change.add?.length ?? 0) > 0;
    try {
      const { added, removed } = await send(segment.id, change);
      changed();
      const count = adding ? added : removed;
      const title = t(adding ? 'segments.members.added' : 'segments.members.removed', {
        count,
        name: segment.name,
      });
      const all = added === (change.add?.length ?? 0) && removed === (change.remove?.length ?? 0);
      // Who was in or out before would be moved by going back as well.
      if (!all) toast.done({ title });
      else
        toast.undo({
          title,
          undo: async () => {
            await send(segment.id, { add: change.remove, remove: change.add });
            changed();
          },
        });
      return true;
    } catch (error) {
      changed();
      toast.failed({
        title: t('segments.members.failed', { name: segment.name }),
        description: errorText(error),
      });
      return false;
    }
  };
}
