/** Times as people write them, in English and in German: "tomorrow 9am", "next friday", "in 3 Tagen", "24.12. 14 Uhr". Pure. */

const NINE = { hours: 9, minutes: 0 };
const EVENING = { hours: 18, minutes: 0 };

interface Clock {
  readonly hours: number;
  readonly minutes: number;
}

const weekdays = [
  'sun|sunday|so|sonntag',
  'mon|monday|mo|montag',
  'tue|tues|tuesday|di|dienstag',
  'wed|wednesday|mi|mittwoch',
  'thu|thur|thurs|thursday|do|donnerstag',
  'fri|friday|fr|freitag',
  'sat|saturday|sa|samstag|sonnabend',
];
const months = [
  'jan|january|januar',
  'feb|february|februar',
  'mar|march|märz|mrz|mär',
  'apr|april',
  'may|mai',
  'jun|june|juni',
  'jul|july|juli',
  'aug|august',
  'sep|sept|september',
  'oct|october|okt|oktober',
  'nov|november',
  'dec|december|dez|dezember',
];
const anyOf = (names: readonly string[]) => names.join('|');
const placeOf = (names: readonly string[], name: string) =>
  names.findIndex((each) => each.split('|').includes(name));

const units = {
  minute: 'minutes?|mins?|minuten?',
  hour: 'hours?|hrs?|stunden?|std',
  day: 'days?|tage?n?',
  week: 'weeks?|wochen?',
  month: 'months?|monate?n?',
} as const;
type Unit = keyof typeof units;

/** Whether there are such a day and such a month. */
function dayOf(year: number, month: number, day: number): Date | null {
  const date = new Date(year, month, day);
  return date.getMonth() === month && date.getDate() === day ? date : null;
}

/** A day without its year is the next one of its kind. */
function nextDay(now: Date, month: number, day: number): Date | null {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const date = dayOf(now.getFullYear(), month, day);
  if (date !== null && date >= today) return date;
  return dayOf(now.getFullYear() + 1, month, day);
}

function addDays(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
}

/** The same day of a later month, or its last one. */
function addMonths(now: Date, count: number): Date {
  const last = new Date(now.getFullYear(), now.getMonth() + count + 1, 0).getDate();
  return new Date(now.getFullYear(), now.getMonth() + count, Math.min(now.getDate(), last));
}

class Reader {
  rest: string;

  constructor(text: string) {
    this.rest = ` ${text} `;
  }

  /** Takes what fits out of the text. */
  take(pattern: string): RegExpExecArray | null {
    const found = new RegExp(`(?<=\\s)(?:${pattern})(?=\\s)`, 'u').exec(this.rest);
    if (found === null) return null;
    this.rest = `${this.rest.slice(0, found.index)} ${this.rest.slice(found.index + found[0].length)}`;
    return found;
  }
}

function readClock(reader: Reader): Clock | null | 'wrong' {
  const half = reader.take('(\\d{1,2})(?:[:.](\\d{2}))?\\s*(am|pm|a\\.m\\.|p\\.m\\.)');
  if (half) {
    const hours = Number(half[1]);
    const minutes = Number(half[2] ?? 0);
    if (hours < 1 || hours > 12 || minutes > 59) return 'wrong';
    return { hours: (hours % 12) + (half[3]?.startsWith('p') ? 12 : 0), minutes };
  }
  const whole =
    reader.take('(?:(?:at|um)\\s+)?(\\d{1,2}):(\\d{2})(?:\\s*(?:uhr|h))?') ??
    reader.take('(?:um\\s+)?(\\d{1,2})\\s*uhr(?:\\s+(\\d{2}))?') ??
    reader.take('(?:at|um)\\s+(\\d{1,2})');
  if (whole) {
    const clock = { hours: Number(whole[1]), minutes: Number(whole[2] ?? 0) };
    return clock.hours < 24 && clock.minutes < 60 ? clock : 'wrong';
  }
  if (reader.take('noon|midday|mittags?')) return { hours: 12, minutes: 0 };
  if (reader.take('(?:in the )?morning|früh|vormittags?')) return NINE;
  if (reader.take('(?:in the )?afternoon|nachmittags?')) return { hours: 15, minutes: 0 };
  if (reader.take('(?:in the )?evening|abends?')) return EVENING;
  return null;
}

