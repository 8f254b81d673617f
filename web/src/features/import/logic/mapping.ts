import type { CustomField, Import, ImportMapping, ImportRecord } from '@/api/types';
import { findField, isNaming } from './fields';

/** What the person wants of one column. */
export interface ColumnChoice {
  /** API name of a field; `null` leaves the column out. */
  field: string | null;
  /** What certain values mean: `{"Philipines": "PH"}`. */
  values: Record<string, string>;
}

/** By column name; columns have unique names. */
export type Draft = Record<string, ColumnChoice>;

/** How sure the guess is, as it is said to people. */
export type Certainty = 'decided' | 'sure' | 'likely' | 'unsure' | 'none';

export function certaintyOf(field: string | null, confidence: number): Certainty {
  if (field === null) return 'none';
  if (confidence >= 1) return 'decided';
  if (confidence >= 0.9) return 'sure';
  if (confidence >= 0.7) return 'likely';
  return 'unsure';
}

/** The server's mapping as a draft. Fields that this build does not know count as not matched. */
export function draftOf(
  { record, columns, mapping }: Pick<Import, 'record' | 'columns' | 'mapping'>,
  custom: readonly CustomField[] = [],
): Draft {
  const draft: Draft = {};
  for (const { name } of columns) {
    const known = mapping.find(({ column }) => column === name);
    const field = findField(record, known?.field ?? null, custom);
    draft[name] = { field: field?.name ?? null, values: known?.values ?? {} };
  }
  return draft;
}

/** What is sent for a plan, in file order. */
export function mappingOf(columns: Import['columns'], draft: Draft): ImportMapping[] {
  return columns.map(({ name }) => {
    const choice = draft[name];
    if (!choice || choice.field === null) return { column: name, field: null };
    const { field, values } = choice;
    return Object.keys(values).length > 0 ? { column: name, field, values } : { column: name, field };
  });
}

export function withField(draft: Draft, column: string, field: string | null): Draft {
  // Meanings belong to the field they were given for.
  return { ...draft, [column]: { field, values: {} } };
}

/** `meaning` empty leaves such cells out; `null` forgets what was said. */
export function withMeaning(draft: Draft, column: string, value: string, meaning: string | null): Draft {
  const choice = draft[column];
  if (!choice) return draft;
  const { [value]: _before, ...values } = choice.values;
  return {
    ...draft,
    [column]: { ...choice, values: meaning === null ? values : { ...values, [value]: meaning } },
  };
}

/** Whether both would import the same. */
export function sameDraft(a: Draft, b: Draft): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [left, right] = [a[name], b[name]];
    if (!left || !right || left.field !== right.field) return false;
    const values = Object.entries(left.values);
    return (
      values.length === Object.keys(right.values).length &&
      values.every(([value, meaning]) => right.values[value] === meaning)
    );
  });
}

export interface MappingReport {
  /** Columns that are imported. */
  used: number;
  /** Columns that are left out, in file order. */
  unused: string[];
  /** For a column whose field may be filled once only: the other columns that claim it. */
  clashes: Record<string, string[]>;
  /** Nothing in the file would name a record. */
  nameless: boolean;
}

/** What is to be said about a draft before the file is checked. */
export function reportOf(record: ImportRecord, columns: Import['columns'], draft: Draft): MappingReport {
  const byField = new Map<string, string[]>();
  const unused: string[] = [];
  for (const { name } of columns) {
    const field = draft[name]?.field ?? null;
    if (field === null) unused.push(name);
    else byField.set(field, [...(byField.get(field) ?? []), name]);
  }
  const clashes: Record<string, string[]> = {};
  for (const [field, names] of byField) {
    if (names.length < 2 || findField(record, field)?.repeatable) continue;
    for (const name of names) clashes[name] = names.filter((other) => other !== name);
  }
  return {
    used: columns.length - unused.length,
    unused,
    clashes,
    nameless: ![...byField.keys()].some((field) => isNaming(record, field)),
  };
}

export function isSound(report: MappingReport): boolean {
  return !report.nameless && Object.keys(report.clashes).length === 0;
}
