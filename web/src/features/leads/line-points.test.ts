import { expect, test } from 'vitest';
import { linePoints } from './line-points';

test('times go from left to right and scores from bottom to top', () => {
  const scores = [
    { at: 100, score: -1 },
    { at: 125, score: 0 },
    { at: 200, score: 1 },
  ];
  expect(linePoints(scores, 80, 20)).toEqual([
    { x: 0, y: 20 },
    { x: 20, y: 10 },
    { x: 80, y: 0 },
  ]);
});

test('scores of one moment stand side by side', () => {
  const scores = [
    { at: 5, score: 0 },
    { at: 5, score: 1 },
  ];
  expect(linePoints(scores, 10, 10).map(({ x }) => x)).toEqual([0, 10]);
  expect(linePoints([], 10, 10)).toEqual([]);
});
