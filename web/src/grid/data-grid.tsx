import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { errorText } from '@/api/error-text';
import { useT } from '@/i18n/use-t';
import { CellEditor } from './cell-editors/cell-editor';
import { type ColumnAction, type ColumnsState, pinnedOffsets, visibleColumns, WIDTH_STEP } from './columns';
import { GridHeader } from './grid-header';
import { GridRow } from './grid-row';
import { HeaderMenu } from './header-menu';
import { type CellPosition, commandFor, type GridCommand, HEADER_ROW, nextEditable } from './keyboard';
import {
  allState,
  isSelected,
  NOTHING,
  rangeBetween,
  type Selection,
  selectAllMatching,
  setSelected,
  toggle,
} from './selection';
import { pressSort, type SortKey } from './sort';
import type { GridColumn, GridHead } from './types';
import type { List } from './use-list';
import { useScroll } from './use-scroll';
import { pageStep, type RowRange } from './window';
import './grid.css';

/** Height of the header and width of the column of boxes, in pixels. */
export const HEADER_HEIGHT = 34;
export const SELECT_WIDTH = 40;

export interface GridHandle {
  /** Puts the focus on a cell of a row and brings it into view. */
  focusRow: (index: number) => void;
  showRow: (index: number) => void;
}

export interface DataGridProps<Row extends { id: string }> {
  label: string;
  list: List<Row>;
  columns: readonly GridColumn<Row>[];
  columnState: ColumnsState;
  onColumns: (action: ColumnAction) => void;
  sort: readonly SortKey[];
  onSort: (keys: SortKey[]) => void;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  /** What "all matching" would mean. */
  scope: { filter: unknown; q: string };
  rowHeight: number;
  rowLabel: (row: Row) => string;
  openId: string | undefined;
  onOpen: (row: Row, index: number) => void;
  /** An edit that is not allowed, with the reason. */
  onRefused: (reason: string) => void;
  onCopied: (text: string) => void;
  /** Text was pasted while the focus was on this cell. */
  onPasted?: (pasted: { text: string; column: GridColumn<Row>; row: number }) => void;
  startRow?: number;
  onRest?: (row: number) => void;
  /** Shown in place of the rows: nothing there, or an error. */
  empty?: ReactNode;
  /** No header: one wide column of cards, on phones. */
  cards?: boolean;
  ref?: Ref<GridHandle>;
}

interface Editing extends CellPosition {
  readonly id: string;
}

