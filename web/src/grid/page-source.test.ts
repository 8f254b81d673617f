import { describe, expect, it } from 'vitest';
import { CursorChain, type FetchPage, PageSource } from './page-source';

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

const open = () => new AbortController().signal;

describe('a chain of cursors', () => {
  it('knows the start of the list', () => {
    const chain = new CursorChain();
    expect(chain.cursorOf(0)).toBeNull();
    expect(chain.cursorOf(1)).toBeUndefined();
    expect(chain.nearest(900)).toEqual({ page: 0, cursor: null });
  });

  it('finds the nearest page before the wanted one', () => {
    const chain = new CursorChain();
    chain.learn(4, 'four');
    chain.learn(9, 'nine');
    expect(chain.nearest(8)).toEqual({ page: 4, cursor: 'four' });
    expect(chain.nearest(9)).toEqual({ page: 9, cursor: 'nine' });
  });

  it('forgets later places when one has moved', () => {
    const chain = new CursorChain();
    chain.learn(1, 'a');
    chain.learn(2, 'b');
    expect(chain.learn(1, 'a')).toBe(false);
    expect(chain.cursorOf(2)).toBe('b');
    expect(chain.learn(1, 'moved')).toBe(true);
    expect(chain.cursorOf(1)).toBe('moved');
    expect(chain.cursorOf(2)).toBeUndefined();
  });

  it('notes the end, and that it moved', () => {
    const chain = new CursorChain();
    chain.learn(1, 'a');
    chain.learn(2, null);
    expect(chain.end).toBe(2);
    chain.learn(2, 'longer now');
    expect(chain.end).toBeNull();
    chain.learn(1, null);
    expect(chain.end).toBe(1);
    expect(chain.cursorOf(2)).toBeUndefined();
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

  it('starts in the middle from a remembered place', async () => {
    const { fetch, calls } = server(10_000);
    const source = new PageSource(fetch);
    source.seed(50, '5000');
    expect((await source.load(51, open()))[0]).toBe(5100);
    expect(calls).toEqual(['5000+100', '5100+100']);
  });
});
