import { describe, expect, it } from 'vitest';
import {
  contentTopAt,
  EDGE_PX,
  follow,
  MAX_SCROLL_PX,
  maxContentTop,
  maxScrollTop,
  rowOffset,
  scrollSpace,
  scrollTopAt,
  settle,
} from './scroll-space';

const million = scrollSpace(1_000_000, 36, 700);

describe('a list that fits', () => {
  const space = scrollSpace(1000, 36, 700);

  it('is as tall as its rows', () => {
    expect(space.layout).toBe(36_000);
    expect(space.content).toBe(36_000);
  });

  it('maps every position to itself', () => {
    for (const at of [0, 1, 17, 9000, 35_300]) {
      expect(contentTopAt(space, at)).toBe(at);
      expect(scrollTopAt(space, at)).toBe(at);
    }
  });

  it('never leaves the list', () => {
    expect(contentTopAt(space, -50)).toBe(0);
    expect(contentTopAt(space, 1e9)).toBe(35_300);
  });

  it('holds still when it is shorter than the view', () => {
    const short = scrollSpace(3, 36, 700);
    expect(maxContentTop(short)).toBe(0);
    expect(follow(short, { scrollTop: 0, contentTop: 0 }, 40)).toEqual({ scrollTop: 0, contentTop: 0 });
  });

  it('survives an empty list and an unmeasured view', () => {
    expect(contentTopAt(scrollSpace(0, 36, 0), 10)).toBe(0);
    expect(scrollTopAt(scrollSpace(-3, 36, -1), 10)).toBe(0);
  });
});

describe('a million rows', () => {
  it('stays below the height browsers allow', () => {
    expect(million.layout).toBe(MAX_SCROLL_PX);
    expect(million.content).toBe(36_000_000);
  });

  it('reaches exactly the first and the last row', () => {
    expect(contentTopAt(million, 0)).toBe(0);
    expect(contentTopAt(million, maxScrollTop(million))).toBe(36_000_000 - 700);
    expect(scrollTopAt(million, maxContentTop(million))).toBe(MAX_SCROLL_PX - 700);
  });

  it('is one to one at both ends', () => {
    expect(contentTopAt(million, EDGE_PX / 2)).toBe(EDGE_PX / 2);
    const end = maxScrollTop(million);
    expect(maxContentTop(million) - contentTopAt(million, end - 360)).toBe(360);
  });

  it('grows steadily and maps back to where it came from', () => {
    let before = -1;
    for (let step = 0; step <= 2000; step += 1) {
      const at = (maxScrollTop(million) * step) / 2000;
      const content = contentTopAt(million, at);
      expect(content).toBeGreaterThan(before);
      expect(scrollTopAt(million, content)).toBeCloseTo(at, 3);
      before = content;
    }
  });

  it('puts the thumb about where the row is', () => {
    const row = contentTopAt(million, MAX_SCROLL_PX * 0.9) / 36;
    expect(row).toBeGreaterThan(895_000);
    expect(row).toBeLessThan(905_000);
  });
});

describe('following the browser', () => {
  it('moves by content pixels for small steps, also where the list is compressed', () => {
    const from = settle(million, { scrollTop: 0, contentTop: 18_000_000 });
    const after = follow(million, from, from.scrollTop + 120);
    expect(after.contentTop - from.contentTop).toBeCloseTo(120, 6);
  });

  it('keeps mounted rows still in the layout during small steps', () => {
    const from = settle(million, { scrollTop: 0, contentTop: 18_000_000 });
    const after = follow(million, from, from.scrollTop + 120);
    expect(rowOffset(million, after, 500_000)).toBeCloseTo(rowOffset(million, from, 500_000), 6);
  });

  it('uses the map when the thumb is dragged', () => {
    const after = follow(million, { scrollTop: 0, contentTop: 0 }, 7_500_000);
    expect(after.contentTop).toBe(contentTopAt(million, 7_500_000));
  });

  it('treats the ends of the scrollbar as the ends of the list', () => {
    const nearTop = { scrollTop: 300, contentTop: 90_000 };
    expect(follow(million, nearTop, 0).contentTop).toBe(0);
    const end = maxScrollTop(million);
    const nearEnd = { scrollTop: end - 300, contentTop: maxContentTop(million) - 90_000 };
    expect(follow(million, nearEnd, end).contentTop).toBe(maxContentTop(million));
  });

  it('settles the scrollbar without moving the rows', () => {
    const run = follow(million, settle(million, { scrollTop: 0, contentTop: 18_000_000 }), 7_493_000);
    const settled = settle(million, run);
    expect(settled.contentTop).toBe(run.contentTop);
    expect(contentTopAt(million, settled.scrollTop)).toBeCloseTo(run.contentTop, 3);
  });

  it('comes back into the list when it has become shorter', () => {
    const short = scrollSpace(10, 36, 100);
    expect(settle(short, { scrollTop: 9000, contentTop: 9000 })).toEqual({ scrollTop: 260, contentTop: 260 });
  });
});
