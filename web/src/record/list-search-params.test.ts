import { createMemoryHistory, createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '@/lib/search-text';
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

  it('searches for no more than the API does', () => {
    expect(readParams({ q: 'a'.repeat(300) }, []).q).toBe('a'.repeat(200));
  });

  it('knows whether the form for a new record is open', () => {
    expect(readParams({ new: true }, [])).toEqual({ new: true });
    expect(readParams({ new: 'maybe' }, [])).toEqual({});
  });

  it('reaches the screen as text, however it was typed', () => {
    const root = createRootRoute();
    const list = createRoute({
      getParentRoute: () => root,
      path: '/customers',
      validateSearch: (raw: Record<string, unknown>) => readParams(raw, ['country']),
    });
    const router = createRouter({
      routeTree: root.addChildren([list]),
      history: createMemoryHistory({ initialEntries: ['/'] }),
      parseSearch,
      stringifySearch,
    });
    const seen = (search: Record<string, unknown>) => router.matchRoutes('/customers', search).at(-1)?.search;
    expect(seen(parseSearch('?country=DE&country=FR&sort=fullName&sort=x&q=[1]&open='))).toEqual({
      country: 'DE',
      sort: 'fullName',
      q: '[1]',
    });
    // The router lays the answer over the address: what is dropped must not show through.
    expect(seen({ country: ['DE', 'FR'], q: [1], sort: {}, new: 'maybe' })).toEqual({});
  });
});
