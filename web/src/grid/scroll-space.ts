/**
 * Maps between where the browser thinks it has scrolled (layout pixels) and which
 * row that is (content pixels).
 *
 * Browsers cap the height of an element: 36 px rows stop somewhere between half a
 * million and a million. So the scrolled element is never taller than MAX_SCROLL_PX
 * and longer lists are compressed into it. The first and last EDGE_PX keep a scale of
 * one to one, so the ends, where people read, behave like a plain list.
 *
 * Small steps (wheel, touch, arrow keys) always move by content pixels: the list then
 * runs ahead of the scrollbar a little, and `settle` brings the scrollbar back into
 * place when the movement has ended. Large steps (dragging the thumb) use the map.
 */

/** The tallest element we ask a browser for, in layout pixels. */
export const MAX_SCROLL_PX = 15_000_000;
/** How much of each end of a compressed list keeps a scale of one to one. */
export const EDGE_PX = 100_000;

export interface ScrollSpace {
  readonly rows: number;
  readonly rowHeight: number;
  /** Height of the part of the list that can be seen, in pixels. */
  readonly viewport: number;
  /** Height of all rows. */
  readonly content: number;
  /** Height of the element that is scrolled; less than `content` when compressed. */
  readonly layout: number;
}

export interface ScrollState {
  readonly scrollTop: number;
  readonly contentTop: number;
}

export function scrollSpace(rows: number, rowHeight: number, viewport: number): ScrollSpace {
  const content = Math.max(0, rows) * rowHeight;
  return {
    rows: Math.max(0, rows),
    rowHeight,
    viewport: Math.max(0, viewport),
    content,
    layout: Math.min(content, MAX_SCROLL_PX),
  };
}

/** Largest content position: the last row touches the bottom of the view. */
export function maxContentTop(space: ScrollSpace): number {
  return Math.max(0, space.content - space.viewport);
}

/** Largest layout position a browser will report. */
export function maxScrollTop(space: ScrollSpace): number {
  return Math.max(0, space.layout - space.viewport);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

interface Zones {
  edge: number;
  layoutEnd: number;
  contentEnd: number;
  /** Content pixels per layout pixel between the edges. */
  scale: number;
}

function zones(space: ScrollSpace): Zones {
  const layoutEnd = maxScrollTop(space);
  const contentEnd = maxContentTop(space);
  const edge = Math.min(EDGE_PX, layoutEnd / 4);
  const middle = layoutEnd - 2 * edge;
  return {
    edge,
    layoutEnd,
    contentEnd,
    scale: middle > 0 ? (contentEnd - 2 * edge) / middle : 1,
  };
}

/** The content position that belongs to a layout position. */
export function contentTopAt(space: ScrollSpace, scrollTop: number): number {
  const { edge, layoutEnd, contentEnd, scale } = zones(space);
  const at = clamp(scrollTop, 0, layoutEnd);
  if (space.layout === space.content || at <= edge) return at;
  if (at >= layoutEnd - edge) return contentEnd - (layoutEnd - at);
  return edge + (at - edge) * scale;
}

/** The layout position that belongs to a content position. */
export function scrollTopAt(space: ScrollSpace, contentTop: number): number {
  const { edge, layoutEnd, contentEnd, scale } = zones(space);
  const at = clamp(contentTop, 0, contentEnd);
  if (space.layout === space.content || at <= edge) return at;
  if (at >= contentEnd - edge) return layoutEnd - (contentEnd - at);
  return edge + (at - edge) / scale;
}

/**
 * The state after the browser reported a new `scrollTop`.
 *
 * A step shorter than one view is taken as a wheel turn, a swipe or a key and moves
 * the content by the same number of pixels; anything longer is the scrollbar. Reaching
 * either end of the scrollbar is always reaching that end of the list.
 */
export function follow(space: ScrollSpace, from: ScrollState, scrollTop: number): ScrollState {
  const end = maxScrollTop(space);
  const at = clamp(scrollTop, 0, end);
  const step = at - from.scrollTop;
  const mapped = contentTopAt(space, at);
  if (at === 0 || at === end || Math.abs(step) > Math.max(space.viewport, 1)) {
    return { scrollTop: at, contentTop: mapped };
  }
  return { scrollTop: at, contentTop: clamp(from.contentTop + step, 0, maxContentTop(space)) };
}

/** The state with the scrollbar where the content says it should be. */
export function settle(space: ScrollSpace, state: ScrollState): ScrollState {
  const contentTop = clamp(state.contentTop, 0, maxContentTop(space));
  return { contentTop, scrollTop: scrollTopAt(space, contentTop) };
}

/** Where a row's top edge lies inside the scrolled element, in layout pixels. */
export function rowOffset(space: ScrollSpace, state: ScrollState, row: number): number {
  return row * space.rowHeight + state.scrollTop - state.contentTop;
}
