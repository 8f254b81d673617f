/**
 * Which columns a list shows, in which order, how wide and which stay at the left edge.
 * A pure reducer over plain data: the state is part of the address of the page.
 */

export const MIN_WIDTH = 56;
export const MAX_WIDTH = 800;
/** One key press or menu step of resizing. */
export const WIDTH_STEP = 16;

/** What the state needs to know about a column; the grid's column type extends this. */
export interface ColumnShape {
  readonly id: string;
  /** Width in pixels when nobody changed it. */
  readonly width: number;
  readonly pinned?: boolean;
  /** Hidden until somebody asks for it. */
  readonly optional?: boolean;
  /** The record's own name: cannot be hidden. */
  readonly required?: boolean;
}

export interface ColumnState {
  readonly id: string;
  readonly width: number;
  readonly pinned: boolean;
  readonly hidden: boolean;
}

export type ColumnsState = readonly ColumnState[];

export type ColumnAction =
  | { readonly kind: 'show' | 'hide' | 'pin' | 'unpin'; readonly id: string }
  | { readonly kind: 'move'; readonly id: string; readonly by: number }
  | { readonly kind: 'moveBefore'; readonly id: string; readonly before: string | null }
  | { readonly kind: 'resize'; readonly id: string; readonly width: number }
  | { readonly kind: 'reset' };

export function clampWidth(width: number): number {
  return Math.round(Math.min(Math.max(width, MIN_WIDTH), MAX_WIDTH));
}

export function defaultColumns(shapes: readonly ColumnShape[]): ColumnState[] {
  return arrange(
    shapes.map((shape) => ({
      id: shape.id,
      width: clampWidth(shape.width),
      pinned: shape.pinned === true,
      hidden: shape.optional === true,
    })),
  );
}

/** Pinned columns come first: what sticks to the edge must also be first for a reader. */
function arrange(columns: ColumnState[]): ColumnState[] {
  return [...columns.filter((each) => each.pinned), ...columns.filter((each) => !each.pinned)];
}

function change(state: ColumnsState, id: string, to: Partial<ColumnState>): ColumnState[] {
  return state.map((each) => (each.id === id ? { ...each, ...to } : each));
}

export function visibleColumns(state: ColumnsState): ColumnState[] {
  return state.filter((each) => !each.hidden);
}

/** Moves a column past its next visible neighbour in its own (pinned or free) group. */
function moveBy(state: ColumnsState, id: string, by: number): ColumnsState {
  const own = state.find((each) => each.id === id);
  if (own === undefined || by === 0) return state;
  const group = state.filter((each) => each.pinned === own.pinned && !each.hidden);
  const at = group.findIndex((each) => each.id === id);
  const to = Math.min(Math.max(at + by, 0), group.length - 1);
  if (at < 0 || to === at) return state;
  const neighbour = group[to];
  if (neighbour === undefined) return state;
  const rest = state.filter((each) => each.id !== id);
  const index = rest.findIndex((each) => each.id === neighbour.id) + (to > at ? 1 : 0);
  return [...rest.slice(0, index), own, ...rest.slice(index)];
}

function moveBefore(state: ColumnsState, id: string, before: string | null): ColumnsState {
  const own = state.find((each) => each.id === id);
  if (own === undefined || id === before) return state;
  const rest = state.filter((each) => each.id !== id);
  const index = before === null ? rest.length : rest.findIndex((each) => each.id === before);
  if (index < 0) return state;
  return arrange([...rest.slice(0, index), own, ...rest.slice(index)]);
}

export function reduceColumns(
  state: ColumnsState,
  action: ColumnAction,
  shapes: readonly ColumnShape[],
): ColumnsState {
  switch (action.kind) {
    case 'show':
      return change(state, action.id, { hidden: false });
    case 'hide': {
      const shape = shapes.find((each) => each.id === action.id);
      return shape?.required === true ? state : change(state, action.id, { hidden: true });
    }
    case 'pin':
      return arrange(change(state, action.id, { pinned: true, hidden: false }));
    case 'unpin':
      return arrange(change(state, action.id, { pinned: false }));
    case 'resize':
      return change(state, action.id, { width: clampWidth(action.width) });
    case 'move':
      return moveBy(state, action.id, action.by);
    case 'moveBefore':
      return moveBefore(state, action.id, action.before);
    case 'reset':
      return defaultColumns(shapes);
  }
}

/**
 * The state as text for the address bar: visible columns in order, `name.240!,email`,
 * where a number is a changed width and `!` marks a pinned column. Undefined when
 * everything is as it comes.
 */
export function formatColumns(state: ColumnsState, shapes: readonly ColumnShape[]): string | undefined {
  const text = (columns: ColumnsState) =>
    visibleColumns(columns)
      .map((each) => {
        const shape = shapes.find((one) => one.id === each.id);
        const width = shape?.width === each.width ? '' : `.${each.width}`;
        return `${each.id}${width}${each.pinned ? '!' : ''}`;
      })
      .join(',');
  const own = text(state);
  return own === text(defaultColumns(shapes)) ? undefined : own;
}

/** Reads `formatColumns`; unknown names are skipped, required columns come back. */
export function parseColumns(text: string | undefined, shapes: readonly ColumnShape[]): ColumnState[] {
  if (text === undefined || text === '') return defaultColumns(shapes);
  const shown: ColumnState[] = [];
  for (const part of text.split(',')) {
    const match = /^([\w.-]*?)(?:\.(\d{1,4}))?(!)?$/.exec(part);
    const id = match?.[1];
    const shape = shapes.find((each) => each.id === id);
    if (match === null || shape === undefined || shown.some((each) => each.id === id)) continue;
    shown.push({
      id: shape.id,
      width: clampWidth(match[2] === undefined ? shape.width : Number(match[2])),
      pinned: match[3] === '!',
      hidden: false,
    });
  }
  if (shown.length === 0) return defaultColumns(shapes);
  const missing = shapes.filter((shape) => !shown.some((each) => each.id === shape.id));
  const rest = missing.map((shape) => ({
    id: shape.id,
    width: clampWidth(shape.width),
    pinned: shape.pinned === true,
    hidden: shape.required !== true,
  }));
  const required = rest.filter((each) => !each.hidden);
  return arrange([...required, ...shown, ...rest.filter((each) => each.hidden)]);
}

/** Where each visible pinned column sticks, in pixels from the left edge. */
export function pinnedOffsets(state: ColumnsState, start: number): Map<string, number> {
  const offsets = new Map<string, number>();
  let left = start;
  for (const each of visibleColumns(state)) {
    if (!each.pinned) break;
    offsets.set(each.id, left);
    left += each.width;
  }
  return offsets;
}
