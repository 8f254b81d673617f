import { expect, test } from 'vitest';
import type { Company, Customer, CustomField } from '@/api/types';
import { compare, fieldsOf, likeliest, mergeRows, rowsOf, survivorFirst, winnerOf } from './choices';

const person = (id: string, more: Partial<Customer> = {}) =>
  ({
    id,
    fullName: 'Ada Lovelace',
    firstName: null,
    lastName: null,
    jobTitle: null,
    companyId: null,
    claimedById: null,
    country: null,
    language: null,
    timezone: null,
    avatarUrl: null,
    contacts: [],
    archivedAt: null,
    createdAt: '2026-01-01T00:00:00Z',
    ...more,
  }) as unknown as Customer;
const rows = mergeRows.customer;
const fields = (some: readonly { field: string }[]) => some.map(({ field }) => field);

test('what differs comes first, then what only some have; what nobody has is left out', () => {
  const records = [
    person('1', { jobTitle: 'Analyst', country: 'GB' }),
    person('2', { jobTitle: 'Countess', country: 'GB', language: 'en' }),
    person('3', { fullName: 'A. Lovelace', jobTitle: 'Analyst', country: 'GB' }),
  ];
  const { different, equal } = compare(rows, records);
  expect(fields(different)).toEqual(['fullName', 'jobTitle', 'language']);
  expect(fields(equal)).toEqual(['country']);
});

test('whoever stays keeps a value, gaps are filled, and a choice goes before both', () => {
  const records = [
    person('1', { jobTitle: 'Analyst' }),
    person('2', { jobTitle: 'Countess', country: 'GB' }),
  ];
  const { different } = compare(rows, records);
  const winners = (chosen: Record<string, string>) => different.map((row) => winnerOf(row, records, chosen));
  expect(fields(different)).toEqual(['jobTitle', 'country']);
  expect(winners({})).toEqual(['1', '2']);
  expect(winners({ jobTitle: '2', country: '1' })).toEqual(['2', '1']);
  expect(fieldsOf(different, records, { jobTitle: '2' })).toEqual({ jobTitle: '2', country: '2' });
});

test('the parts of a name go together, and only when names differ', () => {
  const ada = person('1', { firstName: 'Ada', lastName: 'Lovelace' });
  const short = person('2', { fullName: 'A. Lovelace' });
  const { different } = compare(rows, [ada, short]);
  expect(fieldsOf(different, [ada, short], { fullName: '2' })).toEqual({
    fullName: '2',
    firstName: '2',
    lastName: '2',
  });
  expect(compare(rows, [ada, person('3')]).different).toEqual([]);
});

test('custom fields are compared and chosen as the others are', () => {
  const own = { info: { field: 'custom.tier' } } as CustomField;
  const lists = { info: { field: 'custom.lists' } } as CustomField;
  const records = [
    person('1', { custom: { tier: 'gold', lists: ['a', 'b'] } }),
    person('2', { custom: { tier: 'silver', lists: ['a', 'b'] } }),
  ];
  const { different, equal } = compare(rowsOf('customer', [own, lists]), records);
  expect(different.map(({ field }) => field)).toContain('custom.tier');
  expect(equal.map(({ field }) => field)).toContain('custom.lists');
  expect(fieldsOf(different, records, { 'custom.tier': '2' })['custom.tier']).toBe('2');
});

test('a parent company is left to the merge unless it was chosen', () => {
  const company = (id: string, parentId: string | null) =>
    ({ id, name: 'Engines', parentId, domains: [], archivedAt: null }) as unknown as Company;
  const records = [company('1', '2'), company('2', '9')];
  const { different } = compare(mergeRows.company, records);
  expect(fieldsOf(different, records, {})).toEqual({});
  expect(fieldsOf(different, records, { parentId: '2' })).toEqual({ parentId: '2' });
});

test('the record that says most stays, of equals the oldest, and never an archived one', () => {
  const old = person('old', { createdAt: '2025-01-01T00:00:00Z' });
  const full = person('full', { jobTitle: 'Countess' });
  const away = person('away', { jobTitle: 'Countess', country: 'GB', archivedAt: '2026-02-01T00:00:00Z' });
  expect(likeliest(rows, [person('new'), old])).toBe('old');
  expect(likeliest(rows, [old, full, away])).toBe('full');
  expect(likeliest(rows, [away])).toBeUndefined();
  const company = (id: string, customerCount: number, city: string | null) =>
    ({
      id,
      customerCount,
      city,
      domains: [],
      archivedAt: null,
      createdAt: old.createdAt,
    }) as unknown as Company;
  expect(likeliest(mergeRows.company, [company('told', 0, 'London'), company('busy', 5, null)])).toBe('busy');
  expect(survivorFirst([old, full, away], 'full').map(({ id }) => id)).toEqual(['full', 'old', 'away']);
});
