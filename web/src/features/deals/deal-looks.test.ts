import { expect, it } from 'vitest';
import { dayOf, daysInStage, isOverdue } from './deal-looks';

const now = new Date(2026, 10, 23, 9, 30).getTime();

it('a deal is overdue from the day after it should have been closed, until it is closed', () => {
  const expected = (expectedCloseDate: string | null, stage: 'open' | 'won' | 'lost' = 'open') =>
    isOverdue({ expectedCloseDate, stage }, now);
  expect(expected('2026-11-22')).toBe(true);
  expect(expected('2026-11-23')).toBe(false);
  expect(expected(null)).toBe(false);
  expect(expected('2026-01-01', 'won')).toBe(false);
  expect(expected('2026-01-01', 'lost')).toBe(false);
});

it('days in a stage are whole ones, and never fewer than none', () => {
  const entered = (ago: number) => daysInStage({ stageEnteredAt: new Date(now - ago).toISOString() }, now);
  expect(entered(23 * 3_600_000)).toBe(0);
  expect(entered(49 * 3_600_000)).toBe(2);
  expect(entered(-5_000)).toBe(0);
  expect(dayOf(now)).toBe('2026-11-23');
});
