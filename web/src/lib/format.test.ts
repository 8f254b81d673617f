import { expect, test } from 'vitest';
import { compareText, countryName, formatMoney, formatNumber, formatRelative } from './format';

test('money is given in minor units of its currency', () => {
  expect(formatMoney('en-US', 125_000, 'USD')).toBe('$1,250.00');
  expect(formatMoney('en-US', 1_250, 'JPY')).toBe('¥1,250');
  expect(formatMoney('de-DE', 125_050, 'EUR').replace(/\s/g, ' ')).toBe('1.250,50 €');
});

test('numbers follow the locale', () => {
  expect(formatNumber('en', 1234567)).toBe('1,234,567');
  expect(formatNumber('de', 1234567)).toBe('1.234.567');
});

const now = Date.parse('2026-11-22T12:00:00Z');
test.each([
  ['2026-11-22T11:59:40Z', 'now'],
  ['2026-11-22T11:58:00Z', '2 minutes ago'],
  ['2026-11-22T09:00:00Z', '3 hours ago'],
  ['2026-11-21T11:00:00Z', 'yesterday'],
  ['2026-11-12T12:00:00Z', 'last week'],
  ['2026-08-22T12:00:00Z', '3 months ago'],
  ['2024-11-22T12:00:00Z', '2 years ago'],
  ['2026-11-22T14:00:00Z', 'in 2 hours'],
])('%s reads %s', (moment, text) => {
  expect(formatRelative('en', moment, now)).toBe(text);
});

test('names of countries, and the code where there is none', () => {
  expect(countryName('de', 'VN')).toBe('Vietnam');
  expect(countryName('en', 'not a code')).toBe('not a code');
});

test('sorting ignores case and accents and reads numbers', () => {
  const names = ['item 10', 'Zoe', 'émile', 'Emil', 'item 9'];
  expect(names.sort(compareText('en'))).toEqual(['Emil', 'émile', 'item 9', 'item 10', 'Zoe']);
});
