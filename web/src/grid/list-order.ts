import type { Count, Filter } from '@/api/types';
import type { FetchPage, Order } from './page-source';
import { formatMicros, type Micros, parseMicros } from './seek';
import { formatSort, parseSort } from './sort';
import type { ListView } from './use-list';

interface OrderOptions<Row> {
  /** With the order spelled out. */
  view: ListView;
  /** Fields that every row has. */
  sureFields: readonly string[];
  fetchPage: (view: ListView, ...rest: Parameters<FetchPage<Row>>) => ReturnType<FetchPage<Row>>;
  fetchCount: (view: ListView, exact: boolean, signal: AbortSignal) => Promise<Count>;
  total: () => number | null;
}

/** The filter with one more condition. */
export function narrowed(filter: Filter | undefined, condition: Filter): Filter {
  return filter === undefined ? condition : { and: [filter, condition] };
}

/** What the sort of a view allows besides reading from the start; null when nothing. */
export function orderOf<Row>({
  view,
  sureFields,
  fetchPage,
  fetchCount,
  total,
}: OrderOptions<Row>): Order<Row> | null {
  const keys = parseSort(view.sort);
  const first = keys[0];
  // Rows without a value come last whichever way a list is sorted, so only sure fields have an exact reverse.
  if (first === undefined || !keys.every((key) => sureFields.includes(key.field))) return null;
  const reversed = {
    ...view,
    sort: formatSort(keys.map(({ field, descending }) => ({ field, descending: !descending }))),
  };
  const reverse: FetchPage<Row> = (...asked) => fetchPage(reversed, ...asked);
  const { field, descending } = first;
  if (!field.endsWith('At')) return { total, reverse };
  const earlier = (at: Micros): Filter => ({ field, op: 'before', value: formatMicros(at) });
  const later = (at: Micros): Filter => ({ field, op: 'after', value: formatMicros(at) });
  return {
    total,
    reverse,
    time: {
      of: (row) => {
        const value = (row as Record<string, unknown>)[field];
        return typeof value === 'string' ? parseMicros(value) : null;
      },
      rankOf: async (at, signal) => {
        const before = narrowed(view.filter, descending ? later(at) : earlier(at));
        return (await fetchCount({ ...view, filter: before }, true, signal)).count;
      },
      from: (at) => {
        const rest = { ...view, filter: narrowed(view.filter, descending ? earlier(at + 1) : later(at - 1)) };
        return (...asked) => fetchPage(rest, ...asked);
      },
    },
  };
}
