import { expect, it } from 'vitest';
import { filterOf, tomorrowIn } from './api';

it('the end of today is that of the organisation', () => {
  const late = Date.parse('2026-11-23T23:30:00Z');
  expect(tomorrowIn('UTC', late)).toBe('2026-11-24');
  expect(tomorrowIn('Europe/Berlin', late)).toBe('2026-11-25');
  expect(tomorrowIn('America/New_York', late)).toBe('2026-11-24');
  expect(tomorrowIn('UTC', Date.parse('2026-12-31T12:00:00Z'))).toBe('2027-01-01');
});

it('every choice but all leaves out what is closed', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(filterOf('all', 'UTC', now)).toBeUndefined();
  for (const show of ['my', 'pool', 'overdue', 'today'] as const)
    expect(JSON.stringify(filterOf(show, 'UTC', now))).toContain('completedAt');
  expect(filterOf('today', 'UTC', now)).toEqual({
    and: [
      { field: 'completedAt', op: 'empty' },
      { field: 'assigneeId', op: 'eq', value: 'me' },
      { field: 'dueAt', op: 'before', value: '2026-11-24' },
    ],
  });
});