export function DataGrid<Row extends { id: string }>({
  label,
  list,
  columns,
  columnState,
  onColumns,
  sort,
  onSort,
  selection,
  onSelection,
  scope,
  rowHeight,
  rowLabel,
  openId,
  onOpen,
  onRefused,
  onCopied,
  onPasted,
  startRow = 0,
  onRest,
  empty,
  cards = false,
  ref,
}: DataGridProps<Row>) {
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const headerHeight = cards ? 0 : HEADER_HEIGHT;

  const { space, viewport, mounted, showRow } = useScroll({
    scroller,
    total: list.total,
    rowHeight,
    headerHeight,
    viewKey: list.viewKey,
    startRow,
    onWindow: list.want,
    onRest,
  });

  const shown = useMemo(() => {
    const byId = new Map(columns.map((column) => [column.id, column]));
    return visibleColumns(columnState).flatMap((state) => {
      const column = byId.get(state.id);
      return column === undefined ? [] : [{ column, state }];
    });
  }, [columns, columnState]);
  const shownColumns = useMemo(() => shown.map(({ column }) => column), [shown]);
  const pinned = useMemo(() => pinnedOffsets(columnState, SELECT_WIDTH), [columnState]);
  const cols = shown.length + 1;

  const [active, setActive] = useState<CellPosition>({ row: 0, col: 1 });
  const [editing, setEditing] = useState<Editing | null>(null);
  /** Where a range starts, and what was selected before it. */
  const anchor = useRef<{ row: number; base: Selection } | null>(null);
  /** The focus belongs into the grid: rows that come and go must not lose it. */
  const focused = useRef(false);
  /** It was moved there just now, wherever it is. */
  const moving = useRef(false);

  // Columns and rows may have become fewer than where the focus was.
  const at: CellPosition = {
    row: Math.min(active.row, Math.max(HEADER_ROW, list.total - 1)),
    col: Math.min(active.col, cols - 1),
  };

  const cellAt = useCallback(
    (position: CellPosition): HTMLElement | null =>
      grid.current?.querySelector<HTMLElement>(
        `[data-row="${position.row}"] > [data-col="${position.col}"], [data-row="${position.row}"][data-whole] > [data-col]`,
      ) ?? null,
    [],
  );

  const focusActive = () => {
    const cell = cellAt(at);
    if (cell === null) return;
    if (document.activeElement !== cell) cell.focus({ preventScroll: true });
    const box = scroller.current;
    if (box === null || cell.dataset.pinned !== undefined) return;
    const pinnedWidth = [...pinned.keys()].reduce(
      (sum, id) => sum + (columnState.find((each) => each.id === id)?.width ?? 0),
      SELECT_WIDTH,
    );
    const left = cell.offsetLeft;
    if (left - pinnedWidth < box.scrollLeft) box.scrollLeft = left - pinnedWidth;
    else if (left + cell.offsetWidth > box.scrollLeft + box.clientWidth) {
      box.scrollLeft = Math.min(left - pinnedWidth, left + cell.offsetWidth - box.clientWidth);
    }
  };

  // A moved focus, and a focused cell whose row was replaced by its loaded self.
  useLayoutEffect(() => {
    if (!focused.current || editing !== null) return;
    const now = document.activeElement;
    if (moving.current || now === null || now === document.body || grid.current?.contains(now)) {
      moving.current = false;
      focusActive();
    }
  });

  const move = useCallback(
    (to: CellPosition) => {
      focused.current = true;
      moving.current = true;
      setActive(to);
      if (to.row >= 0) showRow(to.row);
    },
    [showRow],
  );

  useImperativeHandle(
    ref,
    () => ({
      focusRow: (index) => {
        move({ row: index, col: Math.max(1, at.col) });
        cellAt({ row: index, col: Math.max(1, at.col) })?.focus({ preventScroll: true });
      },
      showRow,
    }),
    [move, showRow, cellAt, at.col],
  );

  // Another view: nothing of the former position holds.
  const [viewKey, setViewKey] = useState(list.viewKey);
  if (viewKey !== list.viewKey) {
    setViewKey(list.viewKey);
    setActive((was) => ({ row: was.row === HEADER_ROW ? HEADER_ROW : 0, col: was.col }));
    setEditing(null);
    anchor.current = null;
  }

  const selectRange = async (from: number, to: number, base: Selection) => {
    let rows: Row[];
    try {
      rows = await list.rowsIn(rangeBetween(from, to));
    } catch (error) {
      onRefused(errorText(error));
      return;
    }
    onSelection(
      setSelected(
        base,
        rows.map((row) => row.id),
        true,
      ),
    );
  };

  const extendTo = (row: number) => {
    const from = anchor.current ?? { row: Math.max(0, at.row), base: selection };
    anchor.current = from;
    void selectRange(from.row, row, from.base);
  };

  const toggleRow = (index: number) => {
    const row = list.rowAt(index);
    if (row === undefined) return;
    const next = toggle(selection, row.id);
    onSelection(next);
    anchor.current = { row: index, base: next };
  };

  const toggleAll = () =>
    onSelection(allState(selection, list.total) === 'none' ? selectAllMatching(scope) : NOTHING);

  const startEdit = (position: CellPosition) => {
    const head = list.headAt?.(position.row);
    if (head !== undefined) {
      head.turn();
      return;
    }
    const row = list.rowAt(position.row);
    const column = shownColumns[position.col - 1];
    if (row === undefined) return;
    if (position.col === 0) {
      toggleRow(position.row);
      return;
    }
    if (column?.edit === undefined) {
      onOpen(row, position.row);
      return;
    }
    const reason = column.edit.blocked?.(row) ?? null;
    if (reason !== null) {
      onRefused(reason);
      return;
    }
    move(position);
    setEditing({ ...position, id: row.id });
  };

  const endEdit = useCallback(
    (to: CellPosition | null) => {
      focused.current = true;
      moving.current = true;
      setEditing(null);
      if (to !== null) move(to);
    },
    [move],
  );

  const resizeBy = (col: number, by: number) => {
    const state = shown[col - 1]?.state;
    if (state) onColumns({ kind: 'resize', id: state.id, width: state.width + by * WIDTH_STEP });
  };

  const [menuColumn, setMenuColumn] = useState<string | null>(null);
  const menuFor = shown.find((each) => each.column.id === menuColumn);
  const headerOf = (id: string) =>
    grid.current?.querySelector<HTMLElement>(`[data-column="${CSS.escape(id)}"]`) ?? null;

  const run = (command: GridCommand) => {
    const column = shownColumns[at.col - 1];
    switch (command.kind) {
      case 'move':
        anchor.current = null;
        move(command.to);
        return;
      case 'extend':
        extendTo(command.to.row);
        move(command.to);
        return;
      case 'toggle':
        if (at.row === HEADER_ROW) toggleAll();
        else toggleRow(at.row);
        return;
      case 'toggleRange':
        extendTo(at.row);
        return;
      case 'selectAll':
        onSelection(selectAllMatching(scope));
        return;
      case 'clear':
        anchor.current = null;
        onSelection(NOTHING);
        return;
      case 'edit':
        startEdit(at);
        return;
      case 'open': {
        const row = list.rowAt(at.row);
        if (row !== undefined) onOpen(row, at.row);
        return;
      }
      case 'copy': {
        const row = list.rowAt(at.row);
        if (row !== undefined && column !== undefined) onCopied(column.text(row));
        return;
      }
      case 'sort':
        if (at.col === 0) toggleAll();
        else if (column?.sortField !== undefined)
          onSort(pressSort(sort, column.sortField, column.firstDescending === true, command.add));
        return;
      case 'headerMenu':
        if (column !== undefined) setMenuColumn(column.id);
        return;
      case 'moveColumn':
        if (column !== undefined) {
          onColumns({ kind: 'move', id: column.id, by: command.by });
          const group = shown.filter(({ state }) => state.pinned === shown[at.col - 1]?.state.pinned);
          const place = group.findIndex((each) => each.column.id === column.id) + command.by;
          if (place >= 0 && place < group.length) move({ row: HEADER_ROW, col: at.col + command.by });
        }
        return;
      case 'resizeColumn':
        resizeBy(at.col, command.by);
        return;
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Keys of the editor and of menus in portals come by here too.
    if (editing !== null || !grid.current?.contains(event.target as Node)) return;
    const head = list.headAt?.(at.row);
    if (head !== undefined && turns(event, head)) {
      event.preventDefault();
      event.stopPropagation();
      head.turn();
      return;
    }
    const command = commandFor(
      { key: event.key, shift: event.shiftKey, mod: event.ctrlKey || event.metaKey, alt: event.altKey },
      at,
      { rows: list.total, cols, page: pageStep(viewport, rowHeight) },
    );
    if (command === null) return;
    // Text marked by hand is what a person means to copy; Escape without a selection is others' business.
    if (command.kind === 'copy' && String(getSelection()) !== '') return;
    if (command.kind === 'clear' && selection === NOTHING) return;
    event.preventDefault();
    event.stopPropagation();
    run(command);
  };

  /** The cell a pointer event fell on. */
  const hit = (event: MouseEvent): (CellPosition & { element: HTMLElement }) | null => {
    const element = (event.target as HTMLElement).closest<HTMLElement>('[data-col]');
    const row = element?.closest<HTMLElement>('[data-row]')?.dataset.row;
    if (!element || row === undefined) return null;
    return { row: Number(row), col: Number(element.dataset.col), element };
  };

  const onMouseDown = (event: MouseEvent) => {
    const on = hit(event);
    if (on === null || on.row === HEADER_ROW || event.button !== 0) return;
    // The browser would mark text between the clicks of a range.
    if (event.shiftKey) event.preventDefault();
    if (!event.shiftKey) anchor.current = null;
    focused.current = true;
    setActive({ row: on.row, col: on.col });
  };

  const onClick = (event: MouseEvent) => {
    const on = hit(event);
    if (on === null || on.row === HEADER_ROW) return;
    const head = list.headAt?.(on.row);
    if (head !== undefined) {
      head.turn();
      return;
    }
    if (event.shiftKey) {
      if (anchor.current === null) anchor.current = { row: active.row, base: selection };
      extendTo(on.row);
      return;
    }
    if (on.col === 0 || event.ctrlKey || event.metaKey) {
      toggleRow(on.row);
      return;
    }
    const row = list.rowAt(on.row);
    const column = shownColumns[on.col - 1];
    if (row !== undefined && column?.opens) onOpen(row, on.row);
  };

  const onDoubleClick = (event: MouseEvent) => {
    const on = hit(event);
    if (on === null || on.row === HEADER_ROW || on.col === 0) return;
    // A head has been turned twice by the two clicks.
    if (list.headAt?.(on.row) !== undefined) return;
    if (shownColumns[on.col - 1]?.edit !== undefined) startEdit({ row: on.row, col: on.col });
  };

  const indexes = useMemo(() => mountedIndexes(mounted, at.row), [mounted, at.row]);
  const editable = useMemo(
    () => [false, ...shownColumns.map((column) => column.edit !== undefined)],
    [shownColumns],
  );
  const editedRow = editing === null ? undefined : list.rowAt(editing.row);
  const editedColumn = editing === null ? undefined : shownColumns[editing.col - 1];

  // The record under the editor was replaced by another one: the edit has lost its subject.
  useEffect(() => {
    if (editing !== null && editedRow?.id !== editing.id) setEditing(null);
  }, [editing, editedRow]);

  const template = shown.map(({ state }, index) =>
    index === shown.length - 1 ? `minmax(${state.width}px, 1fr)` : `${state.width}px`,
  );
  const width = shown.reduce((sum, { state }) => sum + state.width, SELECT_WIDTH);
  const style: CSSProperties & Record<`--${string}`, string> = {
    '--grid-cols': `${SELECT_WIDTH}px ${cards ? 'minmax(0, 1fr)' : template.join(' ')}`,
    '--grid-width': cards ? '100%' : `${width}px`,
    '--grid-row': `${rowHeight}px`,
    '--grid-header': `${headerHeight}px`,
  };

  return (
    <div className="grid-scroller" ref={scroller} style={style} data-cards={cards ? '' : undefined}>
      <div
        ref={grid}
        role="grid"
        className="grid-root"
        aria-label={label}
        aria-rowcount={list.count?.exact === false ? -1 : list.total + 1}
        aria-colcount={cols}
        aria-multiselectable="true"
        aria-busy={list.loading || list.stale}
        data-stale={list.stale ? '' : undefined}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const column = shownColumns[at.col - 1];
          const text = event.clipboardData.getData('text/plain');
          if (editing !== null || at.row === HEADER_ROW || column === undefined || text === '') return;
          event.preventDefault();
          onPasted?.({ text, column, row: at.row });
        }}
        onMouseDown={onMouseDown}
        onClick={onClick}
        onDoubleClick={onDoubleClick}
        onFocus={() => {
          focused.current = true;
        }}
        onBlur={(event) => {
          if (event.relatedTarget !== null && !grid.current?.contains(event.relatedTarget))
            focused.current = false;
        }}
      >
        <GridHeader
          hidden={cards}
          columns={shown}
          pinned={pinned}
          sort={sort}
          onSort={onSort}
          onColumns={onColumns}
          activeCol={at.row === HEADER_ROW ? at.col : -1}
          onFocusCol={(col) => move({ row: HEADER_ROW, col })}
          onMenu={setMenuColumn}
          all={allState(selection, list.total)}
          onToggleAll={toggleAll}
          container={scroller}
        />
        <div role="rowgroup" className="grid-body" style={{ height: space.layout }}>
          <div
            role="presentation"
            className="grid-block"
            style={{ transform: `translateY(${mounted.first * rowHeight + mounted.offset}px)` }}
          >
            {indexes.map((index) => {
              const row = list.rowAt(index);
              return (
                <GridRow
                  key={index}
                  row={row}
                  head={row === undefined ? list.headAt?.(index) : undefined}
                  index={index}
                  kept={index < mounted.first ? 'above' : index >= mounted.end ? 'below' : undefined}
                  columns={shown}
                  pinned={pinned}
                  activeCol={index === at.row ? at.col : -1}
                  editingCol={index === editing?.row ? editing.col : -1}
                  selected={row !== undefined && isSelected(selection, row.id)}
                  open={row !== undefined && row.id === openId}
                  selectLabel={row === undefined ? '' : t('grid.row.select', { name: rowLabel(row) })}
                  loadingLabel={t('grid.row.loading')}
                />
              );
            })}
          </div>
        </div>
      </div>
      {empty}
      {menuFor === undefined ? null : (
        <HeaderMenu
          key={menuFor.column.id}
          shown={menuFor}
          anchor={headerOf(menuFor.column.id)}
          sort={sort}
          onSort={onSort}
          onColumns={onColumns}
          onClose={() => setMenuColumn(null)}
        />
      )}
      {editing !== null && editedRow?.id === editing.id && editedColumn?.edit !== undefined && (
        <CellEditor
          key={`${editing.id} ${editedColumn.id}`}
          anchor={() => cellAt(editing)}
          container={scroller}
          row={editedRow}
          label={t('grid.editor.label', { column: editedColumn.header, name: rowLabel(editedRow) })}
          spec={editedColumn.edit}
          onEnd={(leave) => {
            if (leave === 'away') setEditing(null);
            else if (leave === 'stay') endEdit(null);
            else {
              const isHead = (row: number) => list.headAt?.(row) !== undefined;
              const to = nextEditable(editing, leave === 'back', editable, list.total, isHead);
              endEdit(to);
              if (to !== null) startEdit(to);
            }
          }}
        />
      )}
    </div>
  );
}

/** Whether a key opens the group, or closes it. */
function turns({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, head: GridHead): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  return key === 'Enter' || key === ' ' || key === (head.open ? 'ArrowLeft' : 'ArrowRight');
}

/** The rows to mount: the window, and the focused row wherever it is, so that the focus is never lost. */
function mountedIndexes(mounted: RowRange, activeRow: number): number[] {
  const indexes: number[] = [];
  if (activeRow >= 0 && activeRow < mounted.first) indexes.push(activeRow);
  for (let index = mounted.first; index < mounted.end; index += 1) indexes.push(index);
  if (activeRow >= mounted.end && mounted.end > mounted.first) indexes.push(activeRow);
  return indexes;
}
