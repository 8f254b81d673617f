import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Deal, Filter } from '@/api/types';
import type { ListView } from '@/grid/use-list';
import { useT } from '@/i18n/use-t';
import type { ChangeParams } from '@/record/list-search-params';
import { toast } from '@/ui/toast';
import { fetchDeals } from './api';
import { dealFilterKeys } from './filter-keys';

/**
 * Says of a deal that an edit took out of what is shown where it went, and offers to show it without the filters. The
 * server decides whether it still belongs there, as it does for the list.
 */
export function useHidden(onParams: ChangeParams) {
  const t = useT();
  const queryClient = useQueryClient();
  const view = useRef<ListView>(undefined);
  const latest = useRef({ t, onParams });
  latest.current = { t, onParams };

  const check = useRef(async (deal: Deal) => {
    const now = view.current;
    // That an archived one leaves is what was asked for.
    if (now === undefined || deal.archivedAt !== null) return;
    const own: Filter = { field: 'name', op: 'eq', value: deal.name };
    const filter: Filter = now.filter === undefined ? own : { and: [now.filter, own] };
    const { signal } = new AbortController();
    const found = await fetchDeals({ ...now, filter }, null, 200, signal).catch(() => null);
    // What cannot be known is not told.
    if (found === null || found.nextCursor !== null || found.items.some(({ id }) => id === deal.id)) return;
    void queryClient.invalidateQueries({ queryKey: ['deals', 'board'] });
    const cleared = Object.fromEntries(dealFilterKeys.map((key) => [key, undefined]));
    toast.done({
      title: latest.current.t('deals.hidden.title', { name: deal.name }),
      action: {
        label: latest.current.t('deals.hidden.show'),
        run: () =>
          latest.current.onParams({
            ...cleared,
            q: undefined,
            filter: undefined,
            pipeline: deal.pipelineId,
            open: deal.id,
          }),
      },
    });
  });
  return {
    /** What is shown now. */
    shows: (now: ListView) => {
      view.current = now;
    },
    check: check.current,
  };
}
