/** Saved views: what they hold, as the address of a list says it. Pure, so that lists need nothing else of them at first. */
import type { components } from '@/api/schema';
import type { Filter } from '@/api/types';
import { type ColumnShape, type ColumnsState, parseColumns, visibleColumns } from '@/grid/columns';
import { compileFilters, joinFilters, type QuickFilter, splitFilter } from '@/rules/quick-filters';

export type SavedView = components['schemas']['SavedView'];

export type ViewChoice = components['schemas']['ViewChoice'];

/** In the address: the list as it comes, also for who opens it with a view. */
export const NO_VIEW = 'all';

export function choiceOf(choices: readonly ViewChoice[], record: SavedView['record']): ViewChoice {
  return choices.find((each) => each.record === record) ?? { record, defaultViewId: null, order: [] };
}

/** The views in the order that somebody has given them; the others follow, as they come. */
export function inChosenOrder(views: readonly SavedView[], { order }: ViewChoice): SavedView[] {
  const place = (view: SavedView) => (order.includes(view.id) ? order.indexOf(view.id) : order.length);
  return [...views].sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

/** The order with one view moved by one place. */
export function moved(views: readonly SavedView[], id: string, by: -1 | 1): string[] {
  const ids = views.map((view) => view.id);
  const at = ids.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= ids.length) return ids;
  ids.splice(at, 1);
  ids.splice(to, 0, id);
  return ids;
}

/** Whether an address says nothing of how its list is to look. */
export function saysNothing(
  params: Readonly<Record<string, unknown>>,
  filters: readonly Pick<QuickFilter, 'key'>[],
): boolean {
  const names = [
    'q',
    'sort',
    'cols',
    'filter',
    'group',
    'view',
    'open',
    'new',
    ...filters.map(({ key }) => key),
  ];
  return names.every((name) => params[name] === undefined);
}

/** What a view keeps of a list. */
export interface Arrangement {
  readonly filter: Filter | undefined;
  readonly sort: string;
  readonly columns: SavedView['columns'];
  readonly groupBy: string | null;
  readonly layout: SavedView['layout'];
}

/** What a view keeps, as the server takes it. */
export function arranged(now: Arrangement) {
  return {
    filter: (now.filter ?? null) as Record<string, unknown> | null,
    sort: now.sort === '' ? null : now.sort,
    columns: now.columns,
    groupBy: now.groupBy,
    layout: now.layout,
  };
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
    group: view?.groupBy ?? undefined,
    layout: view?.layout === 'board' ? 'board' : undefined,
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
  const text = ({ filter, sort, columns, groupBy, layout }: Arrangement) =>
    JSON.stringify(
      canonical([
        filter ?? null,
        sort,
        columns.map(({ field, width }) => [field, width ?? null]),
        groupBy,
        layout,
      ]),
    );
  const columns = columnsToSave(parseColumns(columnsText(view, shapes), shapes), shapes);
  const { groupBy, layout } = view;
  const filter = joinFilters(compileFilters(filters, values), rest);
  return text({ filter, sort: view.sort ?? '', columns, groupBy, layout }) !== text(now);
}
