/** Pure rules of the form of a custom field. */
import type { CustomField, CustomFieldKind, CustomFieldPatch } from '@/api/types';
import { fold } from '@/lib/fold';
import { randomId } from '@/lib/random-id';

/** An option as it is edited; one without an id is new. */
export interface OptionDraft {
  readonly key: string;
  readonly id?: string;
  readonly label: string;
  readonly archived: boolean;
}

export const LABEL_MAX = 80;

export function newOption(label = ''): OptionDraft {
  return { key: randomId(), label, archived: false };
}

export function optionsOf(field: CustomField | null): OptionDraft[] {
  if (field === null) return [newOption(), newOption()];
  return field.options.map((option) => ({ key: option.id, ...option }));
}

export function hasOptions(kind: CustomFieldKind): boolean {
  return kind === 'select' || kind === 'multi_select';
}

/** Options that were never filled in are no options. */
export function filledOptions(options: readonly OptionDraft[]): OptionDraft[] {
  return options.filter(({ id, label }) => id !== undefined || label.trim() !== '');
}

/** What is wrong with an option, by its key. */
export function optionProblems(options: readonly OptionDraft[]): Map<string, 'empty' | 'repeated' | 'long'> {
  const problems = new Map<string, 'empty' | 'repeated' | 'long'>();
  const seen = new Set<string>();
  for (const { key, label, archived } of filledOptions(options)) {
    const name = fold(label.trim());
    if (name === '') problems.set(key, 'empty');
    else if ([...label.trim()].length > LABEL_MAX) problems.set(key, 'long');
    else if (!archived && seen.has(name)) problems.set(key, 'repeated');
    if (!archived) seen.add(name);
  }
  return problems;
}

/** Swaps an option with its next living neighbour. */
export function moveOption(options: readonly OptionDraft[], key: string, by: 1 | -1): OptionDraft[] {
  const next = [...options];
  const from = next.findIndex((option) => option.key === key);
  let to = from + by;
  while (next[to]?.archived) to += by;
  const [own, other] = [next[from], next[to]];
  if (own && other) {
    next[from] = other;
    next[to] = own;
  }
  return next;
}

/** Takes an option away: a new one altogether, one that is there by archiving it. */
export function withoutOption(options: readonly OptionDraft[], key: string): OptionDraft[] {
  return options.flatMap((option) =>
    option.key !== key ? option : option.id === undefined ? [] : { ...option, archived: true },
  );
}

/** What differs from the field as it is. */
export function patchOf(
  field: CustomField,
  draft: { label: string; required: boolean; options: readonly OptionDraft[] },
): CustomFieldPatch {
  const options = filledOptions(draft.options).map(({ id, label, archived }) => ({
    ...(id === undefined ? {} : { id }),
    label: label.trim(),
    archived,
  }));
  const changed = JSON.stringify(options) !== JSON.stringify(field.options.map(optionBody));
  return {
    ...(draft.label.trim() === field.label ? {} : { label: draft.label.trim() }),
    ...(draft.required === field.required ? {} : { required: draft.required }),
    ...(hasOptions(field.kind) && changed ? { options } : {}),
  };
}

function optionBody({ id, label, archived }: CustomField['options'][number]) {
  return { id, label, archived };
}

/** Where a field goes so that it changes places with its next living neighbour; null at the end. */
export function placeBeside(fields: readonly CustomField[], field: CustomField, by: 1 | -1): number | null {
  const own = fields.filter(({ record }) => record === field.record);
  const living = own.filter(({ archivedAt }) => archivedAt === null);
  const neighbour = living[living.findIndex(({ id }) => id === field.id) + by];
  if (neighbour === undefined) return null;
  const others = own.filter(({ id }) => id !== field.id);
  return others.findIndex(({ id }) => id === neighbour.id) + (by === 1 ? 1 : 0);
}

/** The fields with one at another place among those of its record. */
export function withFieldAt(
  fields: readonly CustomField[],
  field: CustomField,
  place: number,
): CustomField[] {
  const others = fields.filter(({ id }) => id !== field.id);
  const before = others.filter(({ record }) => record === field.record)[place];
  if (before === undefined) return [...others, field];
  return others.flatMap((each) => (each === before ? [field, each] : [each]));
}
