import { describe, expect, it } from 'vitest';
import { readParams } from './list-search-params';

describe('the address of a list', () => {
  it('keeps what it knows, as text', () => {
    expect(
      readParams({ q: 42, owner: 'me', open: 'id', nonsense: 'x', tags: ['a'], sort: '' }, ['owner', 'tags']),
    ).toEqual({
      q: '42',
      owner: 'me',
      open: 'id',
    });
  });

  it('knows whether the form for a new record is open', () => {
    expect(readParams({ new: true }, [])).toEqual({ new: true });
    expect(readParams({ new: 'maybe' }, [])).toEqual({});
  });
});
