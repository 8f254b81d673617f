import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search-text';

describe('the part of the address behind the question mark', () => {
  it('holds one text per name', () => {
    expect(
      parseSearch('?country=DE&country=FR&q=[1]&open=&new=true&tel=0049&big=12345678901234567890'),
    ).toEqual({
      country: 'DE',
      q: '[1]',
      new: 'true',
      tel: '0049',
      big: '12345678901234567890',
    });
    expect(parseSearch('')).toEqual({});
    expect(parseSearch('?q=%E0%A4%A&__proto__=x').q).toBeTypeOf('string');
  });

  it('reads what it wrote', () => {
    for (const q of ['42', 'true', 'a b+c&d', '[1]', '"anna"', 'Zoë', '{"a":1}']) {
      expect(parseSearch(stringifySearch({ q, gone: undefined }))).toEqual({ q });
    }
    expect(stringifySearch({ new: true, open: undefined, list: ['a'] })).toBe('?new=true');
    expect(stringifySearch({})).toBe('');
  });
});
