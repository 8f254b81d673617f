import { expect, test } from 'vitest';
import type { CustomField, Import } from '@/api/types';
import {
  certaintyOf,
  draftOf,
  isSound,
  mappingOf,
  reportOf,
  sameDraft,
  withField,
  withMeaning,
} from './mapping';

const columns: Import['columns'] = ['Name', 'Work email', 'Private email', 'Land', 'Ref'].map((name) => ({
  name,
  samples: [],
  filled: 1,
}));

function guessed(fields: Record<string, string>): Pick<Import, 'record' | 'columns' | 'mapping'> {
  return {
    record: 'customer',
    columns,
    mapping: columns.map(({ name }) => ({
      column: name,
      field: fields[name] ?? null,
      confidence: fields[name] ? 0.9 : 0,
    })),
  };
}

test('a confidence is said in words', () => {
  expect(certaintyOf(null, 0)).toBe('none');
  expect(certaintyOf('email', 0.55)).toBe('unsure');
  expect(certaintyOf('email', 0.7)).toBe('likely');
  expect(certaintyOf('email', 0.98)).toBe('sure');
  expect(certaintyOf('email', 1)).toBe('decided');
});

test('a draft starts from the mapping of the server', () => {
  const item = guessed({ Name: 'fullName', 'Work email': 'email' });
  item.mapping[3] = { column: 'Land', field: 'country', confidence: 1, values: { Polnd: 'PL' } };
  const draft = draftOf(item);
  expect(draft.Name).toEqual({ field: 'fullName', values: {} });
  expect(draft.Land).toEqual({ field: 'country', values: { Polnd: 'PL' } });
  expect(draft.Ref).toEqual({ field: null, values: {} });
});

test('a field that this build does not know counts as not matched', () => {
  expect(draftOf(guessed({ Ref: 'custom.reference' })).Ref?.field).toBeNull();
});

test('custom fields of the record are kept, archived ones and those of others are not', () => {
  const own = (change: Partial<CustomField>) =>
    ({
      record: 'customer',
      label: 'Reference',
      kind: 'text',
      archivedAt: null,
      info: { field: 'custom.reference' },
      ...change,
    }) as CustomField;
  const item = guessed({ Ref: 'custom.reference' });
  expect(draftOf(item, [own({})]).Ref?.field).toBe('custom.reference');
  expect(draftOf(item, [own({ archivedAt: '2026-01-01T00:00:00Z' })]).Ref?.field).toBeNull();
  expect(draftOf(item, [own({ record: 'company' })]).Ref?.field).toBeNull();
});

test('what is sent names every column once, without the confidence', () => {
  const draft = withMeaning(draftOf(guessed({ Name: 'fullName', Land: 'country' })), 'Land', 'Narnia', '');
  expect(mappingOf(columns, draft)).toEqual([
    { column: 'Name', field: 'fullName' },
    { column: 'Work email', field: null },
    { column: 'Private email', field: null },
    { column: 'Land', field: 'country', values: { Narnia: '' } },
    { column: 'Ref', field: null },
  ]);
});

test('another field forgets the meanings given for the former one', () => {
  const draft = withMeaning(draftOf(guessed({ Land: 'country' })), 'Land', 'Polnd', 'PL');
  expect(withField(draft, 'Land', 'language').Land).toEqual({ field: 'language', values: {} });
});

test('a meaning can be taken back', () => {
  const before = draftOf(guessed({ Land: 'country' }));
  const given = withMeaning(before, 'Land', 'Polnd', 'PL');
  expect(sameDraft(before, given)).toBe(false);
  expect(sameDraft(before, withMeaning(given, 'Land', 'Polnd', null))).toBe(true);
});

test('drafts are equal by what they would import', () => {
  const draft = draftOf(guessed({ Name: 'fullName' }));
  expect(sameDraft(draft, structuredClone(draft))).toBe(true);
  expect(sameDraft(draft, withField(draft, 'Ref', 'tags'))).toBe(false);
  expect(sameDraft(draft, {})).toBe(false);
});

test('several columns may hold addresses, but one only the name', () => {
  const mails = draftOf(guessed({ Name: 'fullName', 'Work email': 'email', 'Private email': 'email' }));
  expect(reportOf('customer', columns, mails)).toEqual({
    used: 3,
    unused: ['Land', 'Ref'],
    clashes: {},
    nameless: false,
  });
  const report = reportOf('customer', columns, withField(mails, 'Ref', 'fullName'));
  expect(report.clashes).toEqual({ Name: ['Ref'], Ref: ['Name'] });
  expect(isSound(report)).toBe(false);
});

test('a file needs a column that names the records', () => {
  const draft = draftOf(guessed({ Land: 'country' }));
  expect(reportOf('customer', columns, draft).nameless).toBe(true);
  expect(reportOf('customer', columns, withField(draft, 'Ref', 'phone')).nameless).toBe(false);
  const firm = { ...draft, Ref: { field: 'parent.name', values: {} } };
  expect(reportOf('company', columns, firm).nameless).toBe(true);
  expect(reportOf('company', columns, withField(firm, 'Name', 'domains')).nameless).toBe(false);
});
