import { describe, expect, it } from 'vitest';
import { formatMicros, parseMicros, seek } from './seek';

/** Moments of a list, newest first, and a server that counts how many are newer than one. */
function list(moments: number[]) {
  const sorted = [...moments].sort((a, b) => b - a);
  let counts = 0;
  const rank = (at: number) => {
    // The first index that is not newer.
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle] ?? 0) > at) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  return {
    counts: () => counts,
    find: (row: number) =>
      seek({
        row,
        slack: 100,
        low: { at: sorted[0] ?? 0, rank: 0 },
        high: { at: (sorted.at(-1) ?? 0) - 1, rank: sorted.length },
        rankOf: async (at) => {
          counts += 1;
          return rank(at);
        },
      }),
  };
}

/** A repeatable stand-in for chance. */
function random(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

const base = 1_790_000_000_000_000;
const year = 365 * 86_400 * 1_000_000;

describe('seeking in a long list', () => {
  it.each([
    ['an even spread', (share: number) => share],
    ['most of it lately', (share: number) => share ** 6],
    ['most of it long ago', (share: number) => 1 - share ** 6],
  ])('reaches any row in a few counts: %s', async (_name, spread) => {
    const next = random(7);
    const own = list(Array.from({ length: 200_000 }, () => Math.round(base - year * spread(next()))));
    for (const row of [5_000, 100_000, 180_000, 196_000]) {
      const before = own.counts();
      const mark = await own.find(row);
      expect(row - mark.rank).toBeGreaterThanOrEqual(0);
      expect(row - mark.rank).toBeLessThanOrEqual(100);
      expect(own.counts() - before).toBeLessThanOrEqual(12);
    }
  });

  it('stops before a crowd of rows of one moment', async () => {
    const crowd = Array.from({ length: 5000 }, () => base - 1000);
    const own = list([...Array.from({ length: 2000 }, (_, at) => base - at / 4), ...crowd, base - 5000]);
    const mark = await own.find(4000);
    expect(mark.rank).toBeLessThanOrEqual(4000);
    expect(own.counts()).toBeLessThanOrEqual(14);
  });

  it('does not count when the row is near already', async () => {
    const own = list(Array.from({ length: 1000 }, (_, at) => base - at));
    expect((await own.find(80)).rank).toBe(0);
    expect(own.counts()).toBe(0);
  });
});

describe('moments as text', () => {
  it.each(['2026-11-22T15:42:50.123456Z', '1970-01-01T00:00:00.000000Z', '2026-12-31T23:59:59.999999Z'])(
    '%s',
    (text) => {
      expect(formatMicros(parseMicros(text) ?? 0)).toBe(text);
    },
  );

  it('reads shorter and longer fractions, and nothing else', () => {
    expect(parseMicros('2026-01-01T00:00:00Z')).toBe(parseMicros('2026-01-01T00:00:00.000000Z'));
    expect(parseMicros('2026-01-01T00:00:00.5Z')).toBe((parseMicros('2026-01-01T00:00:00Z') ?? 0) + 500_000);
    expect(parseMicros('2026-01-01T00:00:00.123456789Z')).toBe(
      (parseMicros('2026-01-01T00:00:00Z') ?? 0) + 123_456,
    );
    for (const text of ['', 'now', '2026-01-01', '2026-13-01T00:00:00Z'])
      expect(parseMicros(text)).toBeNull();
  });
});
