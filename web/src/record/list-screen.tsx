import { FilterX, SearchX } from 'lucide-react';
import {
  type ReactNode,
  type Ref,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import type { Count, Facet, Filter, Page } from '@/api/types';
import { type Command, useCommands } from '@/commands/registry';
import {
  type ColumnAction,
  formatColumns,
  parseColumns,
  reduceColumns,
  visibleColumns,
} from '@/grid/columns';
import { ColumnsMenu } from '@/grid/columns-menu';
import { DataGrid, type GridHandle } from '@/grid/data-grid';
import { isEmpty, NOTHING, type Selection, selectAllMatching, selectedCount } from '@/grid/selection';
import { formatSort, parseSort, type SortKey } from '@/grid/sort';
import { SortMenu } from '@/grid/sort-menu';
import type { GridColumn } from '@/grid/types';
import { type List, type ListView, useList, viewKeyOf } from '@/grid/use-list';
import { useRowHeight } from '@/grid/use-row-height';
import { pageOf } from '@/grid/window';
import { withLateTexts } from '@/i18n/setup';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { copyText } from '@/lib/copy';
import { usePhone } from '@/lib/use-media';
import { FilterBar } from '@/rules/filter-bar';
import {
  compileFilters,
  isGroupable,
  joinFilters,
  type QuickFilter,
  splitFilter,
} from '@/rules/quick-filters';
import type { RuleDialogProps } from '@/rules/rule-dialog';
import { conditionsOf, readRule, readRuleText } from '@/rules/tree';
import { useRuleCatalogue } from '@/rules/use-rule-catalogue';
import { fieldLabel } from '@/rules/use-rule-words';
import { Button } from '@/ui/button';
import { deferComponent, deferModule } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { toast } from '@/ui/toast';
import { LayoutMenu } from './groups/layout-menu';
import { readKept, readPlace, writeKept, writePlace } from './list-place';
import { ListSearch } from './list-search';
import type { ChangeParams, ListSearchParams } from './list-search-params';
import { ListFailed, LoadingRows, OverRows, PartFailed } from './list-states';
import type { Pasted } from './paste/paste-dialog';
import { SelectionBar } from './selection-bar';
import { ViewMenu, ViewProblems } from './view-menu';
import { columnsToSave, NO_VIEW } from './views';

const RuleDialog = deferComponent<RuleDialogProps>(
  () => withLateTexts(async () => (await import('@/rules/rule-dialog')).RuleDialog),
  ({ open }) => open,
);

const paste = deferModule(() => withLateTexts(() => import('./paste/paste-dialog')));
const grouped = deferModule(() =>
  withLateTexts(async () => ({
    ...(await import('./groups/grouped-grid')),
    ...(await import('./groups/board')),
  })),
);

/** Rows that are two lines high. */
const CARD_HEIGHT = 64;

/** The record shown over the list, and the ways from it to its neighbours. */
export interface OpenRecord<Row> {
  readonly id: string;
  /** As the list holds it, when it does. */
  readonly row: Row | undefined;
  readonly position: { index: number; total: string } | undefined;
  readonly previous: (() => void) | undefined;
  readonly next: (() => void) | undefined;
  readonly close: () => void;
  readonly neighbours: readonly string[];
}

export interface SelectionActions<Row> {
  readonly selection: Selection;
  readonly count: number;
  readonly list: List<Row>;
  readonly view: ListView;
  readonly columns: readonly string[];
  /** What was selected is under way: nothing is selected any more. */
  readonly clear: () => void;
}

export interface ListTools {
  readonly view: ListView;
  readonly columns: readonly string[];
  readonly total: number;
  /** Whether there are no more than `total`. */
  readonly exact: boolean;
  /** The list has been read and holds no record. */
  readonly nothing: boolean;
}

/** What another way to show the rows is given. */
export interface ListBody<Row> {
  readonly view: ListView;
  /** The filter of the view without what `within` adds. */
  readonly filter: Filter | undefined;
  readonly openId: string | undefined;
  readonly onOpen: (row: Row) => void;
  readonly ref: Ref<GridHandle>;
  /** The rows in the order in which J and K go through them; says with `onMoved` that they have changed. */
  readonly walked: RefObject<List<Row> | null>;
  readonly onMoved: (state: string) => void;
}

/** A list that is part of something else, such as the members of a segment. */
export interface ListWithin<Row> {
  /** Holds for every row, and is no filter that somebody could take away. */
  readonly filter: Filter;
  readonly title: string;
  /** Before and beside the title. */
  readonly leading?: ReactNode;
  readonly note?: ReactNode;
  readonly headerActions: ReactNode;
  /** Between the header and the filters. */
  readonly intro?: ReactNode;
  readonly selectionActions?: (about: SelectionActions<Row>) => ReactNode;
  readonly emptyState: ReactNode;
}

interface ListScreenProps<Row extends { id: string }> {
  name: string;
  /** What the catalogue of fields calls such a record. */
  record: string;
  title: string;
  leading?: ReactNode;
  /** Beside the count. */
  note?: ReactNode;
  intro?: ReactNode;
  /** See `ListWithin`. */
  within?: Filter;
  searchLabel: string;
  columns: readonly GridColumn<Row>[];
  /** The one column of phones. */
  card: GridColumn<Row>;
  filters: readonly QuickFilter[];
  params: ListSearchParams;
  onParams: ChangeParams;
  /** The order when the address names none. */
  defaultSort: string;
  /** Fields to sort by that every record has. */
  sureFields: readonly string[];
  fetchPage: (
    view: ListView,
    cursor: string | null,
    limit: number,
    signal: AbortSignal,
  ) => Promise<Page<Row>>;
  fetchCount: (view: ListView, exact: boolean, signal: AbortSignal) => Promise<Count>;
  /**
   * How many have each value of a field; without `keepOwn` whatever the filter says of the field itself. Absent where no
   * filter is counted.
   */
  fetchFacet?: (view: ListView, field: string, signal: AbortSignal, keepOwn?: boolean) => Promise<Facet>;
  rowLabel: (row: Row) => string;
  headerActions: ReactNode;
  /** Further tools of the list, at the right of its filters. */
  tools?: (about: ListTools) => ReactNode;
  selectionActions: (about: SelectionActions<Row>) => ReactNode;
  /** What a workspace without any such record shows. */
  emptyState: ReactNode;
  drawer: (open: OpenRecord<Row> | undefined) => ReactNode;
  /** Acts on the open record, or else on the row that has the focus. */
  rowCommands?: (current: () => Row | undefined) => readonly Command[];
  /** Shows the rows in place of the table. */
  body?: (about: ListBody<Row>) => ReactNode;
}

/** A list with its search, filters, columns, selection and the record that is open over it. All of it is in the address. */
export function ListScreen<Row extends { id: string }>({
  name,
  record,
  title,
  leading,
  note,
  intro,
  within,
  searchLabel,
  columns,
  card,
  filters,
  params,
  onParams,
  defaultSort,
  sureFields,
  fetchPage,
  fetchCount,
  fetchFacet,
  rowLabel,
  headerActions,
  tools,
  selectionActions,
  emptyState,
  drawer,
  rowCommands,
  body,
}: ListScreenProps<Row>) {
  const t = useT();
  const format = useFormat();
  const phone = usePhone();
  const rowHeight = useRowHeight();
  const grid = useRef<GridHandle>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const lastFilter = useRef<string>(undefined);

  const sortText = params.sort ?? '';
  const sort = useMemo(
    () => parseSort(sortText).filter((key) => columns.some((column) => column.sortField === key.field)),
    [sortText, columns],
  );
  const order = formatSort(sort);
  const q = params.q ?? '';
  const values = Object.fromEntries(
    filters.map(({ key }) => [key, (params as Record<string, unknown>)[key] as string | undefined]),
  );
  const own = useMemo(() => readRuleText(params.filter), [params.filter]);
  const asked = joinFilters(compileFilters(filters, values), own);
  const filterText = JSON.stringify(joinFilters(asked, within) ?? null);
  const view = useMemo<ListView>(
    () => ({ filter: JSON.parse(filterText) ?? undefined, q, sort: order }),
    [filterText, q, order],
  );
  const filtered = asked !== undefined || q !== '';

  const [place] = useState(() => readPlace(name, viewKeyOf(view)));
  const listOptions = { name, view, fetchPage, fetchCount, defaultSort, sureFields };
  const list = useList<Row>({
    ...listOptions,
    unread: body !== undefined,
    start: place?.cursor ? { page: place.page, cursor: place.cursor } : null,
  });

  const groupable = useMemo(
    () => (fetchFacet && !body ? filters.filter(isGroupable) : []),
    [filters, fetchFacet, body],
  );
  const by = groupable.find(({ field }) => field === params.group);
  const board = by !== undefined && params.layout === 'board';
  const [pasted, setPasted] = useState<Pasted<Row> | null>(null);
  const pasting = paste.useModule();
  const groups = grouped.useModule();
  useEffect(() => {
    if (by !== undefined) void grouped.load();
  }, [by]);
  const walked = useRef<List<Row> | null>(null);
  if (body === undefined && (by === undefined || board)) walked.current = null;
  /** The rows as they stand on the screen, heads of groups among them. */
  const standing = () => walked.current ?? list;
  // The rows of groups are read, opened and closed below this component, which looks again where things stand then.
  const [, setMoved] = useState('');

  // The address says which columns there are; without a word of it they are as this browser left them.
  const [kept, setKept] = useState(() => readKept(`columns.${name}`));
  const viewId = params.view === NO_VIEW ? undefined : params.view;
  const cols = params.cols ?? (viewId === undefined ? kept : undefined);
  const columnState = useMemo(() => parseColumns(cols, columns), [cols, columns]);
  const cardColumns = useMemo(() => [card], [card]);
  const cardState = useMemo(() => parseColumns(undefined, cardColumns), [cardColumns]);
  const onColumns = (action: ColumnAction) => {
    const changed = reduceColumns(columnState, action, columns);
    const next = formatColumns(changed, columns);
    // The columns of a view are its own; they stand in the address even where they are as they come.
    if (viewId === undefined) {
      setKept(next);
      writeKept(`columns.${name}`, next);
    }
    onParams({ cols: next }, true);
  };
  const columnIds = visibleColumns(columnState).map((each) => each.id);

  const [selection, setSelection] = useState<Selection>(NOTHING);
  // Another filter is another set: nothing of the selection would be in sight.
  const scopeKey = `${q}|${filterText}`;
  const [selectedIn, setSelectedIn] = useState(scopeKey);
  if (selectedIn !== scopeKey) {
    setSelectedIn(scopeKey);
    setSelection(NOTHING);
  }
  const scope = useMemo(() => ({ filter: view.filter ?? null, q }), [view.filter, q]);
  const count = selectedCount(selection, list.total);

  const total =
    list.count === null
      ? null
      : list.count.exact
        ? format.number(list.total)
        : t('grid.count.atLeast', { count: list.count.count });

  const onRest = useCallback(
    (row: number) => {
      const page = pageOf(row);
      writePlace(name, { viewKey: list.viewKey, row, page, cursor: list.cursorOf(page) });
    },
    [name, list.viewKey, list.cursorOf],
  );

  /* ---- The open record ------------------------------------------------------------------------------------------ */

  const openId = params.open;
  // The record may leave the loaded pages, or the list, while it is open: its place is remembered.
  const lastIndex = useRef(-1);
  /** Where a record stands now. One that stands in several groups is where it was opened. */
  const placeOf = (id: string) => {
    const rows = standing();
    return rows.rowAt(lastIndex.current)?.id === id ? lastIndex.current : rows.indexOf(id);
  };
  const openIndex = openId === undefined ? -1 : placeOf(openId);
  if (openIndex >= 0) lastIndex.current = openIndex;
  else if (openId === undefined) lastIndex.current = Math.min(lastIndex.current, standing().total - 1);

  /** The place beside that of the open record. */
  const neighbourOf = (place: number, step: -1 | 1) => {
    if (place >= 0) return place + step;
    // A record that has left the list, such as an archived one, has made room: what follows stands in its place.
    return step > 0 ? lastIndex.current : lastIndex.current - 1;
  };
  const openRow = (row: Row, index: number, replace: boolean) => {
    lastIndex.current = index;
    onParams({ open: row.id }, replace);
  };
  const goTo = async (step: -1 | 1) => {
    if (openId === undefined) return;
    // As things stand at the press: groups may have been closed, or have grown, since this was drawn.
    const rows = standing();
    let index = neighbourOf(placeOf(openId), step);
    while (rows.headAt?.(index) !== undefined) index += step;
    if (index < 0 || index >= rows.total) return;
    let row = rows.rowAt(index);
    if (row === undefined) {
      try {
        row = (await rows.rowsIn({ first: index, end: index + 1 }))[0];
      } catch (error) {
        toast.failed({ title: t('record.drawer.failed'), description: errorText(error) });
      }
    }
    if (row === undefined) return;
    grid.current?.showRow(index);
    openRow(row, index, true);
  };
  const closing = useRef(false);
  const close = () => {
    closing.current = true;
    onParams({ open: undefined, tab: undefined });
  };
  // Only once it is closed: the person may be asked, and stay.
  useEffect(() => {
    if (openId === undefined && closing.current) {
      const index = Math.max(0, lastIndex.current);
      requestAnimationFrame(() => grid.current?.focusRow(index));
    }
    closing.current = false;
  }, [openId]);
  const known = openIndex >= 0;
  const after = neighbourOf(openIndex, 1);
  const before = neighbourOf(openIndex, -1);
  const previous = openId !== undefined && before >= 0 ? () => void goTo(-1) : undefined;
  const next =
    openId !== undefined && after >= 0 && after < standing().total ? () => void goTo(1) : undefined;
  const neighbours = known
    ? [openIndex + 1, openIndex - 1].flatMap((index) =>
        index < 0 ? [] : (standing().rowAt(index)?.id ?? []),
      )
    : [];

  const currentRow = () => {
    const rows = standing();
    if (openId !== undefined) return rows.rowAt(rows.indexOf(openId));
    const focused = document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row;
    return focused === undefined ? undefined : rows.rowAt(Number(focused));
  };
  const commands: Command[] = [
    {
      id: 'list.search',
      group: 'view',
      label: 'command.list.search',
      keys: '/',
      run: () => searchField.current?.focus(),
    },
    {
      id: 'list.focus',
      group: 'view',
      label: 'command.list.focus',
      keys: 'g l',
      run: () => grid.current?.focusRow(Math.max(0, lastIndex.current)),
    },
    {
      id: 'list.filter',
      group: 'view',
      label: 'command.list.advanced',
      keys: 'f',
      run: () => setBuilding({}),
    },
    ...(openId === undefined
      ? []
      : [
          {
            id: 'record.next',
            group: 'record',
            label: 'command.record.next',
            keys: 'j',
            run: () => void goTo(1),
          } as const,
          {
            id: 'record.previous',
            group: 'record',
            label: 'command.record.previous',
            keys: 'k',
            run: () => void goTo(-1),
          } as const,
        ]),
    ...(rowCommands?.(currentRow) ?? []),
    ...INFORMATIVE,
  ];
  useCommands(commands);

  const catalogue = useRuleCatalogue(record);
  /** The builder is open; with a field when a condition about it is to be added. */
  const [building, setBuilding] = useState<{ field?: string } | null>(null);
  const build = (field?: string) => setBuilding({ field });
  const applyRule = (filter: Filter | undefined) => {
    const split = splitFilter(filters, filter);
    setBuilding(null);
    lastFilter.current = undefined;
    onParams({ ...split.values, filter: split.rest && JSON.stringify(split.rest) });
  };
  const otherFields = useMemo(() => {
    const taken = new Set(filters.map((filter) => filter.label));
    const quick = new Set(filters.map((filter) => ('field' in filter ? filter.field : filter.key)));
    return catalogue.fields
      .filter(({ field }) => !quick.has(field))
      .map(({ field }) => ({ id: field, label: fieldLabel(t, catalogue, field) }))
      .filter(({ id, label }) => catalogue.custom?.has(id) || !taken.has(label));
  }, [catalogue, filters, t]);

  const clearFilters = () =>
    onParams({
      q: undefined,
      filter: undefined,
      ...Object.fromEntries(filters.map((filter) => [filter.key, undefined])),
    });

  const nothing = body
    ? list.count?.count === 0
    : !list.loading && !list.stale && list.error === null && list.total === 0;
  // Groups say of themselves how their reading goes.
  const placeholder =
    isStatus(list.error, 400) && asked !== undefined ? (
      <EmptyState
        className="pt-[8vh]"
        icon={FilterX}
        title={t('filters.broken.title')}
        description={t('filters.broken.hint')}
        actions={
          <>
            <Button variant="primary" onClick={() => build()}>
              {t('filters.broken.edit')}
            </Button>
            <Button onClick={clearFilters}>{t('filters.broken.remove')}</Button>
          </>
        }
      />
    ) : by === undefined && list.error !== null && list.total === 0 ? (
      <ListFailed className="pt-[8vh]" error={list.error} onRetry={list.retry} />
    ) : by === undefined && body === undefined && list.loading ? (
      <LoadingRows />
    ) : nothing ? (
      filtered ? (
        <EmptyState
          className="pt-[8vh]"
          icon={SearchX}
          title={t('grid.state.noMatch')}
          description={t('grid.state.noMatchHint')}
          actions={<Button onClick={clearFilters}>{t('grid.state.clearFilters')}</Button>}
        />
      ) : (
        emptyState
      )
    ) : null;

  // The drawer closes on Escape from anywhere on the page, also from the list beside it.
  const closeRef = useRef(close);
  closeRef.current = close;
  useEffect(() => {
    if (openId === undefined) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // A menu or a dialog above the drawer is closed first, by itself.
      if (document.querySelector('[data-modal], [role="menu"], [role="listbox"]') !== null) return;
      event.preventDefault();
      closeRef.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [openId]);

  const table = {
    label: title,
    columns: phone ? cardColumns : columns,
    columnState: phone ? cardState : columnState,
    onColumns,
    sort: sort.length > 0 ? sort : parseSort(defaultSort),
    onSort: (keys: SortKey[]) => onParams({ sort: formatSort(keys) || undefined }),
    selection,
    onSelection: setSelection,
    scope,
    rowHeight: phone ? CARD_HEIGHT : rowHeight,
    rowLabel,
    openId,
    onOpen: (row: Row, index: number) => openRow(row, index, openId !== undefined),
    onRefused: (reason: string) => toast.failed({ title: reason }),
    onCopied: (text: string) => {
      if (text === '') return;
      void copyText(text).then((copied) =>
        copied
          ? toast.done({ title: t('common.copy.done', { what: text }) })
          : toast.failed({ title: t('common.copy.failed') }),
      );
    },
    onPasted: (next: Pasted<Row>) => {
      setPasted(next);
      void paste.load();
    },
    empty: placeholder === null ? null : <OverRows>{placeholder}</OverRows>,
    cards: phone,
  };

  const pastedColumn = pasted && columns.find(({ id }) => id === pasted.column.id);
  // A column whose editor has arrived since is planned again; one that is only another object is not.
  const pastedKind = pastedColumn?.edit?.kind;
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const pastedNow = useMemo(
    () => (pasted && pastedColumn ? { ...pasted, column: pastedColumn } : pasted),
    [pasted, pastedKind],
  );

  const savedViews = within === undefined && (record === 'customer' || record === 'company') ? record : null;
  const viewMenu = savedViews ? (
    <ViewMenu
      record={savedViews}
      title={title}
      id={viewId}
      now={{
        filter: asked,
        sort: order,
        columns: columnsToSave(columnState, columns),
        groupBy: by?.field ?? null,
        layout: board ? 'board' : 'table',
      }}
      filters={filters}
      columns={columns}
      onParams={onParams}
    />
  ) : null;

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={title}
        leading={leading}
        note={
          <span className="flex items-center gap-2">
            {total === null ? null : (
              <span className="tabular" aria-live="polite">
                {total}
              </span>
            )}
            {note}
            {phone ? null : viewMenu}
          </span>
        }
        actions={headerActions}
      />
      {intro}
      {savedViews ? <ViewProblems record={savedViews} id={viewId} /> : null}
      <search
        aria-label={t('grid.toolbar.label')}
        className="flex shrink-0 flex-wrap items-center gap-2 border-line border-b px-4 py-2 sm:px-5"
      >
        <ListSearch
          ref={searchField}
          label={searchLabel}
          value={q}
          onCommit={(text) => onParams({ q: text === '' ? undefined : text }, true)}
          onDown={() => grid.current?.focusRow(0)}
        />
        {/* On phones one row that scrolls sideways; the list keeps the height. */}
        <div className="flex min-w-0 items-center gap-2 max-sm:-mx-1 max-sm:flex-1 max-sm:overflow-x-auto max-sm:p-1 sm:flex-wrap">
          {phone ? viewMenu : null}
          <FilterBar
            filters={filters}
            values={values}
            onChange={(key, value) => {
              // One step back in history takes a whole filter away, not one of its choices.
              const same = lastFilter.current === key && values[key] !== undefined && value !== undefined;
              lastFilter.current = key;
              onParams({ [key]: value }, same);
            }}
            onClearAll={clearFilters}
            counts={
              fetchFacet && {
                of: [name, 'count', scopeKey],
                fetch: (field, signal) => fetchFacet(view, field, signal),
              }
            }
            advanced={{
              conditions: own === undefined ? 0 : conditionsOf(readRule(own)),
              fields: otherFields,
              onOpen: build,
              onRemove: () => onParams({ filter: undefined }),
            }}
          />
        </div>
        <span className="ml-auto flex shrink-0 items-center gap-1">
          {tools?.({
            view,
            columns: columnIds,
            total: list.total,
            exact: list.count?.exact !== false,
            nothing,
          })}
          {groupable.length === 0 ? null : (
            <LayoutMenu fields={groupable} by={by} board={board} onChange={(change) => onParams(change)} />
          )}
          {body ? null : phone ? (
            <SortMenu
              columns={columns}
              sort={sort}
              onSort={(keys) => onParams({ sort: formatSort(keys) || undefined })}
            />
          ) : (
            <ColumnsMenu columns={columns} state={columnState} onColumns={onColumns} />
          )}
        </span>
      </search>
      {by === undefined && list.error !== null && list.total > 0 ? (
        <PartFailed error={list.error} onRetry={list.retry} />
      ) : null}
      {body ? (
        placeholder === null ? (
          body({
            view,
            filter: asked,
            openId,
            onOpen: (row) => openRow(row, standing().indexOf(row.id), openId !== undefined),
            ref: grid,
            walked,
            onMoved: setMoved,
          })
        ) : (
          <div className="min-h-0 flex-1 overflow-y-auto">{placeholder}</div>
        )
      ) : by === undefined ? (
        <DataGrid<Row> {...table} ref={grid} list={list} startRow={place?.row ?? 0} onRest={onRest} />
      ) : groups === null ? (
        <div className="flex-1">
          <LoadingRows />
        </div>
      ) : fetchFacet === undefined ? null : board ? (
        <groups.Board<Row>
          label={title}
          by={by}
          list={listOptions}
          fetchFacet={fetchFacet}
          columns={columns}
          columnState={columnState}
          rowLabel={rowLabel}
          openId={openId}
          onOpen={(row) => openRow(row, -1, openId !== undefined)}
          onRefused={table.onRefused}
          empty={placeholder}
        />
      ) : (
        <groups.GroupedGrid<Row>
          {...table}
          gridRef={grid}
          by={by}
          list={listOptions}
          fetchFacet={fetchFacet}
          walked={walked}
          onMoved={setMoved}
        />
      )}
      {isEmpty(selection) ? null : (
        <SelectionBar
          count={count}
          total={list.total}
          exact={list.count?.exact !== false}
          onSelectAll={
            selection.mode === 'some' && count < list.total
              ? () => setSelection(selectAllMatching(scope))
              : undefined
          }
          onClear={() => setSelection(NOTHING)}
        >
          {selectionActions({
            selection,
            count,
            list,
            view,
            columns: columnIds,
            clear: () => setSelection(NOTHING),
          })}
        </SelectionBar>
      )}
      {pasting === null ? null : (
        <pasting.PasteDialog<Row>
          pasted={pastedNow}
          onClose={() => {
            setPasted(null);
            grid.current?.focusRow(pasted?.row ?? 0);
          }}
          list={standing()}
          selection={selection}
          rowLabel={rowLabel}
        />
      )}
      <RuleDialog
        open={building !== null}
        onClose={() => setBuilding(null)}
        catalogue={catalogue}
        filter={asked}
        field={building?.field}
        ask={(filter, signal) =>
          fetchCount({ filter: joinFilters(filter, within), q, sort: '' }, false, signal)
        }
        scope={within === undefined ? q : `${JSON.stringify(within)} ${q}`}
        onApply={applyRule}
      />
      {drawer(
        openId === undefined
          ? undefined
          : {
              id: openId,
              row: known ? standing().rowAt(openIndex) : undefined,
              // Among groups a place in the whole list says nothing.
              position:
                known && by === undefined
                  ? { index: openIndex + 1, total: total ?? format.number(list.total) }
                  : undefined,
              previous,
              next,
              close,
              neighbours,
            },
      )}
    </div>
  );
}

/** Keys that the grid handles itself; listed so that people find them. */
const INFORMATIVE: Command[] = (
  [
    ['list.key.move', 'command.grid.move', 'ArrowDown'],
    ['list.key.edit', 'command.grid.edit', 'Enter'],
    ['list.key.open', 'command.grid.open', '$mod+Enter'],
    ['list.key.select', 'command.grid.select', 'Space'],
    ['list.key.range', 'command.grid.range', 'Shift+Space'],
    ['list.key.all', 'command.grid.all', '$mod+a'],
    ['list.key.copy', 'command.grid.copy', '$mod+c'],
    ['list.key.paste', 'command.grid.paste', '$mod+v'],
    ['list.key.header', 'command.grid.headerMenu', 'Alt+ArrowDown'],
  ] as const
).map(([id, label, keys]) => ({ id, group: 'view', label, keys, informative: true, run: () => {} }));
