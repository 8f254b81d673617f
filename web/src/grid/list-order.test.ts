import { describe, expect, it } from 'vitest';
import { orderOf } from './list-order';
import type { ListView } from './use-list';

function order(sort: string, filter?: ListView['filter']) {
  const asked: ListView[] = [];
  const made = orderOf<{ createdAt: string }>({
    view: { filter, q: '', sort },
    sureFields: ['createdAt', 'fullName'],
    fetchPage: async (view) => {
      asked.push(view);
      return { items: [], nextCursor: null };
    },
    fetchCount: async (view) => {
      asked.push(view);
      return { count: 7, exact: true };
    },
    total: () => 100,
  });
  return { made, asked };
}

const signal = new AbortController().signal;
const at = 1_790_000_000_000_000;
const text = '2026-09-21T14:13:20.000000Z';

describe('what an order allows', () => {
  it('is nothing when a row may lack the value', () => {
    expect(order('jobTitle').made).toBeNull();
    expect(order('createdAt,jobTitle').made).toBeNull();
    expect(order('').made).toBeNull();
  });

  it('turns every key round', async () => {
    const { made, asked } = order('-createdAt,fullName');
    await made?.reverse?.(null, 1, signal);
    expect(asked[0]?.sort).toBe('createdAt,-fullName');
  });

  it('does not seek in names', () => {
    expect(order('fullName').made?.time).toBeUndefined();
  });

  it('counts what comes before a moment and reads from it on, newest first', async () => {
    const { made, asked } = order('-createdAt', { field: 'country', op: 'in', value: ['DE'] });
    expect(await made?.time?.rankOf(at, signal)).toBe(7);
    await made?.time?.from(at)(null, 1, signal);
    const own = { field: 'country', op: 'in', value: ['DE'] };
    expect(asked[0]?.filter).toEqual({ and: [own, { field: 'createdAt', op: 'after', value: text }] });
    expect(asked[1]?.filter).toEqual({
      and: [own, { field: 'createdAt', op: 'before', value: text.replace('000000Z', '000001Z') }],
    });
    expect(asked[1]?.sort).toBe('-createdAt');
  });

  it('and oldest first', async () => {
    const { made, asked } = order('createdAt');
    await made?.time?.rankOf(at, signal);
    await made?.time?.from(at)(null, 1, signal);
    expect(asked[0]?.filter).toEqual({ field: 'createdAt', op: 'before', value: text });
    expect(asked[1]?.filter).toEqual({
      field: 'createdAt',
      op: 'after',
      value: '2026-09-21T14:13:19.999999Z',
    });
  });

  it('knows the moment of a row', () => {
    expect(order('createdAt').made?.time?.of({ createdAt: text })).toBe(at);
    expect(order('createdAt').made?.time?.of({ createdAt: '' })).toBeNull();
  });
});
