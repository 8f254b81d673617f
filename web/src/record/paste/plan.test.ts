import { expect, test, vi } from 'vitest';
import type { PickEditorSpec, TextEditorSpec } from '@/grid/types';
import { chosen, columnOf, rowsFrom, spread, stepOf } from './plan';

interface Row {
  id: string;
  value: string;
}
const texts = {
  unknown: (value: string) => `no ${value}`,
  empty: 'empty',
  tooLong: (max: number) => `>${max}`,
};
const row: Row = { id: 'r', value: 'DE' };

test('a column of a spreadsheet', () => {
  expect(columnOf('a\tx\r\nb\ty\r\n')).toEqual(['a', 'b']);
  expect(columnOf('"a, b"\n\n c ')).toEqual(['a, b', '', 'c']);
  expect(columnOf('one')).toEqual(['one']);
});

test('a cell of several lines is one value, also in a column that is left alone', () => {
  expect(columnOf('"Head of\nSales"\tx\nPilot\t"two\nlines"\nCook\tz')).toEqual([
    'Head of Sales',
    'Pilot',
    'Cook',
  ]);
  expect(columnOf('"5"" pipes"\n')).toEqual(['5" pipes']);
});

/** A list in which `null` is the head of a group. */
function listOf(places: ReadonlyArray<string | null>) {
  return {
    total: places.length,
    headAt: (index: number) =>
      places[index] === null ? { label: '', count: '', open: true, turn: () => {} } : undefined,
    rowsIn: async ({ first, end }: { first: number; end: number }) =>
      places.slice(first, end).filter((place) => place !== null),
  };
}

test('rows are counted without the heads of groups between them', async () => {
  const grouped = listOf([null, 'a', 'b', null, 'c', null, null, 'd', 'e']);
  expect(await rowsFrom(grouped, 2, 3)).toEqual(['b', 'c', 'd']);
  expect(await rowsFrom(grouped, 0, 1)).toEqual(['a']);
  expect(await rowsFrom(grouped, 7, 9)).toEqual(['d', 'e']);
  const plain = { ...listOf(['a', 'b', 'c']), headAt: undefined };
  expect(await rowsFrom(plain, 1, 2)).toEqual(['b', 'c']);
});

test('a group that has fewer rows than it seemed does not cut the others short', async () => {
  const list = listOf(['a', 'b', null, 'c', 'd']);
  const rowsIn = async (range: { first: number; end: number }) =>
    (await list.rowsIn(range)).filter((row) => row !== 'b');
  expect(await rowsFrom({ ...list, rowsIn }, 0, 3)).toEqual(['a', 'c', 'd']);
});

test('one value fills all rows, several go along and no further', () => {
  expect(spread(['a'], 3)).toEqual(['a', 'a', 'a']);
  expect(spread(['a', 'b'], 3)).toEqual(['a', 'b']);
  expect(spread(['a', 'b', 'c'], 2)).toEqual(['a', 'b']);
});

const pick: PickEditorSpec<Row> = {
  kind: 'pick',
  options: {
    name: 'countries',
    all: () => [
      { id: 'DE', label: 'Germany', hint: 'DE' },
      { id: 'FR', label: 'France', hint: 'FR' },
      { id: 'x', label: 'Twin' },
      { id: 'y', label: 'Twin' },
      { id: 'z', label: 'Else', disabled: 'not yours' },
    ],
  },
  placeholder: '',
  get: (of) => of.value,
  set: vi.fn(async (of: Row) => of),
  clear: 'None',
};
const { signal } = new AbortController();
const step = async (value: string, spec = pick) =>
  stepOf({ spec, row, value, option: await chosen(spec, value, signal), before: 'Germany', texts });

test('choices are meant by name or code, and by neither when two have the name', async () => {
  expect((await chosen(pick, 'france', signal))?.id).toBe('FR');
  expect((await chosen(pick, 'fr', signal))?.id).toBe('FR');
  expect(await chosen(pick, 'Twin', signal)).toBeNull();
  expect(await step('France')).toMatchObject({ kind: 'change', before: 'Germany', after: 'France' });
  expect(await step('Germany')).toMatchObject({ kind: 'same' });
  expect(await step('Nowhere')).toMatchObject({ kind: 'refused', reason: 'no Nowhere' });
  expect(await step('Else')).toMatchObject({ kind: 'refused', reason: 'not yours' });
  expect(await step('')).toMatchObject({ kind: 'change', after: '' });
  expect(await step('', { ...pick, clear: undefined })).toMatchObject({ kind: 'refused', reason: 'empty' });
  expect(await step('France', { ...pick, blocked: () => 'theirs' })).toMatchObject({ reason: 'theirs' });
});

test('the way back sets what was there', async () => {
  const there = await step('France');
  if (there.kind !== 'change') throw new Error(there.kind);
  await there.run(row);
  expect(pick.set).toHaveBeenLastCalledWith(row, expect.objectContaining({ id: 'FR' }), true);
  await there.back(row);
  expect(pick.set).toHaveBeenLastCalledWith(row, { id: 'DE', label: 'Germany' }, true);
});

test('texts are checked as their editor checks them', () => {
  const spec: TextEditorSpec<Row> = {
    kind: 'text',
    maxLength: 5,
    get: (of) => of.value,
    check: (value) => (value === '' ? 'needed' : null),
    set: async (of) => of,
  };
  const text = (value: string) => stepOf({ spec, row, value, option: null, before: 'DE', texts });
  expect(text('new')).toMatchObject({ kind: 'change', after: 'new' });
  expect(text('DE')).toMatchObject({ kind: 'same' });
  expect(text('')).toMatchObject({ reason: 'needed' });
  expect(text('too long')).toMatchObject({ reason: '>5' });
});
