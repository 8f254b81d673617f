import { describe, expect, it } from 'vitest';
import { asBefore, chosenFirst, filterOptions, hasExact } from './pick-options';

const options = [
  { id: '1', label: 'São Tomé', hint: 'ST' },
  { id: '2', label: 'Germany', hint: 'DE' },
  { id: '3', label: 'Isle of Man', hint: 'IM' },
  { id: '4', label: 'Mandalay' },
];
const ids = (query: string) => filterOptions(options, query).map((option) => option.id);

describe('options of a list editor', () => {
  it('are all there before anything is typed', () => {
    expect(ids('  ')).toEqual(['1', '2', '3', '4']);
  });

  it('are found without accents and case, also by their hint', () => {
    expect(ids('sao')).toEqual(['1']);
    expect(ids('de')).toEqual(['2']);
  });

  it('begin with what was typed before those that only hold it', () => {
    expect(ids('man')).toEqual(['4', '2', '3']);
  });

  it('need every word, in any order', () => {
    expect(ids('man isle')).toEqual(['3']);
    expect(ids('man x')).toEqual([]);
  });

  it('know an exact name in any case', () => {
    expect(hasExact(options, ' SAO tome ')).toBe(true);
    expect(hasExact(options, 'sao')).toBe(false);
  });
});

it('what was there stands where it stood, however it is ordered now', () => {
  const now = ['d', 'new', 'b', 'a', 'late'].map((id) => ({ id, label: id, hint: `${id}!` }));
  const shown = asBefore(now, ['a', 'b', 'gone', 'd']);
  expect(shown.map(({ id }) => id)).toEqual(['a', 'b', 'd', 'new', 'late']);
  expect(shown[0]?.hint).toBe('a!');
});

it('what is chosen stands first, all in their own order', () => {
  const options = ['a', 'b', 'c', 'd'].map((id) => ({ id, label: id }));
  expect(chosenFirst(options, ['d', 'b']).map(({ id }) => id)).toEqual(['b', 'd', 'a', 'c']);
});
