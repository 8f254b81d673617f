import { expect, test } from 'vitest';
import { binEdges, verdictOf } from './figures';

test('parts are equal, from -1 to 1', () => {
  expect(binEdges(10)).toEqual([-1, -0.8, -0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8, 1]);
});

test('little is said of few deals, and nothing of none', () => {
  expect(verdictOf({ won: 0, lost: 5, right: null })).toBe('none');
  expect(verdictOf({ won: 9, lost: 50, right: 1 })).toBe('few');
  expect([0.9, 0.6, 0.5, 0.3].map((right) => verdictOf({ won: 20, lost: 20, right }))).toEqual([
    'good',
    'fair',
    'chance',
    'wrong',
  ]);
});
