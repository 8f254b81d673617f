import { expect, test } from 'vitest';
import { pollDelay } from './polling';
import { type Look, percentOf, secondsLeft, withLook } from './progress';

test('100 percent means done', () => {
  expect(percentOf(0, 85)).toBe(0);
  expect(percentOf(84_999, 85_000)).toBe(99);
  expect(percentOf(85, 85)).toBe(100);
  expect(percentOf(90, 85)).toBe(100);
  expect(percentOf(3, 0)).toBeNull();
});

test('the time left follows the pace of the last half minute', () => {
  let looks: Look[] = [];
  for (let second = 0; second <= 60; second++) {
    // Slow at first, then ten times as fast.
    const processed = second <= 30 ? second * 10 : 300 + (second - 30) * 100;
    looks = withLook(looks, { at: second * 1000, processed });
  }
  expect(looks[0]?.at).toBe(30_000);
  expect(secondsLeft(looks, 4_300)).toBe(10);
});

test('nothing is promised too early, nor when nothing moves', () => {
  expect(secondsLeft([], 100)).toBeNull();
  const first = withLook([], { at: 0, processed: 10 });
  expect(secondsLeft(withLook(first, { at: 1_000, processed: 20 }), 100)).toBeNull();
  expect(secondsLeft(withLook(first, { at: 9_000, processed: 10 }), 100)).toBeNull();
});

test('a count that fell is another job', () => {
  const looks = withLook([{ at: 0, processed: 500 }], { at: 1_000, processed: 3 });
  expect(looks).toEqual([{ at: 1_000, processed: 3 }]);
});

test('progress is asked for more than once a second, and more seldom the longer nothing answers', () => {
  expect(pollDelay(0)).toBeLessThan(1_000);
  expect(pollDelay(900)).toBeLessThan(1_000);
  const waits = [3_000, 6_000, 12_000, 60_000].map(pollDelay);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits[0]).toBeGreaterThan(1_000);
  expect(waits.at(-1)).toBe(15_000);
});
