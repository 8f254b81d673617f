import { describe, expect, it } from 'vitest';
import { CursorChain, type FetchPage, type Order, PageSource } from './page-source';

/** A server with `total` rows; a cursor is the number of the row it starts at. */
function server(total: number) {
  const calls: string[] = [];
  const fetch: FetchPage<number> = async (cursor, limit, signal) => {
    await Promise.resolve();
    signal.throwIfAborted();
    const from = cursor === null ? 0 : Number(cursor);
    calls.push(`${from}+${limit}`);
    const end = Math.min(total, from + limit);
    return {
      items: Array.from({ length: Math.max(0, end - from) }, (_, at) => from + at),
      nextCursor: end < total ? String(end) : null,
    };
  };
  return { fetch, calls };
}

/** The same, with the reverse list, and with moments: row n happened n / `perMoment` microseconds before the newest. */
function ordered(total: number, perMoment = 1) {
  const { fetch, calls } = server(total);
  const newest = 1_000_000_000;
  const at = (row: number) => newest - Math.floor(row / perMoment);
  const slice = (rows: (index: number) => number, count: number, name: string): FetchPage<number> => {
    return async (cursor, limit, signal) => {
      await new Promise((done) => setTimeout(done, 5));
      signal.throwIfAborted();
      const from = cursor === null ? 0 : Number(cursor.slice(1));
      calls.push(`${name}${from}+${limit}`);
      const end = Math.min(count, from + limit);
      return {
        items: Array.from({ length: Math.max(0, end - from) }, (_, index) => rows(from + index)),
        nextCursor: end < count ? `${name}${end}` : null,
      };
    };
  };
  const firstAt = (moment: number) => Math.min(total, Math.max(0, (newest - moment) * perMoment));
  const reverse = slice((index) => total - 1 - index, total, 'r');
  const order: Order<number> = {
    total: () => total,
    reverse,
    time: {
      of: at,
      rankOf: async (moment) => {
        calls.push('count');
        return firstAt(moment);
      },
      from: (moment) => slice((index) => firstAt(moment) + index, total - firstAt(moment), 's'),
    },
  };
  return { fetch, calls, order };
}

const open = () => new AbortController().signal;

describe('a chain of cursors', () => {
  const via: FetchPage<number> = async () => ({ items: [], nextCursor: null });
  const place = (cursor: string, own = via) => ({ cursor, via: own, skip: 0 });

  it('knows the start of the list', () => {
    const chain = new CursorChain(via);
    expect(chain.placeOf(0)?.cursor).toBeNull();
    expect(chain.placeOf(1)).toBeUndefined();
    expect(chain.nearest(900)).toBe(0);
  });

  it('finds the nearest page before the wanted one', () => {
    const chain = new CursorChain(via);
    chain.learn(4, place('four'));
    chain.learn(9, place('nine'));
    expect(chain.nearest(8)).toBe(4);
    expect(chain.nearest(9)).toBe(9);
  });

  it('forgets later places when one has moved', () => {
    const chain = new CursorChain(via);
    chain.learn(1, place('a'));
    chain.learn(2, place('b'));
    expect(chain.learn(1, place('a'))).toBe(false);
    expect(chain.placeOf(2)?.cursor).toBe('b');
    expect(chain.learn(1, place('moved'))).toBe(true);
    expect(chain.placeOf(1)?.cursor).toBe('moved');
    expect(chain.placeOf(2)).toBeUndefined();
  });

  it('knows that two lists name one place differently', () => {
    const chain = new CursorChain(via);
    const other: FetchPage<number> = async () => ({ items: [], nextCursor: null });
    chain.learn(5, place('five', other));
    chain.learn(6, place('six', other));
    expect(chain.learn(5, place('V'))).toBe(false);
    expect(chain.placeOf(6)?.cursor).toBe('six');
  });

  it('notes the end, and that it moved', () => {
    const chain = new CursorChain(via);
    chain.learn(1, place('a'));
    chain.endAt(2);
    expect(chain.end).toBe(2);
    chain.learn(2, place('longer now'));
    expect(chain.end).toBeNull();
    chain.endAt(1);
    expect(chain.end).toBe(1);
    expect(chain.placeOf(2)).toBeUndefined();
  });
});

