import { describe, expect, it } from 'vitest';
import { parseWhen } from './natural-date';

/** A Monday, half past ten. */
const now = new Date(2026, 10, 23, 10, 30);
const read = (text: string, locale = 'en-GB') => {
  const at = parseWhen(text, now, locale);
  if (at === null) return null;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
};

describe('times as people write them', () => {
  it.each([
    ['tomorrow 9am', '2026-11-24 09:00'],
    ['tomorrow 9', '2026-11-24 09:00'],
    ['Tomorrow at 14:30', '2026-11-24 14:30'],
    ['tomorrow', '2026-11-24 09:00'],
    ['today', '2026-11-23 18:00'],
    ['today 5pm', '2026-11-23 17:00'],
    ['tonight', '2026-11-23 18:00'],
    ['friday', '2026-11-27 09:00'],
    ['next friday', '2026-12-04 09:00'],
    ['fri 4pm', '2026-11-27 16:00'],
    ['monday', '2026-11-30 09:00'],
    ['next monday', '2026-11-30 09:00'],
    ['on Wednesday evening', '2026-11-25 18:00'],
    ['next week', '2026-11-30 09:00'],
    ['next month', '2026-12-23 09:00'],
    ['in 3 days', '2026-11-26 09:00'],
    ['in a week at noon', '2026-11-30 12:00'],
    ['in 2 hours', '2026-11-23 12:30'],
    ['in 45 minutes', '2026-11-23 11:15'],
    ['9am', '2026-11-24 09:00'],
    ['11:15', '2026-11-23 11:15'],
    ['12 am', '2026-11-24 00:00'],
    ['2026-12-24 8:00', '2026-12-24 08:00'],
    ['24 Dec', '2026-12-24 09:00'],
    ['December 24th 3pm', '2026-12-24 15:00'],
    ['3 jan', '2027-01-03 09:00'],
    ['24/12 9am', '2026-12-24 09:00'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['morgen 9 Uhr', '2026-11-24 09:00'],
    ['morgen früh', '2026-11-24 09:00'],
    ['übermorgen um 14:30', '2026-11-25 14:30'],
    ['am Freitag', '2026-11-27 09:00'],
    ['nächsten Freitag', '2026-12-04 09:00'],
    ['Mittwoch nachmittag', '2026-11-25 15:00'],
    ['in 3 Tagen', '2026-11-26 09:00'],
    ['in einer Woche', '2026-11-30 09:00'],
    ['24.12. 14 Uhr', '2026-12-24 14:00'],
    ['24.12.2027', '2027-12-24 09:00'],
    ['3. Januar', '2027-01-03 09:00'],
    ['heute abend', '2026-11-23 18:00'],
  ])('%s', (text, expected) => {
    expect(read(text, 'de')).toBe(expected);
  });

  it('reads slashes as the country does', () => {
    expect(read('12/24', 'en-US')).toBe('2026-12-24 09:00');
    expect(read('12/24', 'en-GB')).toBeNull();
  });

  it.each([
    '',
    'soon',
    'tomorrow 25:00',
    '13pm',
    '31.2.',
    '2026-02-30',
    'in many days',
    'friday the cat',
    '9',
  ])('does not guess at %j', (text) => {
    expect(read(text)).toBeNull();
  });

  it('keeps to the last day of a shorter month', () => {
    const january = new Date(2027, 0, 31, 8);
    expect(parseWhen('in 1 month', january, 'en')?.getDate()).toBe(28);
  });
});
