import { describe, expect, it } from 'vitest';
import { formatSort, parseSort, pressSort } from './sort';

const pressed = (sort: string, field: string, add = false, firstDescending = false) =>
  formatSort(pressSort(parseSort(sort), field, firstDescending, add));

describe('sort text', () => {
  it('reads and writes what the API takes', () => {
    expect(parseSort('-lastActivityAt,fullName')).toEqual([
      { field: 'lastActivityAt', descending: true },
      { field: 'fullName', descending: false },
    ]);
    expect(formatSort(parseSort('-lastActivityAt,fullName'))).toBe('-lastActivityAt,fullName');
  });

  it('skips blanks, doubles and what goes beyond three', () => {
    expect(formatSort(parseSort(' a,,-a, b ,c,d,-'))).toBe('a,b,c');
    expect(parseSort('')).toEqual([]);
  });
});

describe('pressing a header', () => {
  it('turns round, then off', () => {
    expect(pressed('', 'fullName')).toBe('fullName');
    expect(pressed('fullName', 'fullName')).toBe('-fullName');
    expect(pressed('-fullName', 'fullName')).toBe('');
  });

  it('starts with the newest for dates', () => {
    expect(pressed('', 'createdAt', false, true)).toBe('-createdAt');
    expect(pressed('-createdAt', 'createdAt', false, true)).toBe('createdAt');
    expect(pressed('createdAt', 'createdAt', false, true)).toBe('');
  });

  it('replaces the sort, or adds to it with Shift', () => {
    expect(pressed('fullName', 'country')).toBe('country');
    expect(pressed('fullName', 'country', true)).toBe('fullName,country');
    expect(pressed('fullName,country', 'fullName', true)).toBe('-fullName,country');
    expect(pressed('-fullName,country', 'fullName', true)).toBe('country');
  });

  it('keeps the newest three when a fourth is added', () => {
    expect(pressed('a,b,c', 'd', true)).toBe('b,c,d');
  });
});
