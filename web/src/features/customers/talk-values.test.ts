import { expect, test } from 'vitest';
import { localMoment, minutesOf } from './talk-values';

test('a moment is shown in local time, to the minute, and read back', () => {
  const at = new Date(2026, 0, 5, 9, 7, 33);
  expect(localMoment(at)).toBe('2026-01-05T09:07');
  expect(new Date(localMoment(at)).getTime()).toBe(at.getTime() - 33_000);
});

test('minutes are whole and bounded', () => {
  expect(minutesOf(' 25 ', 60)).toBe(25);
  expect(minutesOf('0', 60)).toBe(0);
  expect(minutesOf('  ', 60)).toBeNull();
  for (const wrong of ['61', '-1', '1.5', '1h', '9999999', 'NaN'])
    expect(minutesOf(wrong, 60), wrong).toBeUndefined();
});
