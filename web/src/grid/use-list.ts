import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Count, Filter } from '@/api/types';
import { orderOf } from './list-order';
import { type FetchPage, PageSource } from './page-source';
import type { GridHead } from './types';
import { PAGE_SIZE, pageOf, pagesOf, pagesToDrop, type RowRange } from './window';

/** What decides which rows a list has and in which order. */
export interface ListView {
  readonly filter: Filter | undefined;
  readonly q: string;
  readonly sort: string;
}

export interface ListOptions<Row> {
  /** First part of every query key of the list, such as `customers`. */
  readonly name: string;
  readonly view: ListView;
  readonly fetchPage: (view: ListView, ...rest: Parameters<FetchPage<Row>>) => ReturnType<FetchPage<Row>>;
  readonly fetchCount: (view: ListView, exact: boolean, signal: AbortSignal) => Promise<Count>;
  /** The order when the view names none. */
  readonly defaultSort: string;
  /** Fields that every row has; an order by these alone can be read from both ends. */
  readonly sureFields: readonly string[];
  /** A place to start from that was left before: the cursor of a page. */
  readonly start?: { readonly page: number; readonly cursor: string } | null;
  /** Something else shows the rows: they are counted, not read. */
  readonly unread?: boolean;
}

export interface List<Row> {
  /** Names the view whose rows are shown; when it changes the grid starts from the top. */
  readonly viewKey: string;
  /** Rows the scroll bar stands for. */
  readonly total: number;
  /** How many there are, as the server said it; null until it has. */
  readonly count: Count | null;
  readonly rowAt: (index: number) => Row | undefined;
  /** The head of a group that stands at a place instead of a row. */
  readonly headAt?: (index: number) => GridHead | undefined;
  /** Tells the list which pages are looked at. */
  readonly want: (pages: readonly number[]) => void;
  /** The rows of a range, asking for those that are not here. */
  readonly rowsIn: (range: RowRange) => Promise<Row[]>;
  /** Where a loaded row stands. */
  readonly indexOf: (id: string) => number;
  /** The cursor a page starts at, to come back to it later. */
  readonly cursorOf: (page: number) => string | null;
  /** Nothing has been shown yet. */
  readonly loading: boolean;
  /** The rows shown are those of the former view; the new ones are on their way. */
  readonly stale: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

interface Shown<Row> {
  readonly viewKey: string;
  readonly rowAt: (index: number) => Row | undefined;
  readonly total: number;
}

/** Two views with the same key show the same rows in the same order. */
export function viewKeyOf({ filter, q, sort }: ListView): string {
  return `${sort}|${q}|${JSON.stringify(filter ?? null)}`;
}

/** What is counted does not depend on the order. */
function countKeyOf({ filter, q }: ListView): string {
  return `${q}|${JSON.stringify(filter ?? null)}`;
}

const nothing: readonly number[] = [];

function samePages(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((page, at) => page === b[at]);
}

/**
 * Rows of a server list by their index. Pages live in the query cache under `[name, 'page', view, index]`, so that a
 * change of a record reaches every page that shows it; leaving a page stops its request, and no more than twelve stay.
 */
export function useList<Row extends { id: string }>({
  name,
  view,
  fetchPage,
  fetchCount,
  defaultSort,
  sureFields,
  start,
  unread = false,
}: ListOptions<Row>): List<Row> {
  const queryClient = useQueryClient();
  const viewKey = viewKeyOf(view);
  const [looked, setWanted] = useState<readonly number[]>([0]);
  const wanted = unread ? nothing : looked;

  // The functions and the start come new with every render; the source lives as long as the view.
  const latest = useRef({ view, fetchPage, fetchCount, start, defaultSort, sureFields });
  latest.current = { view, fetchPage, fetchCount, start, defaultSort, sureFields };
  const exactTotal = useRef<{ countKey: string; total: number | null }>({ countKey: '', total: null });

  // biome-ignore lint/correctness/useExhaustiveDependencies: viewKey stands for the whole view
  const source = useMemo(() => {
    const { view: own, start: place } = latest.current;
    const ownCount = countKeyOf(own);
    const made = new PageSource<Row>(
      (cursor, limit, signal) => latest.current.fetchPage(own, cursor, limit, signal),
      orderOf<Row>({
        view: { ...own, sort: own.sort === '' ? latest.current.defaultSort : own.sort },
        sureFields: latest.current.sureFields,
        fetchPage: (...asked) => latest.current.fetchPage(...asked),
        fetchCount: (...asked) => latest.current.fetchCount(...asked),
        total: () => (exactTotal.current.countKey === ownCount ? exactTotal.current.total : null),
      }),
    );
    if (place) made.seed(place.page, place.cursor);
    return made;
  }, [viewKey]);

  const pageKey = useCallback((page: number) => [name, 'page', viewKey, page], [name, viewKey]);
  const pageQuery = useCallback(
    (page: number) => ({
      queryKey: pageKey(page),
      queryFn: ({ signal }: { signal: AbortSignal }) => source.load(page, signal),
      staleTime: 60_000,
      gcTime: 120_000,
    }),
    [pageKey, source],
  );

  const results = useQueries({ queries: wanted.map(pageQuery) });

  // Another view starts at its top; set while rendering, so that no page of the old place is asked for.
  const [shownKey, setShownKey] = useState(viewKey);
  if (shownKey !== viewKey) {
    setShownKey(viewKey);
    setWanted([0]);
  }

  const countKey = countKeyOf(view);
  const bounded = useQuery({
    queryKey: [name, 'count', countKey],
    queryFn: ({ signal }) => fetchCount(view, false, signal),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  const exact = useQuery({
    queryKey: [name, 'count', countKey, 'exact'],
    queryFn: ({ signal }) => fetchCount(view, true, signal),
    enabled: bounded.data?.exact === false && !bounded.isPlaceholderData,
    staleTime: 60_000,
  });

  const exactCount = exact.data ?? (bounded.isPlaceholderData ? undefined : bounded.data);
  exactTotal.current = { countKey, total: exactCount?.exact ? exactCount.count : null };

  // Pages far from the view are forgotten.
  useEffect(() => {
    const cached = queryClient
      .getQueryCache()
      .findAll({ queryKey: [name, 'page', viewKey] })
      .map((query) => query.queryKey[3] as number);
    for (const page of pagesToDrop(cached, wanted))
      queryClient.removeQueries({ queryKey: pageKey(page), exact: true });
  }, [queryClient, name, viewKey, wanted, pageKey]);

  const pages = new Map<number, readonly Row[]>();
  wanted.forEach((page, at) => {
    const data = results[at]?.data;
    if (data !== undefined) pages.set(page, data);
  });

  // While a new view has nothing to show, the rows of the former one stay.
  const former = useRef<Shown<Row> | null>(null);
  const before = former.current;
  const fresh = pages.size > 0;
  const stale =
    !fresh && before !== null && before.viewKey !== viewKey && results.some((each) => each.isPending);

  const ownRowAt = (index: number): Row | undefined => {
    const page = pageOf(index);
    const rows = pages.get(page) ?? queryClient.getQueryData<readonly Row[]>(pageKey(page));
    return rows?.[index - page * PAGE_SIZE];
  };

  const known = exact.data ?? bounded.data;
  let total = known?.count ?? 0;
  for (const [page, rows] of pages) {
    const end = page * PAGE_SIZE + rows.length;
    // A short page is the last one; more rows than counted have come since the count.
    if (rows.length < PAGE_SIZE) total = page > 0 && rows.length === 0 ? Math.min(total, end) : end;
    else total = Math.max(total, end);
  }

  const shown: Shown<Row> = stale ? before : { viewKey, rowAt: ownRowAt, total };
  const frozen = useRef(stale);
  useEffect(() => {
    frozen.current = stale;
    if (fresh) former.current = { viewKey, rowAt: ownRowAt, total };
  });

  const want = useCallback((next: readonly number[]) => {
    // What the grid looks at while the former rows stand there says nothing about the new view.
    if (!frozen.current) setWanted((was) => (samePages(was, next) ? was : next));
  }, []);

  const cursorOf = useCallback((page: number) => source.cursorOf(page), [source]);

  const rowsIn = async (range: RowRange): Promise<Row[]> => {
    const rows: Row[] = [];
    for (const page of pagesOf(range)) {
      const data: readonly Row[] =
        queryClient.getQueryData<Row[]>(pageKey(page)) ??
        (await queryClient.fetchQuery(pageQuery(page))) ??
        [];
      data.forEach((row, at) => {
        const index = page * PAGE_SIZE + at;
        if (index >= range.first && index < range.end) rows.push(row);
      });
    }
    return rows;
  };

  const indexOf = (id: string): number => {
    for (const query of queryClient.getQueryCache().findAll({ queryKey: [name, 'page', viewKey] })) {
      const at = (query.state.data as readonly Row[] | undefined)?.findIndex((row) => row.id === id) ?? -1;
      if (at >= 0) return (query.queryKey[3] as number) * PAGE_SIZE + at;
    }
    return -1;
  };

  const failed = results.find((each) => each.isError) ?? (bounded.isError && !fresh ? bounded : undefined);

  return {
    viewKey: shown.viewKey,
    total: shown.total,
    count: known === undefined || bounded.isPlaceholderData ? null : known,
    rowAt: shown.rowAt,
    want,
    rowsIn,
    indexOf,
    cursorOf,
    loading: !fresh && !stale && before?.viewKey !== viewKey && failed === undefined,
    stale,
    error: failed?.error ?? null,
    retry: () => {
      for (const each of [...results, bounded]) if (each.isError) void each.refetch();
    },
  };
}
