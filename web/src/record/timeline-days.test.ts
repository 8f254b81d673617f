import { describe, expect, it } from 'vitest';
import type { Activity } from '@/api/types';
import { dayName, groupByDay } from './timeline-days';

const event = (id: string, occurredAt: string): Activity => ({
  id,
  type: 'tag.added',
  detail: {},
  customerId: 'c',
  companyId: null,
  dealId: null,
  actor: { kind: 'user', id: 'u', name: 'Ann' },
  occurredAt,
});

const events = [
  event('a', '2026-03-02T00:30:00Z'),
  event('b', '2026-03-01T23:30:00Z'),
  event('c', '2026-03-01T10:00:00Z'),
];

describe('days of a timeline', () => {
  it('keep the order and the time zone of the reader', () => {
    const ids = (zone: string) =>
      groupByDay(events, zone).map((day) => [day.key, day.events.map(({ id }) => id).join('')]);
    expect(ids('UTC')).toEqual([
      ['2026-03-02', 'a'],
      ['2026-03-01', 'bc'],
    ]);
    expect(ids('Europe/Berlin')).toEqual([
      ['2026-03-02', 'ab'],
      ['2026-03-01', 'c'],
    ]);
    expect(groupByDay([], 'UTC')).toEqual([]);
  });

  it('are called today and yesterday, also when clocks change', () => {
    const noon = Date.parse('2026-03-29T22:30:00Z');
    expect(dayName('2026-03-30', noon, 'Europe/Berlin')).toBe('today');
    expect(dayName('2026-03-29', noon, 'Europe/Berlin')).toBe('yesterday');
    expect(dayName('2026-03-28', noon, 'Europe/Berlin')).toBeNull();
    expect(dayName('2026-02-28', Date.parse('2026-03-01T08:00:00Z'), 'UTC')).toBe('yesterday');
  });
});
