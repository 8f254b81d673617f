import { expect, test } from 'vitest';
import type { CustomField } from '@/api/types';
import { parseNumber, readWritten, writtenProblem, writtenText } from './custom-values';

const field = (kind: CustomField['kind'], required = false) => ({ kind, required }) as CustomField;

test('numbers are read as the language writes them', () => {
  expect(parseNumber('1,234.5', 'en')).toBe(1234.5);
  expect(parseNumber('1.234,5', 'de')).toBe(1234.5);
  expect(parseNumber('1.234', 'de')).toBe(1234);
  expect(parseNumber('1.234', 'en')).toBe(1.234);
  expect(parseNumber('1,5', 'en')).toBe(1.5);
  expect(parseNumber('1.5', 'de')).toBe(1.5);
  expect(parseNumber('−1 000,25', 'fr')).toBe(-1000.25);
  for (const text of ['', 'x', '1-', '1,2,3', '1e9', '--1', '9999999999999999'])
    expect(parseNumber(text, 'en'), text).toBeNull();
});

test('a value that nobody changes is read back as it was', () => {
  for (const locale of ['en', 'de'])
    for (const value of [0, -1.25, 1.234, 1234567.5, 1e15])
      expect(readWritten(field('number'), writtenText(value, locale), locale)).toBe(value);
  expect(readWritten(field('text'), 'a', 'en')).toBe('a');
  expect(readWritten(field('text'), '', 'en')).toBeNull();
});

test('what cannot be a value is told before it is sent', () => {
  expect(writtenProblem(field('number'), 'many', 'en')).toBe('customValue.problem.number');
  expect(writtenProblem(field('date'), '2026-02-31', 'en')).toBe('customValue.problem.date');
  expect(writtenProblem(field('date'), '31.1.2026', 'en')).toBe('customValue.problem.date');
  expect(writtenProblem(field('date'), '2026-01-31', 'en')).toBeNull();
  expect(writtenProblem(field('email'), 'ada', 'en')).toBe('common.field.email');
  expect(writtenProblem(field('text'), '', 'en')).toBeNull();
  expect(writtenProblem(field('text', true), '', 'en')).toBe('common.field.required');
});
