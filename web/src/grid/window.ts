/**
 * Which rows are mounted and which pages of rows are wanted, for a scroll position.
 * Ranges are half open: `first` is included, `end` is not.
 */

export const PAGE_SIZE = 100;
/** Pages kept in memory at once: twelve hundred rows, whatever the length of the list. */
export const MAX_PAGES = 12;
/** Rows mounted beyond the view on each side. */
export const OVERSCAN = 10;
/** The mounted range moves in steps, so most scroll events change nothing but a transform. */
export const STEP = 5;

export interface RowRange {
  readonly first: number;
  readonly end: number;
}

export type Direction = -1 | 0 | 1;

export function visibleRows(
  contentTop: number,
  viewport: number,
  rowHeight: number,
  total: number,
): RowRange {
  if (total <= 0 || rowHeight <= 0) return { first: 0, end: 0 };
  const first = Math.min(Math.max(0, Math.floor(contentTop / rowHeight)), total - 1);
  const end = Math.min(total, Math.max(first + 1, Math.ceil((contentTop + viewport) / rowHeight)));
  return { first, end };
}

/** The rows to mount around the visible ones. */
export function mountedRows(visible: RowRange, total: number): RowRange {
  if (visible.end <= visible.first) return { first: 0, end: 0 };
  return {
    first: Math.max(0, Math.floor((visible.first - OVERSCAN) / STEP) * STEP),
    end: Math.min(total, Math.ceil((visible.end + OVERSCAN) / STEP) * STEP),
  };
}

export function pageOf(row: number): number {
  return Math.floor(row / PAGE_SIZE);
}

/** Pages that hold the given rows, ascending. */
export function pagesOf(range: RowRange): number[] {
  if (range.end <= range.first) return [];
  const pages: number[] = [];
  for (let page = pageOf(range.first); page <= pageOf(range.end - 1); page += 1) pages.push(page);
  return pages;
}

/**
 * Pages to ask for, the most urgent first: what is seen, then what is mounted, then the
 * next page in the direction of scrolling once the view is in the nearer half.
 */
export function pagesToLoad(visible: RowRange, total: number, direction: Direction): number[] {
  if (total <= 0) return [0];
  const wanted = pagesOf(visible);
  const add = (page: number) => {
    if (page >= 0 && page * PAGE_SIZE < total && !wanted.includes(page)) wanted.push(page);
  };
  for (const page of pagesOf(mountedRows(visible, total))) add(page);
  if (direction >= 0) add(pageOf(visible.end - 1 + PAGE_SIZE / 2));
  if (direction <= 0) add(pageOf(Math.max(0, visible.first - PAGE_SIZE / 2)));
  return wanted;
}

/** Pages to forget so that at most `max` stay: the farthest from the view go first. */
export function pagesToDrop(loaded: readonly number[], wanted: readonly number[], max = MAX_PAGES): number[] {
  if (loaded.length <= max || wanted.length === 0) return [];
  const centre = wanted.reduce((sum, page) => sum + page, 0) / wanted.length;
  return loaded
    .filter((page) => !wanted.includes(page))
    .sort((a, b) => Math.abs(b - centre) - Math.abs(a - centre))
    .slice(0, loaded.length - max);
}

/** The content position that shows `row` whole, moving as little as possible. */
export function reveal(row: number, contentTop: number, viewport: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < contentTop) return top;
  if (top + rowHeight > contentTop + viewport) return Math.max(0, top + rowHeight - viewport);
  return contentTop;
}

/** Rows that a PageUp or PageDown moves: one view less one row, at least one. */
export function pageStep(viewport: number, rowHeight: number): number {
  return Math.max(1, Math.floor(viewport / rowHeight) - 1);
}
