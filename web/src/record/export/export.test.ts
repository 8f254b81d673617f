import { expect, test } from 'vitest';
import { exportAddress } from './export-address';
import { columnsOnScreen, exportColumns } from './export-columns';

test('the file has what the list shows, in its order, as far as files have it', () => {
  expect(columnsOnScreen('customers', ['country', 'fullName', 'tags'])).toEqual([
    'country',
    'fullName',
    'tags',
  ]);
  expect(columnsOnScreen('companies', ['name', 'customerCount', 'owner'])).toEqual(['name', 'owner.name']);
});

test('custom fields are columns of a file', () => {
  expect(columnsOnScreen('customers', ['custom.tier', 'custom.gone'], ['custom.tier'])).toEqual([
    'custom.tier',
  ]);
});

test('no column is offered twice', () => {
  for (const record of ['customers', 'companies'] as const) {
    const names = exportColumns(record).map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('the address tells filter, search, order and columns', () => {
  const filter = { field: 'country', op: 'eq', value: 'DE' };
  const url = new URL(
    exportAddress('customers', 'xlsx', { filter, q: 'a&b', sort: '' }, '-createdAt', ['id', 'tags']),
    'http://localhost',
  );
  expect(url.pathname).toBe('/api/v1/customers/export.xlsx');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    filter: JSON.stringify(filter),
    q: 'a&b',
    sort: '-createdAt',
    columns: 'id,tags',
  });
});
