import type { Activity } from '@/api/types';

export interface Day {
  /** `2026-11-22` in the reader's time zone. */
  readonly key: string;
  readonly events: Activity[];
}

/** The local calendar day of a moment, as `YYYY-MM-DD`. */
export function dayKey(moment: string | number | Date, timeZone?: string): string {
  // The Canadian form of dates is the one of ISO 8601.
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date(moment));
}

/** Events, newest first as they come, under their days. */
export function groupByDay(events: readonly Activity[], timeZone?: string): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const key = dayKey(event.occurredAt, timeZone);
    const last = days.at(-1);
    if (last?.key === key) last.events.push(event);
    else days.push({ key, events: [event] });
  }
  return days;
}

export function dayName(key: string, now: number, timeZone?: string): 'today' | 'yesterday' | null {
  if (key === dayKey(now, timeZone)) return 'today';
  // 26 hours back would skip a day when clocks change; noon of today less 24 hours never does.
  const yesterday = new Date(`${dayKey(now, timeZone)}T12:00:00Z`).getTime() - 86_400_000;
  return key === new Date(yesterday).toISOString().slice(0, 10) ? 'yesterday' : null;
}
