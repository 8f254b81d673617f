/** The groups of a list: the values of a field that occur in it. Pure. */
import type { Facet, Filter } from '@/api/types';
import { type ChoiceFilter, parseChoices, splitFilter } from '@/rules/quick-filters';

export interface Head {
  readonly key: string;
  readonly label: string;
  /** The value that its records have, null for none, undefined for all those that have no group of their own. */
  readonly value: string | null | undefined;
  /** What tells its records from those of the other groups. */
  readonly condition: Filter;
  /** Null while nobody has counted. */
  readonly count: number | null;
  /** There may be more than `count`. */
  readonly exact: boolean;
}

interface HeadOptions {
  readonly by: ChoiceFilter;
  readonly facet: Facet;
  readonly noneLabel: string;
  readonly othersLabel: string;
  /** Values that have a group though they have no record now. */
  readonly kept: ReadonlySet<string | null>;
}

/** In the order of the field's choices, so that no group changes its place when records go from one to another. */
export function headsOf({ by, facet, noneLabel, othersLabel, kept }: HeadOptions): Head[] {
  const counts = new Map(facet.values.map(({ value, count }) => [value, count]));
  const special = by.special ?? {};
  const options = 'all' in by.source ? by.source.all() : [];
  const none = options.find(({ id }) => special[id] !== undefined && by.standsFor?.(id) === null);
  const known = options.filter(({ id }) => special[id] === undefined).map(({ id }) => id);
  const unknown = facet.values.flatMap(({ value }) => (value === null || known.includes(value) ? [] : value));
  const heads: Head[] = [null, ...known, ...unknown]
    .filter((value) => counts.has(value) || kept.has(value))
    .map((value) => ({
      key: value === null ? 'none' : `value ${value}`,
      label: value === null ? (none?.label ?? noneLabel) : by.nameOf(value),
      value,
      condition:
        value === null ? { field: by.field, op: 'empty' } : { field: by.field, op: by.op, value: [value] },
      count: counts.get(value) ?? 0,
      exact: facet.exact,
    }));
  if (!facet.more) return heads;
  const values = heads.flatMap(({ value }) => value ?? []);
  const others: Filter = {
    and: [
      { field: by.field, op: by.op === 'in' ? 'not_in' : 'has_none', value: values },
      { field: by.field, op: 'not_empty' },
    ],
  };
  return [
    ...heads,
    { key: 'others', label: othersLabel, value: undefined, condition: others, count: null, exact: false },
  ];
}

/**
 * The values of a field that records of a list can have, none among them: all of its choices, unless the list is filtered
 * by the field itself. Then it is those that its quick filter names; of what else a filter may say only the counts know.
 */
export function choicesWithin(by: ChoiceFilter, filter: Filter | undefined): Array<string | null> {
  const options = 'all' in by.source ? by.source.all() : [];
  const about = JSON.stringify(filter ?? null).includes(`"field":${JSON.stringify(by.field)}`);
  if (!about) return [...options.map(({ id }) => id).filter((id) => by.special?.[id] === undefined), null];
  const { standsFor = (id: string) => id } = by;
  return parseChoices(splitFilter([by], filter).values[by.key]).map(standsFor);
}

/** A piece of a grouped list: the head of a group, or rows of it. */
export type Place =
  | { readonly kind: 'head'; readonly group: number }
  | { readonly kind: 'row'; readonly group: number; readonly index: number };

/** Where things stand in a list of groups, each with a head and so many rows below it. */
export function layoutOf(sizes: readonly number[]) {
  const starts: number[] = [];
  let total = 0;
  for (const size of sizes) {
    starts.push(total);
    total += 1 + size;
  }
  const groupAt = (index: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    total,
    placeOf: (index: number): Place | undefined => {
      if (index < 0 || index >= total) return undefined;
      const group = groupAt(index);
      const within = index - (starts[group] ?? 0);
      return within === 0 ? { kind: 'head', group } : { kind: 'row', group, index: within - 1 };
    },
    indexOf: (group: number, index: number) => (starts[group] ?? 0) + 1 + index,
    /** The rows of each group between two places of the whole. */
    rangesIn: (first: number, end: number): Array<{ group: number; first: number; end: number }> => {
      const ranges: Array<{ group: number; first: number; end: number }> = [];
      if (total === 0 || end <= first) return ranges;
      for (let group = groupAt(Math.max(0, first)); group < starts.length; group += 1) {
        const start = (starts[group] ?? 0) + 1;
        if (start - 1 >= end) break;
        const from = Math.max(0, first - start);
        const to = Math.min(sizes[group] ?? 0, end - start);
        if (to > from) ranges.push({ group, first: from, end: to });
      }
      return ranges;
    },
  };
}
