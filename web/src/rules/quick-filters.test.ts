import { describe, expect, it } from 'vitest';
import {
  activeFilters,
  compileFilters,
  conditionOf,
  dayAfter,
  formatChoices,
  formatTime,
  joinFilters,
  parseChoices,
  parseTime,
  type QuickFilter,
  splitFilter,
} from './quick-filters';

const nameOf = (id: string) => id;
const source = { name: 'none', all: () => [] };
const owner: QuickFilter = {
  key: 'owner',
  label: 'Owner',
  kind: 'choice',
  field: 'claimedById',
  op: 'in',
  source,
  nameOf,
  special: {
    me: { field: 'claimedById', op: 'eq', value: 'me' },
    none: { field: 'claimedById', op: 'empty' },
  },
};
const tags: QuickFilter = {
  key: 'tags',
  label: 'Tags',
  kind: 'choice',
  field: 'tags',
  op: 'has_any',
  source,
  nameOf,
};
const company: QuickFilter = { key: 'company', label: 'Company', kind: 'text', field: 'company.name' };
const created: QuickFilter = { key: 'created', label: 'Created', kind: 'time', field: 'createdAt' };
const archived: QuickFilter = {
  key: 'archived',
  label: 'Archived',
  kind: 'switch',
  options: [{ value: 'only', label: 'Only', filter: { field: 'archived', op: 'is', value: true } }],
};
const all = [owner, tags, company, created, archived];

describe('choices in the address', () => {
  it('survive commas and percent signs', () => {
    const ids = ['a,b', '100%', 'plain', '%2C'];
    expect(parseChoices(formatChoices(ids))).toEqual(ids);
  });

  it('drop blanks and doubles', () => {
    expect(parseChoices('a,,a, b ')).toEqual(['a', 'b']);
    expect(parseChoices(undefined)).toEqual([]);
    expect(formatChoices([])).toBeUndefined();
  });
});

describe('times in the address', () => {
  it.each(['30d', '6mo', '2026-01-01..2026-02-01', '2026-01-01..', '..2026-02-01'])('%s', (text) => {
    expect(formatTime(parseTime(text))).toBe(text);
  });

  it.each(['', '..', 'soon', '30', '2026-02-30..', '2026-1-1..x', '1..2..3'])('refuses %j', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  it('know the day after, across months and leap days', () => {
    expect(dayAfter('2026-12-31')).toBe('2027-01-01');
    expect(dayAfter('2028-02-28')).toBe('2028-02-29');
  });
});

describe('the filter tree', () => {
  it('is absent without filters', () => {
    expect(compileFilters(all, {})).toBeUndefined();
    expect(
      compileFilters(all, { company: '  ', created: 'nonsense', archived: 'maybe', owner: ',' }),
    ).toBeUndefined();
  });

  it('joins the conditions', () => {
    expect(
      compileFilters(all, { tags: 'hot-lead,vip', company: ' acme ', created: '30d', archived: 'only' }),
    ).toEqual({
      and: [
        { field: 'tags', op: 'has_any', value: ['hot-lead', 'vip'] },
        { field: 'company.name', op: 'contains', value: 'acme' },
        { field: 'createdAt', op: 'last', value: '30d' },
        { field: 'archived', op: 'is', value: true },
      ],
    });
  });

  it('says "mine", "unclaimed" and people as alternatives', () => {
    expect(conditionOf(owner, 'me')).toEqual({ field: 'claimedById', op: 'eq', value: 'me' });
    expect(conditionOf(owner, 'u1,none')).toEqual({
      or: [
        { field: 'claimedById', op: 'empty' },
        { field: 'claimedById', op: 'in', value: ['u1'] },
      ],
    });
  });

  it('holds the whole of the last day', () => {
    expect(conditionOf(created, '2026-01-01..2026-01-31')).toEqual({
      field: 'createdAt',
      op: 'between',
      value: ['2026-01-01', '2026-02-01'],
    });
    expect(conditionOf(created, '..2026-01-31')).toEqual({
      field: 'createdAt',
      op: 'before',
      value: '2026-02-01',
    });
    expect(conditionOf(created, '2026-01-01..')).toEqual({
      field: 'createdAt',
      op: 'after',
      value: '2026-01-01',
    });
  });

  it('lists what is set, in order', () => {
    expect(
      activeFilters(all, { archived: 'only', owner: 'me', company: '' }).map((filter) => filter.key),
    ).toEqual(['owner', 'archived']);
  });
});

describe('quick filters within a whole filter', () => {
  const values = {
    owner: 'none,u1',
    tags: 'vip',
    company: 'acme',
    created: '2026-01-01..2026-01-31',
    archived: 'only',
  };

  it('come back from the tree that they made', () => {
    for (const created of ['30d', '2026-01-01..', '..2026-01-31', '2026-01-01..2026-01-31']) {
      const set = { ...values, created };
      expect(splitFilter(all, compileFilters(all, set))).toEqual({ values: set, rest: undefined });
    }
  });

  it('leave what they cannot say, and a second condition of their kind', () => {
    const others = [
      { field: 'tags', op: 'has_all', value: ['a', 'b'] },
      { field: 'tags', op: 'has_any', value: ['b'] },
      {
        or: [
          { field: 'country', op: 'eq', value: 'DE' },
          { field: 'company.name', op: 'contains', value: 'x' },
        ],
      },
      { field: 'createdAt', op: 'before', value: '-30d' },
    ];
    const filter = joinFilters(compileFilters(all, { tags: 'vip' }), { and: others });
    const split = splitFilter(all, filter);
    expect(split.values.tags).toBe('vip');
    expect(Object.values(split.values).filter((value) => value !== undefined)).toHaveLength(1);
    expect(split.rest).toEqual({ and: others });
    expect(joinFilters(compileFilters(all, split.values), split.rest)).toEqual(filter);
  });

  it('join with one condition, with any group, and with what is no filter', () => {
    const quick = compileFilters(all, { tags: 'vip' });
    const any = { or: [{ field: 'country', op: 'empty' }] };
    expect(joinFilters(quick, any)).toEqual({
      and: [{ field: 'tags', op: 'has_any', value: ['vip'] }, any],
    });
    expect(joinFilters(undefined, any)).toEqual(any);
    expect(joinFilters(quick, undefined)).toEqual(quick);
    expect(joinFilters(undefined, 'nonsense')).toBe('nonsense');
    expect(splitFilter(all, any).rest).toEqual(any);
  });
});
