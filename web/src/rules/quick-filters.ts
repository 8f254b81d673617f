/**
 * The quick filters of a list: one description of each decides its place in the address, the condition it adds to the
 * filter tree, and how it is edited. Values are text, because the address is; an absent value is an absent filter.
 */
import type { Filter } from '@/api/types';
import type { PickSource } from '@/grid/types';

interface Base {
  /** Name in the address. */
  readonly key: string;
  readonly label: string;
}

export interface ChoiceFilter extends Base {
  readonly kind: 'choice';
  readonly field: string;
  readonly op: 'in' | 'has_any';
  readonly source: PickSource;
  /** Name of a chosen id, for the chip. */
  readonly nameOf: (id: string) => string;
  /** The value of the field that a choice stands for, null for having none; absent where it is the id itself. */
  readonly standsFor?: (id: string) => string | null;
  /** The server cannot say how many records each choice finds. */
  readonly uncounted?: boolean;
  /** Ids that stand for a condition of their own, such as `none` for "has no value". */
  readonly special?: Readonly<Record<string, Filter>>;
}

export interface TextFilter extends Base {
  readonly kind: 'text';
  readonly field: string;
}

export interface TimeFilter extends Base {
  readonly kind: 'time';
  readonly field: string;
  /** The field holds days, of which an end is part of a range; else moments. */
  readonly days?: boolean;
}

export interface SwitchFilter extends Base {
  readonly kind: 'switch';
  readonly options: ReadonlyArray<{
    readonly value: string;
    readonly label: string;
    readonly filter: Filter;
  }>;
}

export type QuickFilter = ChoiceFilter | TextFilter | TimeFilter | SwitchFilter;
/** Whether a list can be grouped by it: its values are few, known, and counted by the server. */
export function isGroupable(filter: QuickFilter): filter is ChoiceFilter {
  return filter.kind === 'choice' && filter.uncounted !== true && 'all' in filter.source;
}

export type FilterValues = Readonly<Record<string, string | undefined>>;

export type TimeValue =
  | { readonly kind: 'last'; readonly span: string }
  | { readonly kind: 'range'; readonly from: string | null; readonly to: string | null };

const MAX_CHOICES = 50;

/** Ids of a choice as they stand in the address. Commas inside an id are escaped. */
export function parseChoices(value: string | undefined): string[] {
  if (!value) return [];
  const parts = value.split(',').map((part) => part.replaceAll('%2C', ',').replaceAll('%25', '%').trim());
  return [...new Set(parts.filter((part) => part !== ''))].slice(0, MAX_CHOICES);
}

