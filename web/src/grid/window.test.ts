import { describe, expect, it } from 'vitest';
import {
  MAX_PAGES,
  mountedRows,
  pageStep,
  pagesOf,
  pagesToDrop,
  pagesToLoad,
  reveal,
  visibleRows,
} from './window';

describe('visible rows', () => {
  it('counts rows that are cut at either edge', () => {
    expect(visibleRows(10, 100, 36, 1000)).toEqual({ first: 0, end: 4 });
    expect(visibleRows(36, 72, 36, 1000)).toEqual({ first: 1, end: 3 });
  });

  it('stops at the end of the list', () => {
    expect(visibleRows(340, 100, 36, 10)).toEqual({ first: 9, end: 10 });
    expect(visibleRows(99_999, 100, 36, 10)).toEqual({ first: 9, end: 10 });
    expect(visibleRows(0, 100, 36, 0)).toEqual({ first: 0, end: 0 });
  });

  it('shows at least one row before the view is measured', () => {
    expect(visibleRows(0, 0, 36, 10)).toEqual({ first: 0, end: 1 });
  });
});

describe('mounted rows', () => {
  it('surround the visible ones and change in steps', () => {
    const at = mountedRows({ first: 100, end: 120 }, 1000);
    expect(at).toEqual({ first: 90, end: 130 });
    expect(mountedRows({ first: 101, end: 120 }, 1000).first).toBe(90);
    expect(mountedRows({ first: 104, end: 121 }, 1000).first).toBe(90);
    expect(mountedRows({ first: 105, end: 121 }, 1000).first).toBe(95);
  });

  it('stay inside the list', () => {
    expect(mountedRows({ first: 2, end: 9 }, 9)).toEqual({ first: 0, end: 9 });
    expect(mountedRows({ first: 0, end: 0 }, 0)).toEqual({ first: 0, end: 0 });
  });
});

describe('pages', () => {
  it('cover the range', () => {
    expect(pagesOf({ first: 95, end: 205 })).toEqual([0, 1, 2]);
    expect(pagesOf({ first: 100, end: 200 })).toEqual([1]);
    expect(pagesOf({ first: 5, end: 5 })).toEqual([]);
  });

  it('are asked for in the direction of scrolling', () => {
    expect(pagesToLoad({ first: 130, end: 150 }, 10_000, 1)).toEqual([1]);
    expect(pagesToLoad({ first: 140, end: 160 }, 10_000, 1)).toEqual([1, 2]);
    expect(pagesToLoad({ first: 140, end: 160 }, 10_000, -1)).toEqual([1, 0]);
    expect(pagesToLoad({ first: 160, end: 180 }, 10_000, -1)).toEqual([1]);
  });

  it('start with what is seen', () => {
    expect(pagesToLoad({ first: 195, end: 215 }, 10_000, 1)[0]).toBe(1);
    expect(pagesToLoad({ first: 0, end: 0 }, 0, 1)).toEqual([0]);
  });

  it('never lie beyond the list', () => {
    expect(pagesToLoad({ first: 80, end: 99 }, 99, 1)).toEqual([0]);
  });

  it('are forgotten from the far end', () => {
    const loaded = Array.from({ length: 15 }, (_, page) => page);
    expect(pagesToDrop(loaded, [13, 14])).toEqual([0, 1, 2]);
    expect(pagesToDrop(loaded, [0])).toEqual([14, 13, 12]);
    expect(pagesToDrop(loaded.slice(0, MAX_PAGES), [3])).toEqual([]);
    expect(pagesToDrop(loaded, [])).toEqual([]);
  });

  it('that are wanted are never forgotten', () => {
    const wanted = Array.from({ length: 14 }, (_, page) => page);
    expect(pagesToDrop([...wanted, 99], wanted)).toEqual([99]);
  });
});

describe('revealing a row', () => {
  it('moves only when needed and as little as possible', () => {
    expect(reveal(5, 0, 700, 36)).toBe(0);
    expect(reveal(0, 400, 700, 36)).toBe(0);
    expect(reveal(30, 0, 700, 36)).toBe(31 * 36 - 700);
    expect(reveal(3, 110, 700, 36)).toBe(108);
  });

  it('pages by one view less one row', () => {
    expect(pageStep(720, 36)).toBe(19);
    expect(pageStep(10, 36)).toBe(1);
  });
});
