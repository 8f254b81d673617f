import { expect, test } from 'vitest';
import { findRecord, mergeRecord, patchRecord, rollBackRecord } from './apply-patch';

const ada = { id: 'a', name: 'Ada', country: 'GB', version: 3 };
const bob = { id: 'b', name: 'Bob', country: 'US', version: 1 };
const page = { items: [ada, bob], nextCursor: null };
const infinite = { pages: [page, { items: [{ ...ada }], nextCursor: null }], pageParams: [undefined, 'x'] };

test('patches a record in every shape that a cache holds', () => {
  expect(patchRecord(ada, 'a', { name: 'Ada L.' })).toEqual({ ...ada, name: 'Ada L.' });
  expect(patchRecord(page, 'a', { name: 'Ada L.' })).toEqual({
    items: [{ ...ada, name: 'Ada L.' }, bob],
    nextCursor: null,
  });
  const patched = patchRecord(infinite, 'a', { name: 'Ada L.' }) as typeof infinite;
  expect(patched.pages.map(({ items }) => items[0]?.name)).toEqual(['Ada L.', 'Ada L.']);
  expect(patched.pageParams).toBe(infinite.pageParams);
});

test('what does not hold the record keeps its identity', () => {
  expect(patchRecord(page, 'nobody', { name: 'x' })).toBe(page);
  expect(patchRecord(undefined, 'a', { name: 'x' })).toBeUndefined();
  const count = { count: 3, exact: true };
  expect(patchRecord(count, 'a', { name: 'x' })).toBe(count);
  const patched = patchRecord(page, 'a', { name: 'x' }) as typeof page;
  expect(patched.items[1]).toBe(bob);
});

test('an older answer never replaces a newer record', () => {
  const newer = { ...ada, version: 5, name: 'newest' };
  expect(mergeRecord([newer], { ...ada, version: 4, name: 'late' } as typeof ada)).toEqual([newer]);
  expect(mergeRecord([newer], { ...ada, version: 6, name: 'next' } as typeof ada)).toEqual([
    { ...ada, version: 6, name: 'next' },
  ]);
});

test('rolling back restores only what the failed change wrote', () => {
  // The name was changed and failed; meanwhile the country was changed by somebody else.
  const now = { ...ada, name: 'wrong', country: 'DE' };
  expect(rollBackRecord([now], 'a', { name: 'wrong' }, { name: 'Ada' })).toEqual([
    { ...ada, name: 'Ada', country: 'DE' },
  ]);
});

test('rolling back leaves a field that a later change has written', () => {
  const now = { ...ada, name: 'second try' };
  expect(rollBackRecord([now], 'a', { name: 'first try' }, { name: 'Ada' })).toEqual([now]);
});

test('rolling back looks at every custom value by itself', () => {
  const before = { custom: { tier: 'gold', size: 1 } };
  const attempted = { custom: { tier: 'gold', size: 2, since: '2026-01-01' } };
  // Meanwhile the tier was changed by a later change.
  const now = { ...ada, custom: { ...attempted.custom, tier: 'silver' } };
  expect(rollBackRecord([now], 'a', attempted, before)).toEqual([
    { ...ada, custom: { tier: 'silver', size: 1 } },
  ]);
});

test('finds the record wherever it is', () => {
  expect(findRecord(infinite, 'b')).toBe(bob);
  expect(findRecord(page, 'c')).toBeUndefined();
  expect(findRecord(null, 'a')).toBeUndefined();
});
