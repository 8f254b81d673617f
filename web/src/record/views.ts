/** Saved views: what they hold, as the address of a list says it. Pure, so that lists need nothing else of them at first. */
import type { components } from '@/api/schema';
import type { Filter } from '@/api/types';
import { type ColumnShape, type ColumnsState, parseColumns, visibleColumns } from '@/grid/columns';
import { compileFilters, joinFilters, type QuickFilter, splitFilter } from '@/rules/quick-filters';

export type SavedView = components['schemas']['SavedView'];

/** What a view keeps of a list. */
export interface Arrangement {
  readonly filter: Filter | undefined;
  readonly sort: string;
  readonly columns: SavedView['columns'];
}

/** The columns as a view keeps them: a width only where it is not the column's own. */
export function columnsToSave(state: ColumnsState, shapes: readonly ColumnShape[]): SavedView['columns'] {
  return visibleColumns(state).map(({ id, width }) =>
    shapes.find((shape) => shape.id === id)?.width === width ? { field: id } : { field: id, width },
  );
}

/** The columns of a view as they stand in the address; undefined for those that come by themselves. */
function columnsText(view: SavedView, shapes: readonly ColumnShape[]): string | undefined {
  if (view.columns.length === 0) return undefined;
  return view.columns
    .map(({ field, width }) => {
      const pinned = shapes.find((shape) => shape.id === field)?.pinned === true;
      return `${field}${width ? `.${width}` : ''}${pinned ? '!' : ''}`;
    })
    .join(',');
}

/** What the address holds once a view is open, and nothing of what was there before. */
export function paramsOf(
  view: SavedView | null,
  filters: readonly QuickFilter[],
  shapes: readonly ColumnShape[],
): Record<string, string | undefined> {
  const { values, rest } = splitFilter(filters, (view?.filter ?? undefined) as Filter | undefined);
  return {
    ...values,
    q: undefined,
    open: undefined,
    tab: undefined,
    filter: rest && JSON.stringify(rest),
    sort: view?.sort || undefined,
    cols: view === null ? undefined : columnsText(view, shapes),
    view: view?.id,
  };
}

/** With the keys of every object in one order: the server does not keep ours. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, canonical(each)]),
  );
}

/** Whether a list shows something else than its view says. */
export function isChanged(
  view: SavedView,
  now: Arrangement,
  filters: readonly QuickFilter[],
  shapes: readonly ColumnShape[],
): boolean {
  const { values, rest } = splitFilter(filters, (view.filter ?? undefined) as Filter | undefined);
  const text = (filter: Filter | undefined, sort: string, columns: SavedView['columns']) =>
    JSON.stringify(
      canonical([filter ?? null, sort, columns.map(({ field, width }) => [field, width ?? null])]),
    );
  const columns = columnsToSave(parseColumns(columnsText(view, shapes), shapes), shapes);
  return (
    text(joinFilters(compileFilters(filters, values), rest), view.sort ?? '', columns) !==
    text(now.filter, now.sort, now.columns)
  );
}
