import { expect, test } from 'vitest';
import type { CustomField } from '@/api/types';
import { catalogueOf, type FieldInfo } from './catalogue';
import { problemOf } from './check';
import { readRule } from './tree';

const info = (field: string, type: string, operators: string[]): FieldInfo => ({
  record: 'customer',
  field,
  type,
  label: field,
  operators,
  sortable: false,
});
const own = (key: string, more: Partial<CustomField> = {}) =>
  ({
    record: 'customer',
    key,
    info: info(`custom.${key}`, 'id', ['eq']),
    archivedAt: null,
    ...more,
  }) as CustomField;

const catalogue = catalogueOf(
  [info('country', 'id', ['eq'])],
  'customer',
  [],
  [own('country'), own('old', { archivedAt: '2026-01-01T00:00:00Z' }), own('plan', { record: 'company' })],
);
const problem = (field: string) => {
  const [node] = readRule({ and: [{ field, op: 'eq', value: 'x' }] }).children;
  return node && problemOf(node, catalogue, () => [])?.kind;
};

test('living custom fields of the record are offered after the others', () => {
  expect(catalogue.fields.map(({ field }) => field)).toEqual(['country', 'custom.country']);
});

test('a condition on an archived one goes on, and says so', () => {
  expect(problem('custom.country')).toBeUndefined();
  expect(problem('custom.old')).toBe('archived');
  expect(problem('custom.plan')).toBe('field');
});
