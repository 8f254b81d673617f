import { expect, test } from 'vitest';
import { matchScore } from './match';

test('word starts beat insides, and the first word beats later ones', () => {
  const first = matchScore('cus', 'Customers');
  const later = matchScore('cus', 'New customer');
  const inside = matchScore('tom', 'Customers');
  expect(first).toBeGreaterThan(later);
  expect(later).toBeGreaterThan(inside);
  expect(inside).toBeGreaterThan(0);
});

test('every typed word must be found', () => {
  expect(matchScore('new cus', 'New customer')).toBeGreaterThan(0);
  expect(matchScore('new deal', 'New customer')).toBe(0);
});

test('accents and case do not matter', () => {
  expect(matchScore('uber', 'Übersicht')).toBeGreaterThan(0);
  expect(matchScore('SCHRIFT', 'schriftgröße')).toBeGreaterThan(0);
});

test('one or two letters find word starts only', () => {
  expect(matchScore('t', 'Tags')).toBeGreaterThan(0);
  expect(matchScore('t', 'Customers')).toBe(0);
  expect(matchScore('an', 'New company')).toBe(0);
  expect(matchScore('co', 'New company')).toBeGreaterThan(0);
});

test('nothing typed matches everything', () => {
  expect(matchScore('  ', 'Tags')).toBe(1);
});
