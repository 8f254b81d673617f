/**
 * What a key means in the grid. A pure table, so that the help sheet, the tests and the
 * component cannot disagree. Row -1 is the header row.
 */

export const HEADER_ROW = -1;

export interface CellPosition {
  readonly row: number;
  readonly col: number;
}

export interface KeyPress {
  readonly key: string;
  readonly shift: boolean;
  /** Ctrl, or Command on Apple keyboards. */
  readonly mod: boolean;
  readonly alt: boolean;
}

export interface GridShape {
  readonly rows: number;
  readonly cols: number;
  /** Rows one PageDown moves. */
  readonly page: number;
}

export type GridCommand =
  | { readonly kind: 'move'; readonly to: CellPosition }
  | { readonly kind: 'extend'; readonly to: CellPosition }
  | { readonly kind: 'edit' }
  | { readonly kind: 'open' }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'toggleRange' }
  | { readonly kind: 'selectAll' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'copy' }
  | { readonly kind: 'sort'; readonly add: boolean }
  | { readonly kind: 'headerMenu' }
  | { readonly kind: 'moveColumn'; readonly by: -1 | 1 }
  | { readonly kind: 'resizeColumn'; readonly by: -1 | 1 };

function clampRow(row: number, shape: GridShape): number {
  return Math.min(Math.max(row, HEADER_ROW), shape.rows - 1);
}

function clampCol(col: number, shape: GridShape): number {
  return Math.min(Math.max(col, 0), Math.max(0, shape.cols - 1));
}

/** Where an arrow or paging key leads from `at`, or null when it is not one. */
export function destination(press: KeyPress, at: CellPosition, shape: GridShape): CellPosition | null {
  const { row, col } = at;
  const last = shape.rows - 1;
  const to = (nextRow: number, nextCol: number): CellPosition => ({
    row: clampRow(nextRow, shape),
    col: clampCol(nextCol, shape),
  });
  switch (press.key) {
    case 'ArrowDown':
      return press.mod ? to(last, col) : to(row + 1, col);
    case 'ArrowUp':
      return press.mod ? to(Math.min(0, last), col) : to(row - 1, col);
    case 'ArrowRight':
      return press.mod ? to(row, shape.cols - 1) : to(row, col + 1);
    case 'ArrowLeft':
      return press.mod ? to(row, 0) : to(row, col - 1);
    case 'Home':
      return press.mod ? to(Math.min(0, last), 0) : to(row, 0);
    case 'End':
      return press.mod ? to(last, shape.cols - 1) : to(row, shape.cols - 1);
    case 'PageDown':
      return to(row + shape.page, col);
    case 'PageUp':
      return to(Math.max(row - shape.page, Math.min(0, last)), col);
    default:
      return null;
  }
}

/** What a key does on a header cell. */
function headerCommand(press: KeyPress): GridCommand | null {
  const sideways = press.key === 'ArrowLeft' ? -1 : press.key === 'ArrowRight' ? 1 : null;
  if (sideways !== null && press.shift && !press.alt) {
    return press.mod ? { kind: 'moveColumn', by: sideways } : { kind: 'resizeColumn', by: sideways };
  }
  if (press.key === 'ContextMenu' || (press.key === 'F10' && press.shift)) {
    return { kind: 'headerMenu' };
  }
  if (press.key === 'ArrowDown' && press.alt) return { kind: 'headerMenu' };
  if (press.key === 'Enter') return { kind: 'sort', add: press.shift };
  if (press.key === ' ') return { kind: 'toggle' };
  return null;
}

function cellCommand(press: KeyPress): GridCommand | null {
  if (press.key === 'Enter') return press.mod ? { kind: 'open' } : { kind: 'edit' };
  if (press.key === 'F2') return { kind: 'edit' };
  if (press.key === ' ') return press.shift ? { kind: 'toggleRange' } : { kind: 'toggle' };
  if (press.key === 'Escape') return { kind: 'clear' };
  return null;
}

/** What a key press does, or null when it is none of the grid's business. */
export function commandFor(press: KeyPress, at: CellPosition, shape: GridShape): GridCommand | null {
  if (press.mod && !press.shift && !press.alt) {
    if (press.key === 'a' || press.key === 'A') return { kind: 'selectAll' };
    if (press.key === 'c' || press.key === 'C') return { kind: 'copy' };
  }
  const own = at.row === HEADER_ROW ? headerCommand(press) : cellCommand(press);
  if (own !== null) return own;
  if (press.alt) return null;
  const to = destination(press, at, shape);
  if (to === null) return null;
  const vertical = to.col === at.col && to.row !== at.row;
  if (press.shift && vertical && at.row !== HEADER_ROW && to.row !== HEADER_ROW) {
    return { kind: 'extend', to };
  }
  return { kind: 'move', to };
}

/**
 * Where Tab leads while editing: the next (or previous) editable cell of the row, then of
 * the next row; null when the list ends, so that focus may leave the grid. Heads of groups
 * have no cells.
 */
export function nextEditable(
  at: CellPosition,
  back: boolean,
  editable: readonly boolean[],
  rows: number,
  isHead: (row: number) => boolean = () => false,
): CellPosition | null {
  if (!editable.includes(true)) return null;
  const step = back ? -1 : 1;
  let { row, col } = at;
  for (;;) {
    col += step;
    if (col >= editable.length) {
      row += 1;
      col = 0;
    } else if (col < 0) {
      row -= 1;
      col = editable.length - 1;
    }
    if (row < 0 || row >= rows) return null;
    if (editable[col] === true && !isHead(row)) return { row, col };
  }
}
