import { memo } from 'react';
import type { ShownColumn } from './grid-header';
import type { GridHead } from './types';

export interface GridRowProps<Row> {
  /** Undefined while the row is on its way. */
  row: Row | undefined;
  /** The head of a group stands here. */
  head: GridHead | undefined;
  index: number;
  /** Only for the focused row that has been scrolled out of the mounted block: where it hides. */
  kept: 'above' | 'below' | undefined;
  columns: readonly ShownColumn<Row>[];
  /** Ids of the pinned columns to the distance from the left edge. */
  pinned: ReadonlyMap<string, number>;
  activeCol: number;
  /** Column whose editor is open, or -1. */
  editingCol: number;
  selected: boolean;
  open: boolean;
  selectLabel: string;
  loadingLabel: string;
}

/** The `aria-rowindex` of a row: the header is the first one. */
export const FIRST_ROW_INDEX = 2;

function GridRowBase<Row>({
  row,
  head,
  index,
  kept,
  columns,
  pinned,
  activeCol,
  editingCol,
  selected,
  open,
  selectLabel,
  loadingLabel,
}: GridRowProps<Row>) {
  const shared = {
    'aria-rowindex': index + FIRST_ROW_INDEX,
    'data-row': index,
    'data-kept': kept,
    className: 'grid-row',
  } as const;

  if (head !== undefined) {
    return (
      <div role="row" {...shared} data-whole="" data-head="">
        <div
          role="gridcell"
          className="grid-cell grid-group"
          aria-colindex={1}
          aria-colspan={columns.length + 1}
          aria-expanded={head.open}
          data-col={Math.max(0, activeCol)}
          tabIndex={activeCol >= 0 ? 0 : undefined}
        >
          {head.label} <span className="grid-more">{head.count}</span>
        </div>
      </div>
    );
  }

  if (row === undefined) {
    return (
      <div role="row" {...shared} aria-busy="true" data-loading="" data-whole="">
        <div
          role="gridcell"
          className="grid-cell grid-ghost"
          aria-colindex={1}
          data-col={Math.max(0, activeCol)}
          tabIndex={activeCol >= 0 ? 0 : undefined}
        >
          <span className="sr-only">{loadingLabel}</span>
        </div>
      </div>
    );
  }

  return (
    <div role="row" {...shared} aria-selected={selected} data-open={open ? '' : undefined}>
      <div
        role="gridcell"
        className="grid-cell grid-select"
        aria-colindex={1}
        data-col={0}
        data-pinned=""
        aria-label={selectLabel}
        style={PINNED_START}
        tabIndex={activeCol === 0 ? 0 : undefined}
      />
      {columns.map(({ column, state }, at) => {
        const left = pinned.get(column.id);
        return (
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles are cells
          <div
            key={column.id}
            role={column.required ? 'rowheader' : 'gridcell'}
            className={column.className ? `grid-cell ${column.className}` : 'grid-cell'}
            aria-colindex={at + 2}
            data-col={at + 1}
            data-align={column.align}
            data-opens={column.opens ? '' : undefined}
            data-pinned={left === undefined ? undefined : ''}
            data-initials={column.initials?.(row)}
            data-tone={column.tone?.(row)}
            data-editing={editingCol === at + 1 ? '' : undefined}
            style={left === undefined ? undefined : { left }}
            title={column.title?.(row)}
            tabIndex={activeCol === at + 1 ? 0 : undefined}
          >
            {column.render ? column.render(row, state.width) : column.text(row)}
          </div>
        );
      })}
    </div>
  );
}

const PINNED_START = { left: 0 };

export const GridRow = memo(GridRowBase) as typeof GridRowBase;