export function formatChoices(ids: readonly string[]): string | undefined {
  if (ids.length === 0) return undefined;
  return ids.map((id) => id.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** `30d`, or `2026-01-01..2026-02-01` with either end open; null for anything else. */
export function parseTime(value: string | undefined): TimeValue | null {
  if (!value) return null;
  if (/^\d{1,4}(h|d|w|mo|y)$/.test(value)) return { kind: 'last', span: value };
  const ends = value.split('..');
  if (ends.length !== 2) return null;
  const [from, to] = ends.map((end) => (DATE.test(end) && isDay(end) ? end : null));
  return from || to ? { kind: 'range', from: from ?? null, to: to ?? null } : null;
}

export function formatTime(value: TimeValue | null): string | undefined {
  if (value === null) return undefined;
  if (value.kind === 'last') return value.span;
  return value.from || value.to ? `${value.from ?? ''}..${value.to ?? ''}` : undefined;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}

/** The day after, so that a range holds the whole of its last day: a date alone means its first instant. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function choiceCondition(filter: ChoiceFilter, value: string): Filter | null {
  const ids = parseChoices(value);
  const conditions: Filter[] = [];
  const plain = ids.filter((id) => filter.special?.[id] === undefined);
  for (const id of ids) {
    const special = filter.special?.[id];
    if (special !== undefined) conditions.push(special);
  }
  if (plain.length > 0) conditions.push({ field: filter.field, op: filter.op, value: plain });
  if (conditions.length > 1) return { or: conditions };
  return conditions[0] ?? null;
}

function timeCondition(filter: TimeFilter, value: string): Filter | null {
  const time = parseTime(value);
  if (time === null) return null;
  if (time.kind === 'last') return { field: filter.field, op: 'last', value: time.span };
  if (filter.days) {
    if (time.from && time.to) return { field: filter.field, op: 'between', value: [time.from, time.to] };
    if (time.from) return { field: filter.field, op: 'after', value: dayBefore(time.from) };
  }
  if (time.from && time.to) {
    return { field: filter.field, op: 'between', value: [time.from, dayAfter(time.to)] };
  }
  if (time.to) return { field: filter.field, op: 'before', value: dayAfter(time.to) };
  return { field: filter.field, op: 'after', value: time.from };
}

/** The condition of one filter, or null when its value says nothing. */
export function conditionOf(filter: QuickFilter, value: string | undefined): Filter | null {
  if (!value) return null;
  switch (filter.kind) {
    case 'choice':
      return choiceCondition(filter, value);
    case 'text': {
      const text = value.trim();
      return text === '' ? null : { field: filter.field, op: 'contains', value: text };
    }
    case 'time':
      return timeCondition(filter, value);
    case 'switch':
      return filter.options.find((option) => option.value === value)?.filter ?? null;
  }
}

/** The filter tree of all of them, or undefined when none is set. */
export function compileFilters(filters: readonly QuickFilter[], values: FilterValues): Filter | undefined {
  const conditions = filters.flatMap((filter) => conditionOf(filter, values[filter.key]) ?? []);
  return conditions.length === 0 ? undefined : { and: conditions };
}

/** The filters that hold something, in their own order. */
export function activeFilters(filters: readonly QuickFilter[], values: FilterValues): QuickFilter[] {
  return filters.filter((filter) => conditionOf(filter, values[filter.key]) !== null);
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What a quick filter would have to hold to say this condition; null when it cannot say it. */
function valueFor(filter: QuickFilter, condition: Filter): string | null {
  const candidates: Array<string | undefined> = [];
  const single = 'field' in condition ? condition : null;
  switch (filter.kind) {
    case 'choice': {
      const ids = (each: Filter): string[] => {
        const special = Object.entries(filter.special ?? {}).find(([, own]) => sameJson(own, each));
        if (special) return [special[0]];
        const values = 'field' in each && each.field === filter.field ? each.value : undefined;
        return Array.isArray(values) ? values.map(String) : [];
      };
      const parts: readonly Filter[] = 'or' in condition ? condition.or : [condition];
      candidates.push(formatChoices(parts.flatMap(ids)));
      break;
    }
    case 'text':
      candidates.push(typeof single?.value === 'string' ? single.value : undefined);
      break;
    case 'time': {
      const ends = Array.isArray(single?.value) ? single.value : [single?.value];
      const [first, last] = ends.map((end) => (typeof end === 'string' ? end : null));
      const before = (day: string | null | undefined) => (day && isDay(day) ? dayBefore(day) : null);
      candidates.push(first ?? undefined);
      candidates.push(formatTime({ kind: 'range', from: first ?? null, to: before(last) }));
      candidates.push(formatTime({ kind: 'range', from: first ?? null, to: null }));
      candidates.push(formatTime({ kind: 'range', from: null, to: before(first) }));
      if (filter.days && first && isDay(first)) {
        candidates.push(formatTime({ kind: 'range', from: first, to: last ?? null }));
        candidates.push(formatTime({ kind: 'range', from: dayAfter(first), to: null }));
      }
      break;
    }
    case 'switch':
      candidates.push(...filter.options.map((option) => option.value));
  }
  return (
    candidates.find((value) => value !== undefined && sameJson(conditionOf(filter, value), condition)) ?? null
  );
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** The tree of the quick filters and of another filter, which must all hold. */
export function joinFilters(quick: Filter | undefined, other: unknown): Filter | undefined {
  // What somebody wrote into the address need not be a filter; the server says so.
  const rest = other as Filter | undefined;
  if (quick === undefined || rest === undefined) return quick ?? rest;
  const parts = (each: Filter) =>
    typeof each === 'object' && each !== null && 'and' in each && Array.isArray(each.and) ? each.and : [each];
  return { and: [...parts(quick), ...parts(rest)] };
}

/**
 * The opposite of joining: the conditions that quick filters can say go back to them, each once, and what is left is a
 * filter of its own.
 */
export function splitFilter(
  filters: readonly QuickFilter[],
  filter: Filter | undefined,
): { values: Record<string, string | undefined>; rest: Filter | undefined } {
  const values: Record<string, string | undefined> = {};
  for (const each of filters) values[each.key] = undefined;
  if (filter === undefined) return { values, rest: undefined };
  const rest: Filter[] = [];
  for (const part of 'and' in filter ? filter.and : [filter]) {
    const quick = filters.find((each) => values[each.key] === undefined && valueFor(each, part) !== null);
    if (quick) values[quick.key] = valueFor(quick, part) ?? undefined;
    else rest.push(part);
  }
  const [only] = rest;
  // A condition alone needs no group; a group keeps its own.
  return { values, rest: rest.length > 1 ? { and: rest } : only };
}
