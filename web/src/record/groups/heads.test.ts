import { expect, test } from 'vitest';
import type { Filter } from '@/api/types';
import type { ChoiceFilter } from '@/rules/quick-filters';
import { choicesWithin, headsOf, layoutOf } from './heads';

const by: ChoiceFilter = {
  key: 'owner',
  label: 'Owner',
  kind: 'choice',
  field: 'claimedById',
  op: 'in',
  source: {
    name: 'owners',
    all: () => [
      { id: 'me', label: 'Mine' },
      { id: 'none', label: 'Unclaimed' },
      { id: 'b', label: 'Bea' },
      { id: 'a', label: 'Ada' },
    ],
  },
  nameOf: (id) => ({ a: 'Ada', b: 'Bea' })[id] ?? 'Former',
  standsFor: (id) => (id === 'none' ? null : id === 'me' ? 'a' : id),
  special: {
    me: { field: 'claimedById', op: 'eq', value: 'me' },
    none: { field: 'claimedById', op: 'empty' },
  },
};
const facet = (values: Array<[string | null, number]>, more = false) => ({
  field: 'claimedById',
  values: values.map(([value, count]) => ({ value, count })),
  more,
  exact: true,
});
const heads = (values: Array<[string | null, number]>, more = false, kept: Array<string | null> = []) =>
  headsOf({
    by,
    facet: facet(values, more),
    noneLabel: 'No owner',
    othersLabel: 'Others',
    kept: new Set(kept),
  });

test('groups stand in the order of the choices, whatever their size', () => {
  const found = heads([
    [null, 2],
    ['x', 1],
    ['a', 9],
    ['b', 4],
  ]);
  expect(found.map(({ label, count }) => [label, count])).toEqual([
    ['Unclaimed', 2],
    ['Bea', 4],
    ['Ada', 9],
    ['Former', 1],
  ]);
  expect(found[0]?.condition).toEqual({ field: 'claimedById', op: 'empty' });
  expect(found[1]?.condition).toEqual({ field: 'claimedById', op: 'in', value: ['b'] });
});

test('a group that has become empty stays while somebody looks', () => {
  expect(heads([['a', 1]]).map(({ label }) => label)).toEqual(['Ada']);
  expect(heads([['a', 1]], false, ['b', null]).map(({ label, count }) => [label, count])).toEqual([
    ['Unclaimed', 0],
    ['Bea', 0],
    ['Ada', 1],
  ]);
});

test('what has no group of its own is in the last one, so that nothing is missing', () => {
  const last = heads([['a', 5]], true).at(-1);
  expect(last?.label).toBe('Others');
  expect(last?.condition).toEqual({
    and: [
      { field: 'claimedById', op: 'not_in', value: ['a'] },
      { field: 'claimedById', op: 'not_empty' },
    ],
  });
});

test('a list filtered by the field itself has only the choices that the filter names', () => {
  const bea: Filter = { field: 'claimedById', op: 'in', value: ['b'] };
  const german: Filter = { field: 'country', op: 'in', value: ['DE'] };
  expect(choicesWithin(by, undefined)).toEqual(['b', 'a', null]);
  expect(choicesWithin(by, { and: [german] })).toEqual(['b', 'a', null]);
  expect(choicesWithin(by, { and: [german, bea] })).toEqual(['b']);
  const mineOrNone: Filter = {
    or: [
      { field: 'claimedById', op: 'eq', value: 'me' },
      { field: 'claimedById', op: 'empty' },
    ],
  };
  expect(choicesWithin(by, { and: [mineOrNone] })).toEqual(['a', null]);
  expect(choicesWithin(by, { and: [{ not: bea }] })).toEqual([]);
});

test('places of heads and rows', () => {
  const layout = layoutOf([2, 0, 3]);
  expect(layout.total).toBe(8);
  expect(Array.from({ length: 8 }, (_, at) => layout.placeOf(at))).toEqual([
    { kind: 'head', group: 0 },
    { kind: 'row', group: 0, index: 0 },
    { kind: 'row', group: 0, index: 1 },
    { kind: 'head', group: 1 },
    { kind: 'head', group: 2 },
    { kind: 'row', group: 2, index: 0 },
    { kind: 'row', group: 2, index: 1 },
    { kind: 'row', group: 2, index: 2 },
  ]);
  expect(layout.placeOf(8)).toBeUndefined();
  expect(layout.indexOf(2, 1)).toBe(6);
  expect(layout.rangesIn(2, 7)).toEqual([
    { group: 0, first: 1, end: 2 },
    { group: 2, first: 0, end: 2 },
  ]);
  expect(layout.rangesIn(3, 5)).toEqual([]);
  expect(layoutOf([]).placeOf(0)).toBeUndefined();
});