function readDay(reader: Reader, now: Date, monthFirst: boolean): Date | null | 'wrong' {
  const iso = reader.take('(\\d{4})-(\\d{1,2})-(\\d{1,2})');
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])) ?? 'wrong';
  const dotted = reader.take('(\\d{1,2})\\.(\\d{1,2})\\.?(\\d{4})?');
  const slashed = dotted ?? reader.take('(\\d{1,2})/(\\d{1,2})(?:/(\\d{4}))?');
  if (slashed) {
    const turned = dotted === null && monthFirst;
    const day = Number(slashed[turned ? 2 : 1]);
    const month = Number(slashed[turned ? 1 : 2]) - 1;
    return (
      (slashed[3] ? dayOf(Number(slashed[3]), month, day) : month > 11 ? null : nextDay(now, month, day)) ??
      'wrong'
    );
  }
  const before = reader.take(`(\\d{1,2})(?:\\.|st|nd|rd|th)?\\s+(${anyOf(months)})(?:\\s+(\\d{4}))?`);
  const after = before ?? reader.take(`(${anyOf(months)})\\s+(\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(\\d{4}))?`);
  if (after) {
    const month = placeOf(months, after[before ? 2 : 1] ?? '');
    const day = Number(after[before ? 1 : 2]);
    return (after[3] ? dayOf(Number(after[3]), month, day) : nextDay(now, month, day)) ?? 'wrong';
  }
  if (reader.take('the day after tomorrow|day after tomorrow|übermorgen')) return addDays(now, 2);
  if (reader.take('tomorrow|tmr|tom|morgen')) return addDays(now, 1);
  if (reader.take('today|heute')) return addDays(now, 0);
  const monday = (now.getDay() + 6) % 7;
  if (reader.take('next week|nächste woche')) return addDays(now, 7 - monday);
  if (reader.take('next month|nächsten monat')) return addMonths(now, 1);
  const named = reader.take(
    `(?:(next|nächste[nr]?)\\s+|(?:this|diese[nr]?|kommende[nr]?)\\s+)?(${anyOf(weekdays)})`,
  );
  if (named) {
    const wanted = placeOf(weekdays, named[2] ?? '');
    // "Next" is the one of next week; without it the first one to come.
    if (named[1]) return addDays(now, 7 - monday + ((wanted + 6) % 7));
    return addDays(now, (wanted - now.getDay() + 7) % 7 || 7);
  }
  return null;
}

/** "In 3 days": the time from now, or a day when that is what was counted. */
function readSpan(reader: Reader, now: Date): { at: Date; isDay: boolean } | null {
  for (const [unit, names] of Object.entries(units) as Array<[Unit, string]>) {
    const found = reader.take(`in\\s+(\\d{1,4}|an?|one|eine[mnr]?)\\s+(?:${names})`);
    if (found === null) continue;
    const count = /^\d/.test(found[1] ?? '') ? Number(found[1]) : 1;
    if (unit === 'minute') return { at: new Date(now.getTime() + count * 60_000), isDay: false };
    if (unit === 'hour') return { at: new Date(now.getTime() + count * 3_600_000), isDay: false };
    if (unit === 'month') return { at: addMonths(now, count), isDay: true };
    return { at: addDays(now, unit === 'week' ? 7 * count : count), isDay: true };
  }
  return null;
}

/**
 * The time that a text stands for, by the clock of this computer; null for anything else. A day without a time is nine in
 * the morning, or today in the evening.
 */
export function parseWhen(text: string, now: Date, locale: string): Date | null {
  const plain = text.toLowerCase().replaceAll(',', ' ').replace(/\s+/g, ' ').trim();
  if (plain === '' || plain.length > 80) return null;
  const tonight = /^(tonight|heute abend)$/.test(plain);
  if (tonight) return new Date(now.getFullYear(), now.getMonth(), now.getDate(), 18);
  const reader = new Reader(plain);
  const span = readSpan(reader, now);
  const day = span?.isDay ? span.at : readDay(reader, now, /^en-(US|CA|PH)/.test(locale));
  let clock = readClock(reader);
  if (day === 'wrong' || clock === 'wrong') return null;
  // "Tomorrow 9"
  const bare = day !== null && clock === null ? reader.take('(\\d{1,2})') : null;
  if (bare && Number(bare[1]) < 24) clock = { hours: Number(bare[1]), minutes: 0 };
  while (reader.take('at|on|um|am|den|by|bis|the|uhr')) {
    // Words that say nothing by themselves.
  }
  if (reader.rest.trim() !== '') return null;
  if (span !== null && !span.isDay) return day === null && clock === null ? span.at : null;
  if (day === null && clock === null) return null;
  const on = day ?? addDays(now, 0);
  const isToday = on.getTime() === addDays(now, 0).getTime();
  const { hours, minutes } = clock ?? (isToday ? EVENING : NINE);
  const at = new Date(on.getFullYear(), on.getMonth(), on.getDate(), hours, minutes);
  // A time alone is the next one of its kind.
  if (day === null && at <= now) at.setDate(at.getDate() + 1);
  return at;
}
