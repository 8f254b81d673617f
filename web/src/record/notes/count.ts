import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Anchor } from '@/api/types';
import { useFormat } from '@/i18n/use-format';

/** How many notes a record has, for its tab; nothing until it is known, and nothing for none. */
export function useNoteCount(anchor: Anchor | undefined): string | undefined {
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ['notes', 'count', anchor?.kind, anchor?.id],
    queryFn: ({ signal }) =>
      unwrap(
        client.POST('/notes/count', {
          body: { filter: { field: `${anchor?.kind}Id`, op: 'eq', value: anchor?.id } },
          signal,
        }),
      ),
    enabled: anchor !== undefined,
    staleTime: 15_000,
  });
  if (data === undefined || data.count === 0) return undefined;
  return format.number(data.count) + (data.exact ? '' : '+');
}
