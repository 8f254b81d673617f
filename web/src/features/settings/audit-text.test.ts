import { expect, test } from 'vitest';
import type { Translate } from '@/i18n/use-t';
import { describeDetail } from './audit-text';

const t: Translate = (id) => `<${id}>`;
const tell = (detail: Record<string, unknown>) => describeDetail(detail, t, (value) => value.slice(0, 10));

test('tells the detail on one line, without ids and what is empty', () => {
  expect(
    tell({
      keyId: 'x',
      name: 'Form',
      note: null,
      text: '',
      on: false,
      expiresAt: '2027-01-02T00:00:00Z',
    }),
  ).toBe('<audit.field.name>: Form, on: false, <audit.field.expiresAt>: 2027-01-02');
  expect(tell({})).toBe('');
});

test('tells a change by its old and new value', () => {
  expect(tell({ changes: [{ field: 'currency', old: null, new: 'EUR' }] })).toBe(
    '<settings.organisation.currency>: – → EUR',
  );
});

test('names the record of a custom field', () => {
  expect(tell({ id: 'x', record: 'customer', key: 'tier', label: 'Tier' })).toBe(
    '<audit.field.record>: <nav.customers.label>, <audit.field.key>: tier, <audit.field.name>: Tier',
  );
});

test('shows what it does not know as it is', () => {
  expect(tell({ scopes: ['a', 'b'] })).toBe('scopes: ["a","b"]');
});
