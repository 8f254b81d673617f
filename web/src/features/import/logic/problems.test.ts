import { expect, test } from 'vitest';
import { groupProblems, isMendable, reasonAlone } from './problems';

test('the same thing wrong in several rows is said once', () => {
  const wrong = { column: 'Country', value: 'Narnia', reason: '“Narnia” is not a country' };
  const nobody = { column: null, value: null, reason: 'the row has neither a name nor an address' };
  const groups = groupProblems([
    { row: 4, ...wrong },
    { row: 7, ...nobody },
    { row: 9, ...wrong },
  ]);
  expect(groups.map(({ rows, reason }) => [rows, reason])).toEqual([
    [[4, 9], 'Is not a country'],
    [[7], 'The row has neither a name nor an address'],
  ]);
});

test('a reason that does not start with the value is left whole', () => {
  expect(reasonAlone('DE', '“Narnia” is not a country')).toBe('“Narnia” is not a country');
});

test('only a whole value of a column can be given a meaning', () => {
  expect(isMendable({ column: 'Country', value: 'Narnia' })).toBe(true);
  expect(isMendable({ column: null, value: null })).toBe(false);
  expect(isMendable({ column: 'Note', value: `${'x'.repeat(120)}…` })).toBe(false);
});
