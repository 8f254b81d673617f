import { expect, test } from 'vitest';
import { placeAfter, readRecord, readTab, stepFrom, subjectOf } from './tabs';

test('an address names a state, or the open pairs', () => {
  expect(readTab('later')).toBe('later');
  expect(readTab('open')).toBeUndefined();
  expect(readTab('nonsense')).toBeUndefined();
});

test('an address asks for pairs of customers unless it says companies', () => {
  expect(readRecord('company')).toBe('company');
  expect(readRecord('customer')).toBeUndefined();
  expect(subjectOf({ customer: '1' })).toEqual({ record: 'customer', of: '1' });
  expect(subjectOf({ record: 'company', customer: '1', company: '2' })).toEqual({
    record: 'company',
    of: '2',
  });
  expect(subjectOf({ record: 'company', customer: '1' })).toEqual({ record: 'company', of: undefined });
});

test('whoever decides goes on to the next pair, and at the end back to the last', () => {
  expect(placeAfter(['1', '2', '3'], '2')).toBe('3');
  expect(placeAfter(['1', '2', '3'], '3')).toBe('2');
  expect(placeAfter(['1'], '1')).toBeUndefined();
});

test('steps stay within the list', () => {
  expect(stepFrom(['1', '2'], undefined, 1)).toBe('1');
  expect(stepFrom(['1', '2'], '1', 1)).toBe('2');
  expect(stepFrom(['1', '2'], '2', 1)).toBe('2');
  expect(stepFrom(['1', '2'], '1', -1)).toBe('1');
  expect(stepFrom(['1', '2'], 'gone', 1)).toBe('1');
  expect(stepFrom([], 'gone', 1)).toBeUndefined();
});
