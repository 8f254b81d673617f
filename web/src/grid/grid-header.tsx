import { ArrowDown, ArrowUp } from 'lucide-react';
import { type PointerEvent, type RefObject, useRef, useState } from 'react';
import { useT } from '@/i18n/use-t';
import { type ColumnAction, type ColumnState, clampWidth } from './columns';
import { HEADER_ROW } from './keyboard';
import type { AllState } from './selection';
import { pressSort, type SortKey } from './sort';
import type { GridColumn } from './types';

export interface ShownColumn<Row> {
  readonly column: GridColumn<Row>;
  readonly state: ColumnState;
}

interface GridHeaderProps<Row> {
  hidden: boolean;
  columns: readonly ShownColumn<Row>[];
  pinned: ReadonlyMap<string, number>;
  sort: readonly SortKey[];
  onSort: (keys: SortKey[]) => void;
  onColumns: (action: ColumnAction) => void;
  activeCol: number;
  onFocusCol: (col: number) => void;
  /** Opens the menu of a column. */
  onMenu: (id: string) => void;
  all: AllState;
  onToggleAll: () => void;
  container: RefObject<HTMLElement | null>;
}

/** Pointer movement that makes a press on a header a drag. */
const DRAG_PX = 5;

interface Drag {
  readonly id: string;
  readonly startX: number;
  readonly moving: boolean;
  /** The column it would land before; null for the end. */
  readonly before: string | null;
}

const ariaSort = { up: 'ascending', down: 'descending', none: undefined } as const;

export function GridHeader<Row>({
  hidden,
  columns,
  pinned,
  sort,
  onSort,
  onColumns,
  activeCol,
  onFocusCol,
  onMenu,
  all,
  onToggleAll,
  container,
}: GridHeaderProps<Row>) {
  const t = useT();
  const row = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);

  const headerOf = (id: string) =>
    row.current?.querySelector<HTMLElement>(`[data-column="${CSS.escape(id)}"]`) ?? null;

  /** Widths change as one variable while the pointer is down; React hears the result. */
  const startResize = (event: PointerEvent<HTMLElement>, { state }: ShownColumn<Row>) => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const box = container.current;
    const startX = event.clientX;
    const tracks = box?.style.getPropertyValue('--grid-cols') ?? '';
    const index = columns.findIndex((each) => each.state.id === state.id) + 1;
    let width = state.width;
    handle.setPointerCapture(event.pointerId);
    const onMove = (move: globalThis.PointerEvent) => {
      width = clampWidth(state.width + move.clientX - startX);
      // Tracks are separated by spaces outside of brackets.
      const parts = tracks.match(/minmax\([^)]*\)|\S+/g) ?? [];
      parts[index] = parts[index]?.startsWith('minmax(') ? `minmax(${width}px, 1fr)` : `${width}px`;
      box?.style.setProperty('--grid-cols', parts.join(' '));
      box?.style.setProperty(
        '--grid-width',
        `${columns.reduce((sum, each) => sum + (each.state.id === state.id ? width : each.state.width), 40)}px`,
      );
    };
    const onUp = () => {
      handle.removeEventListener('pointermove', onMove);
      handle.removeEventListener('pointerup', onUp);
      handle.removeEventListener('pointercancel', onUp);
      if (width !== state.width) onColumns({ kind: 'resize', id: state.id, width });
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', onUp);
    handle.addEventListener('pointercancel', onUp);
  };

  const dropBefore = (clientX: number): string | null => {
    for (const { state } of columns) {
      const box = headerOf(state.id)?.getBoundingClientRect();
      if (box && clientX < box.left + box.width / 2) return state.id;
    }
    return null;
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>, id: string) => {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    const cell = event.currentTarget;
    setDrag({ id, startX: event.clientX, moving: false, before: id });
    cell.setPointerCapture(event.pointerId);
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (drag === null) return;
    const moving = drag.moving || Math.abs(event.clientX - drag.startX) > DRAG_PX;
    if (moving) setDrag({ ...drag, moving, before: dropBefore(event.clientX) });
  };

  const onPointerUp = (shown: ShownColumn<Row>, col: number, add: boolean) => {
    const ended = drag;
    setDrag(null);
    if (ended?.moving) {
      onColumns({ kind: 'moveBefore', id: ended.id, before: ended.before });
      return;
    }
    onFocusCol(col);
    const { sortField, firstDescending } = shown.column;
    if (ended !== null && sortField !== undefined) {
      onSort(pressSort(sort, sortField, firstDescending === true, add));
    }
  };

  return (
    <div role="rowgroup" className="grid-head" data-hidden={hidden ? '' : undefined}>
      <div role="row" aria-rowindex={1} data-row={HEADER_ROW} className="grid-header-row" ref={row}>
        <div
          role="columnheader"
          aria-colindex={1}
          data-col={0}
          data-pinned=""
          data-all={all}
          className="grid-header grid-select"
          style={{ left: 0 }}
          tabIndex={activeCol === 0 ? 0 : undefined}
          aria-label={t(all === 'none' ? 'grid.header.selectAll' : 'grid.header.selectNone')}
          onClick={() => {
            onFocusCol(0);
            onToggleAll();
          }}
          // The grid's own listener handles keys.
          onKeyDown={undefined}
        />
        {columns.map((shown, index) => {
          const { column } = shown;
          const place = sort.findIndex((key) => key.field === column.sortField);
          const key = sort[place];
          const direction = key === undefined ? 'none' : key.descending ? 'down' : 'up';
          const left = pinned.get(column.id);
          return (
            <div
              key={column.id}
              role="columnheader"
              className="grid-header"
              aria-colindex={index + 2}
              aria-sort={ariaSort[direction]}
              data-col={index + 1}
              data-column={column.id}
              data-align={column.align}
              data-sortable={column.sortField === undefined ? undefined : ''}
              data-pinned={left === undefined ? undefined : ''}
              data-last-pinned={index + 1 === pinned.size ? '' : undefined}
              data-drop={drag?.moving && drag.before === column.id ? '' : undefined}
              data-dragging={drag?.moving && drag.id === column.id ? '' : undefined}
              style={left === undefined ? undefined : { left }}
              tabIndex={activeCol === index + 1 ? 0 : undefined}
              onPointerDown={(event) => onPointerDown(event, column.id)}
              onPointerMove={onPointerMove}
              onPointerUp={(event) => onPointerUp(shown, index + 1, event.shiftKey)}
              onPointerCancel={() => setDrag(null)}
              onContextMenu={(event) => {
                event.preventDefault();
                setDrag(null);
                onFocusCol(index + 1);
                onMenu(column.id);
              }}
            >
              <span className="grid-header-label">{column.header}</span>
              {direction === 'none' ? null : (
                <span className="grid-sort" aria-hidden>
                  {direction === 'up' ? <ArrowUp className="size-3.5" /> : <ArrowDown className="size-3.5" />}
                  {sort.length > 1 ? place + 1 : null}
                </span>
              )}
              <span
                aria-hidden
                className="grid-resize"
                onPointerDown={(event) => startResize(event, shown)}
                onPointerUp={(event) => event.stopPropagation()}
                onDoubleClick={() => onColumns({ kind: 'resize', id: column.id, width: column.width })}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
