import { expect, test } from 'vitest';
import { readLeadsParams, writeBuckets } from './params';

test('buckets stand in the address in their order; all of them are none', () => {
  expect(readLeadsParams({ bucket: 'cold, hot,lukewarm' }).bucket).toBe('hot,cold');
  expect(readLeadsParams({ bucket: 'hot,warm,cold' }).bucket).toBeUndefined();
  expect(writeBuckets(['cold', 'warm'])).toBe('warm,cold');
  expect(writeBuckets([])).toBeUndefined();
});

test('what is no text is dropped', () => {
  expect(readLeadsParams({ product: {}, q: '', owner: 'me' })).toEqual({
    product: undefined,
    q: undefined,
    bucket: undefined,
    owner: 'me',
    open: undefined,
  });
});