describe('loading pages', () => {
  it('asks for one page in order', async () => {
    const { fetch, calls } = server(250);
    const source = new PageSource(fetch);
    expect((await source.load(0, open()))[0]).toBe(0);
    expect((await source.load(1, open()))[0]).toBe(100);
    expect(await source.load(2, open())).toHaveLength(50);
    expect(calls).toEqual(['0+100', '100+100', '200+100']);
    expect(source.chain.end).toBe(3);
  });

  it('walks in double steps when the user jumps', async () => {
    const { fetch, calls } = server(10_000);
    const source = new PageSource(fetch);
    expect((await source.load(7, open()))[0]).toBe(700);
    expect(calls).toEqual(['0+200', '200+200', '400+200', '600+100', '700+100']);
  });

  it('does not walk the same way twice', async () => {
    const { fetch, calls } = server(10_000);
    const source = new PageSource(fetch);
    const [one, two] = await Promise.all([source.load(6, open()), source.load(7, open())]);
    expect(one[0]).toBe(600);
    expect(two[0]).toBe(700);
    expect(calls.filter((call) => call.startsWith('0+'))).toHaveLength(1);
    expect(calls.length).toBeLessThanOrEqual(6);
  });

  it('answers nothing beyond the end', async () => {
    const { fetch } = server(250);
    const source = new PageSource(fetch);
    expect(await source.load(40, open())).toEqual([]);
    expect(source.chain.end).toBe(3);
    expect(await source.load(41, open())).toEqual([]);
  });

  it('stops walking when nobody wants the page any more, and lets others go on', async () => {
    const { fetch, calls } = server(100_000);
    const source = new PageSource(fetch);
    const stop = new AbortController();
    const jump = source.load(900, stop.signal);
    const other = source.load(3, open());
    stop.abort(new Error('left'));
    await expect(jump).rejects.toThrow('left');
    expect((await other)[0]).toBe(300);
    expect(calls.length).toBeLessThan(8);
  });

  it('asks for nothing that a dragged scroll bar only passes', async () => {
    const { fetch, calls } = server(100_000);
    const source = new PageSource(fetch);
    for (const page of [200, 400, 600]) {
      const passing = new AbortController();
      const passed = source.load(page, passing.signal);
      await new Promise((done) => setTimeout(done, 5));
      passing.abort(new Error('passed'));
      await expect(passed).rejects.toThrow('passed');
    }
    expect(calls).toEqual([]);
    expect((await source.load(30, open()))[0]).toBe(3000);
  });

  it('starts in the middle from a remembered place', async () => {
    const { fetch, calls } = server(10_000);
    const source = new PageSource(fetch);
    source.seed(50, '5000');
    expect((await source.load(51, open()))[0]).toBe(5100);
    expect(calls).toEqual(['5000+100', '5100+100']);
  });
});

describe('jumping in a long list', () => {
  const rows = (page: number) => Array.from({ length: 100 }, (_, at) => page * 100 + at);

  it('reads the end backwards', async () => {
    const { fetch, calls, order } = ordered(1_000_050);
    const source = new PageSource(fetch, order);
    const last = await source.load(10_000, open());
    expect(last).toEqual(rows(10_000).slice(0, 50));
    expect(await source.load(9_999, open())).toEqual(rows(9_999));
    expect(await source.load(9_995, open())).toEqual(rows(9_995));
    expect(calls.length).toBeLessThan(8);
    expect(calls.every((call) => call.startsWith('r'))).toBe(true);
  });

  it('seeks the middle by a few counts and then goes on by cursor', async () => {
    const { fetch, calls, order } = ordered(1_000_050);
    const source = new PageSource(fetch, order);
    await source.load(0, open());
    expect(await source.load(5_000, open())).toEqual(rows(5_000));
    expect(calls.length).toBeLessThan(16);
    const before = calls.length;
    expect(await source.load(5_001, open())).toEqual(rows(5_001));
    expect(calls.length).toBe(before + 1);
    // What was counted on the way serves the next jump.
    expect(await source.load(4_990, open())).toEqual(rows(4_990));
    expect(calls.length).toBeLessThan(before + 12);
  });

  it('walks over a crowd of rows of one moment', async () => {
    const { fetch, calls, order } = ordered(100_000, 1500);
    const source = new PageSource(fetch, order);
    expect(await source.load(509, open())).toEqual(rows(509));
    expect(await source.load(510, open())).toEqual(rows(510));
    expect(calls.length).toBeLessThan(30);
  });

  it('takes the shorter way when there is no moment to seek', async () => {
    const { fetch, calls, order } = ordered(10_000);
    const source = new PageSource(fetch, { total: order.total, reverse: order.reverse });
    expect(await source.load(80, open())).toEqual(rows(80));
    expect(calls.every((call) => call.startsWith('r'))).toBe(true);
    expect(await source.load(20, open())).toEqual(rows(20));
    expect(calls.some((call) => call.startsWith('0+'))).toBe(true);
  });
});
