import { expect, it } from 'vitest';
import { drawnCards, dropIndex, STEP } from './windowed';

it('draws small columns whole, and of large ones what is in view and a little more', () => {
  expect(drawnCards(30, 5_000, 600)).toEqual({ first: 0, end: 30 });
  expect(drawnCards(500, 0, 600)).toEqual({ first: 0, end: Math.ceil(600 / STEP) + 4 });
  const middle = drawnCards(500, 100 * STEP, 600);
  expect(middle.first).toBe(96);
  expect(middle.end - middle.first).toBeLessThan(16);
  expect(drawnCards(500, 1_000 * STEP, 600)).toEqual({ first: 500, end: 500 });
});

it('drops between the cards that are nearest', () => {
  expect(dropIndex(3, -20)).toBe(0);
  expect(dropIndex(3, STEP * 0.4)).toBe(0);
  expect(dropIndex(3, STEP * 0.6)).toBe(1);
  expect(dropIndex(3, STEP * 40)).toBe(3);
});
