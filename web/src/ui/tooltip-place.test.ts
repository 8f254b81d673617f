import { expect, test } from 'vitest';
import { placeTooltip } from './tooltip-place';

const view = { width: 1000, height: 600 };
const size = { width: 100, height: 20 };

test('stands centred on the wished side', () => {
  expect(placeTooltip({ left: 450, top: 300, width: 100, height: 40 }, size, view, 'top')).toEqual({
    left: 450,
    top: 274,
  });
  expect(placeTooltip({ left: 10, top: 300, width: 40, height: 40 }, size, view, 'right')).toEqual({
    left: 56,
    top: 310,
  });
});

test('goes to the other side where there is no room', () => {
  expect(placeTooltip({ left: 450, top: 5, width: 100, height: 40 }, size, view, 'top').top).toBe(51);
  expect(placeTooltip({ left: 5, top: 300, width: 40, height: 40 }, size, view, 'left').left).toBe(51);
});

test('never leaves the view', () => {
  const { left, top } = placeTooltip({ left: 980, top: 590, width: 20, height: 10 }, size, view, 'bottom');
  expect(left).toBe(892);
  expect(top).toBe(564);
  expect(placeTooltip({ left: 0, top: 300, width: 10, height: 10 }, size, view, 'top').left).toBe(8);
});
