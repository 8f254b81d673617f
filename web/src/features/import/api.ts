import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { bootstrapQuery } from '@/api/bootstrap';
import { address, client, unwrap } from '@/api/client';
import { tellOtherTabs } from '@/api/tabs-channel';
import type { Id, ImportPlan, ImportRecord } from '@/api/types';
import { pollDelay } from './logic/polling';
import { isActive } from './logic/steps';

const listKey = ['imports', 'list'];

export const importsQuery = infiniteQueryOptions({
  queryKey: listKey,
  queryFn: ({ signal, pageParam }) =>
    unwrap(client.GET('/imports', { params: { query: { limit: 50, cursor: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
  select: ({ pages }) => pages.flatMap(({ items }) => items),
  // While one of them runs, its count moves; otherwise nothing is asked for.
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ items }) => items.some((item) => isActive(item.state)))
      ? pollDelay(Date.now() - state.dataUpdatedAt) * 2
      : false,
});

/** One import; asked for again and again only while the server works on it. */
export const importQuery = (id: Id) =>
  queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) =>
      state.data && isActive(state.data.state) ? pollDelay(Date.now() - state.dataUpdatedAt) : false,
    // The interval is the retry: with a second one inside it a lost answer would stall the progress.
    retry: false,
  });

type Act = { act: 'plan'; plan: ImportPlan } | { act: 'run' | 'cancel' | 'undo' };

/** Whatever moves an import on. Settled once the new state is in the cache. */
export function useImportAct(id: Id) {
  const queryClient = useQueryClient();
  const path = { path: { id } };
  return useMutation({
    mutationFn: async (act: Act) => {
      switch (act.act) {
        case 'plan':
          return unwrap(client.POST('/imports/{id}/plan', { params: path, body: act.plan }));
        case 'run':
          return unwrap(client.POST('/imports/{id}/run', { params: path }));
        case 'cancel':
          return unwrap(client.POST('/imports/{id}/cancel', { params: path }));
        case 'undo':
          return unwrap(client.POST('/imports/{id}/undo', { params: path }));
      }
    },
    // Also after a refusal: it usually means that the import has moved on under this page.
    onSettled: () => queryClient.invalidateQueries({ queryKey: importQuery(id).queryKey }),
  });
}

/** After rows were written or taken back, everything that shows records is out of date. */
export function useRecordsChanged() {
  const queryClient = useQueryClient();
  return () => {
    tellOtherTabs();
    for (const queryKey of [['customers'], ['companies'], ['tags'], bootstrapQuery.queryKey, listKey]) {
      void queryClient.invalidateQueries({ queryKey });
    }
  };
}

/** A download, so a plain link: the browser saves it while the page stays usable. */
export function rowsHref(id: Id): string {
  return address('/imports/{id}/rows.csv', id);
}

/** Only the rows that fail, to be mended and imported again. */
export function failedRowsHref(id: Id): string {
  return `${rowsHref(id)}?result=failed`;
}

export function templateHref(record: ImportRecord): string {
  return `${address('/imports/template.csv')}?record=${record}`;
}
