import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { orderOf } from '@/grid/list-order';
import { PageSource } from '@/grid/page-source';
import { type List, type ListOptions, viewKeyOf } from '@/grid/use-list';
import { PAGE_SIZE, pagesOf } from '@/grid/window';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { layoutOf } from './heads';
import type { Group, Groups } from './use-heads';

interface GroupedOptions<Row> extends Omit<ListOptions<Row>, 'start' | 'view'> {
  /** The groups, and with them the view. */
  readonly groups: Groups;
  /** What the groups are made by. */
  readonly field: string;
}

/**
 * The rows of a list below the heads of their groups, as one list for the grid. Each group is a filtered list of its own
 * with its own pages; only those pages are read that somebody looks at.
 */
export function useGroupedList<Row extends { id: string }>({
  name,
  fetchPage,
  fetchCount,
  defaultSort,
  sureFields,
  groups: { view, groups, facet, stale, error, retry },
  field,
}: GroupedOptions<Row>): List<Row> {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const [wanted, setWanted] = useState<readonly number[]>([0]);
  const viewKey = `${viewKeyOf(view)}|${field}`;

  // Another view starts at its top; set while rendering, so that no page of the old place is asked for.
  const [wantedIn, setWantedIn] = useState(viewKey);
  if (wantedIn !== viewKey) {
    setWantedIn(viewKey);
    setWanted([0]);
  }

  // Of a list too long to be counted the groups begin closed: each is counted when it is opened.
  const short = facet?.exact !== false;
  const [turned, setTurned] = useState<{ of: string; keys: ReadonlySet<string> }>({
    of: viewKey,
    keys: new Set(),
  });
  const keys = turned.of === viewKey ? turned.keys : new Set<string>();
  const isOpen = (group: Group) => short !== keys.has(group.key);
  const turn = (key: string) => {
    const next = new Set(keys);
    if (!next.delete(key)) next.add(key);
    setTurned({ of: viewKey, keys: next });
  };

  const shown = groups.filter((group) => group.count !== 0);
  const counts = useQueries({
    queries: shown.map((group) => ({
      queryKey: [name, 'count', viewKeyOf({ ...group.view, sort: '' }), 'exact'],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchCount(group.view, true, signal),
      enabled: !group.exact && isOpen(group),
      staleTime: 60_000,
    })),
  });

  const latest = useRef({ fetchPage, fetchCount });
  latest.current = { fetchPage, fetchCount };
  const sources = useRef(new Map<string, PageSource<Row>>());
  const exactTotals = useRef(new Map<string, number>());
  const sourceOf = (group: Group): PageSource<Row> => {
    const key = viewKeyOf(group.view);
    let source = sources.current.get(key);
    if (source === undefined) {
      const own = { ...group.view, sort: group.view.sort === '' ? defaultSort : group.view.sort };
      source = new PageSource<Row>(
        (cursor, limit, signal) => latest.current.fetchPage(group.view, cursor, limit, signal),
        orderOf<Row>({
          view: own,
          sureFields,
          fetchPage: (...asked) => latest.current.fetchPage(...asked),
          fetchCount: (...asked) => latest.current.fetchCount(...asked),
          total: () => exactTotals.current.get(key) ?? null,
        }),
      );
      sources.current.set(key, source);
    }
    return source;
  };
  const pageKey = (group: Group, page: number) => [name, 'page', viewKeyOf(group.view), page];
  const pageQuery = (group: Group, page: number) => ({
    queryKey: pageKey(group, page),
    queryFn: ({ signal }: { signal: AbortSignal }) => sourceOf(group).load(page, signal),
    staleTime: 60_000,
    gcTime: 120_000,
  });

  const pageData = (group: Group, page: number) =>
    queryClient.getQueryData<readonly Row[]>(pageKey(group, page));
  const sizes = shown.map((group, at) => {
    const counted = counts[at]?.data?.count ?? (group.exact ? group.count : null);
    if (counted === null) exactTotals.current.delete(viewKeyOf(group.view));
    else exactTotals.current.set(viewKeyOf(group.view), counted);
    if (!isOpen(group)) return 0;
    const size = counted ?? group.count ?? PAGE_SIZE;
    // A short page is the last one, whatever has been counted.
    const lastPage = Math.max(0, Math.ceil(size / PAGE_SIZE) - 1);
    const last = pageData(group, lastPage);
    return last !== undefined && last.length < PAGE_SIZE ? lastPage * PAGE_SIZE + last.length : size;
  });
  const layout = layoutOf(sizes);

  const pages = wanted.flatMap((page) =>
    layout
      .rangesIn(page * PAGE_SIZE, (page + 1) * PAGE_SIZE)
      .flatMap(({ group, first, end }) => pagesOf({ first, end }).map((own) => ({ group, page: own }))),
  );
  const unique = [...new Map(pages.map((each) => [`${each.group} ${each.page}`, each])).values()];
  const results = useQueries({
    queries: unique.flatMap(({ group, page }) => {
      const of = shown[group];
      return of === undefined ? [] : [pageQuery(of, page)];
    }),
  });

  const read = new Map(
    unique.map(({ group, page }, at) => [
      `${group} ${page}`,
      results[at]?.data as readonly Row[] | undefined,
    ]),
  );
  const rowAt = (index: number): Row | undefined => {
    const place = layout.placeOf(index);
    const group = place && shown[place.group];
    if (group === undefined || place?.kind !== 'row') return undefined;
    const page = Math.floor(place.index / PAGE_SIZE);
    const rows = read.get(`${place.group} ${page}`) ?? pageData(group, page);
    return rows?.[place.index - page * PAGE_SIZE];
  };
  const failed = [...results, ...counts].find((each) => each.isError);

  // While no row of a new view is here, the former view stays as it was.
  const former = useRef<{ field: string; list: List<Row> } | null>(null);
  const before = former.current?.field === field ? former.current.list : null;
  const waiting = results.some((each) => each.isPending) && results.every((each) => each.data === undefined);
  const bridged = waiting && before !== null && before.viewKey !== viewKey ? before : null;
  const frozen = useRef(false);
  frozen.current = bridged !== null;
  const want = useCallback((next: readonly number[]) => {
    // What the grid looks at while the former rows stand there says nothing about the new view.
    if (!frozen.current) setWanted((was) => (was.join() === next.join() ? was : next));
  }, []);

  const list: List<Row> = {
    viewKey,
    total: layout.total,
    count: facet === undefined ? null : { count: layout.total, exact: short },
    rowAt,
    headAt: (index) => {
      const place = layout.placeOf(index);
      const group = place && shown[place.group];
      if (group === undefined || place?.kind !== 'head') return undefined;
      const known = counts[place.group]?.data?.count;
      return {
        label: group.label,
        count:
          known !== undefined
            ? format.number(known)
            : group.count === null
              ? ''
              : group.exact
                ? format.number(group.count)
                : t('grid.count.atLeast', { count: group.count }),
        open: isOpen(group),
        turn: () => turn(group.key),
      };
    },
    want,
    rowsIn: async ({ first, end }) => {
      const rows: Row[] = [];
      for (const range of layout.rangesIn(first, end)) {
        const group = shown[range.group];
        if (group === undefined) continue;
        for (const page of pagesOf(range)) {
          const data = pageData(group, page) ?? (await queryClient.fetchQuery(pageQuery(group, page))) ?? [];
          data.forEach((row, at) => {
            const index = page * PAGE_SIZE + at;
            if (index >= range.first && index < range.end) rows.push(row);
          });
        }
      }
      return rows;
    },
    indexOf: (id) => {
      for (const [at, group] of shown.entries()) {
        if ((sizes[at] ?? 0) === 0) continue;
        for (const query of queryClient
          .getQueryCache()
          .findAll({ queryKey: [name, 'page', viewKeyOf(group.view)] })) {
          const found =
            (query.state.data as readonly Row[] | undefined)?.findIndex((row) => row.id === id) ?? -1;
          if (found >= 0) return layout.indexOf(at, (query.queryKey[3] as number) * PAGE_SIZE + found);
        }
      }
      return -1;
    },
    cursorOf: () => null,
    loading: facet === undefined && error === null,
    stale,
    error: error ?? failed?.error ?? null,
    retry: () => {
      if (error !== null) retry();
      for (const each of [...results, ...counts]) if (each.isError) void each.refetch();
    },
  };
  useEffect(() => {
    if (facet !== undefined && !waiting) former.current = { field, list };
  });
  return bridged === null ? list : { ...bridged, stale: true };
}
