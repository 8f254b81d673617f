import { expect, test } from 'vitest';
import { parseColumns } from '@/grid/columns';
import type { QuickFilter } from '@/rules/quick-filters';
import {
  columnsToSave,
  inChosenOrder,
  isChanged,
  moved,
  paramsOf,
  type SavedView,
  saysNothing,
} from './views';

const shapes = [
  { id: 'fullName', width: 190, pinned: true, required: true },
  { id: 'email', width: 170 },
  { id: 'country', width: 120, optional: true },
];
const filters: QuickFilter[] = [
  {
    key: 'country',
    label: 'Country',
    kind: 'choice',
    field: 'country',
    op: 'in',
    source: { name: 'none', all: () => [] },
    nameOf: (id) => id,
  },
];
const german = { field: 'country', op: 'in', value: ['DE'] };
const titled = { value: 'CTO', op: 'contains', field: 'jobTitle' };
const view = {
  id: 'v1',
  name: 'Germans',
  filter: { and: [german, titled] },
  sort: '-createdAt',
  columns: [{ field: 'fullName' }, { field: 'country', width: 200 }],
  groupBy: 'country',
  layout: 'board',
} as unknown as SavedView;

test('a view becomes an address, and leaves nothing of the one before', () => {
  expect(paramsOf(view, filters, shapes)).toEqual({
    country: 'DE',
    q: undefined,
    open: undefined,
    tab: undefined,
    filter: JSON.stringify(titled),
    sort: '-createdAt',
    cols: 'fullName!,country.200',
    group: 'country',
    layout: 'board',
    view: 'v1',
  });
  expect(Object.values(paramsOf(null, filters, shapes)).filter(Boolean)).toEqual([]);
});

test('what it opens is no change, whatever the order of keys; anything else is', () => {
  const columns = columnsToSave(parseColumns('fullName!,country.200', shapes), shapes);
  const filter = { and: [german, { field: 'jobTitle', op: 'contains', value: 'CTO' }] };
  const now = { filter, sort: '-createdAt', columns, groupBy: 'country', layout: 'board' } as const;
  expect(isChanged(view, now, filters, shapes)).toBe(false);
  expect(isChanged(view, { ...now, sort: '' }, filters, shapes)).toBe(true);
  expect(isChanged(view, { ...now, filter: german }, filters, shapes)).toBe(true);
  expect(isChanged(view, { ...now, groupBy: null }, filters, shapes)).toBe(true);
  expect(isChanged(view, { ...now, layout: 'table' }, filters, shapes)).toBe(true);
  const wider = columnsToSave(parseColumns('fullName!,country.210', shapes), shapes);
  expect(isChanged(view, { ...now, columns: wider }, filters, shapes)).toBe(true);
});

test('a view without columns has those that come by themselves', () => {
  const bare = { ...view, columns: [] } as SavedView;
  const columns = columnsToSave(parseColumns(undefined, shapes), shapes);
  expect(paramsOf(bare, filters, shapes).cols).toBeUndefined();
  expect(
    isChanged(
      bare,
      { filter: { and: [german, titled] }, sort: '-createdAt', columns, groupBy: 'country', layout: 'board' },
      filters,
      shapes,
    ),
  ).toBe(false);
});

test('views stand in the order that somebody chose, and new ones after them by name', () => {
  const views = ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id })) as SavedView[];
  const choice = { record: 'customer', defaultViewId: null, order: ['c', 'a', 'gone'] } as const;
  const shown = inChosenOrder(views, { ...choice, order: [...choice.order] });
  expect(shown.map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd']);
  expect(moved(shown, 'a', -1)).toEqual(['a', 'c', 'b', 'd']);
  expect(moved(shown, 'd', 1)).toEqual(['c', 'a', 'b', 'd']);
});

test('an address says something of its list by a filter, a view or a record; a tab alone says nothing', () => {
  expect(saysNothing({}, filters)).toBe(true);
  expect(saysNothing({ ...paramsOf(null, filters, shapes), tab: 'notes', layout: 'board' }, filters)).toBe(
    true,
  );
  for (const name of ['country', 'q', 'sort', 'cols', 'filter', 'group', 'view', 'open'])
    expect(saysNothing({ [name]: 'x' }, filters), name).toBe(false);
  expect(saysNothing({ new: true }, filters)).toBe(false);
  expect(saysNothing(paramsOf(view, filters, shapes), filters)).toBe(false);
});
