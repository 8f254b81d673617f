import { expect, test } from 'vitest';
import type { DuplicatePair } from '@/api/types';
import { evidenceText, percent } from './evidence';

const pair = (one: string | null, other: string | null) =>
  ({
    record: 'customer',
    customers: [{ companyId: one }, { companyId: other }],
    companies: [],
  }) as unknown as DuplicatePair;
const companies = { record: 'company', customers: [], companies: [{}, {}] } as unknown as DuplicatePair;
const name = (first: string, second: string) => ({ kind: 'name' as const, first, second, score: 0.8 });

test('names say whether they are the same, and whether the company is', () => {
  expect(evidenceText(pair('1', '1'), name('Ada King', 'A. King'))).toBe('duplicates.evidence.similarThere');
  expect(evidenceText(pair('1', '1'), name('Ada King', 'ada king'))).toBe('duplicates.evidence.nameThere');
  expect(evidenceText(pair(null, null), name('Ada King', 'Ada King'))).toBe('duplicates.evidence.name');
  expect(evidenceText(pair('1', '2'), name('Ada King', 'A. King'))).toBe('duplicates.evidence.similar');
});

test('addresses say which channel', () => {
  const phone = { kind: 'phone' as const, first: '+49 30', second: '+4930', score: 0.6 };
  expect(evidenceText(pair(null, null), phone)).toBe('duplicates.evidence.phone');
});

test('companies are alike by page, domain and name', () => {
  const of = (kind: 'linkedin' | 'domain' | 'related_domain') =>
    evidenceText(companies, { kind, first: 'acme.com', second: 'acme.de', score: 0.6 });
  expect(of('linkedin')).toBe('duplicates.evidence.page');
  expect(of('domain')).toBe('duplicates.evidence.domain');
  expect(of('related_domain')).toBe('duplicates.evidence.relatedDomain');
  expect(evidenceText(companies, name('Acme', 'ACME'))).toBe('duplicates.evidence.name');
  expect(evidenceText(companies, name('Acme GmbH', 'ACME Inc'))).toBe('duplicates.evidence.similar');
});

test('nothing is certain', () => {
  expect(percent(0.999)).toBe(99);
  expect(percent(0.92)).toBe(92);
});
