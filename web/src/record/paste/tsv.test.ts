import { expect, test } from 'vitest';
import { readTsv } from './tsv';

test('cells stand between tabs, rows between line breaks of any kind', () => {
  expect(readTsv('a\tb\r\nc\td\r\n')).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(readTsv('a\rb')).toEqual([['a'], ['b']]);
  expect(readTsv('')).toEqual([['']]);
  expect(readTsv('a\t')).toEqual([['a', '']]);
  expect(readTsv('a\n\n')).toEqual([['a'], ['']]);
  expect(readTsv('\n\nb')).toEqual([[''], [''], ['b']]);
});

test('a cell in quotes holds line breaks, tabs and doubled quotes', () => {
  expect(readTsv('"a\nb"\tx\nc\t"y\r\nz"')).toEqual([
    ['a\nb', 'x'],
    ['c', 'y\nz'],
  ]);
  expect(readTsv('"a\tb"\tc')).toEqual([['a\tb', 'c']]);
  expect(readTsv('"5"" pipe"\n""\n"""a"""')).toEqual([['5" pipe'], [''], ['"a"']]);
});

test('quotes that do not go round a whole cell are its own', () => {
  expect(readTsv('"Bob" Smith\n"Al"')).toEqual([['"Bob" Smith'], ['Al']]);
  expect(readTsv('5" pipe\n6" pipe')).toEqual([['5" pipe'], ['6" pipe']]);
  expect(readTsv('"open\nnext')).toEqual([['"open'], ['next']]);
  expect(readTsv('"')).toEqual([['"']]);
});
