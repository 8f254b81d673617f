/**
 * What can be filtered by, as `/bootstrap` serves it. Nothing here lists fields: a field that the server adds is offered
 * by the next request. Only how a value is chosen and written is known by the kind of thing a field points at.
 */
import type { components } from '@/api/schema';

export type FieldInfo = components['schemas']['FieldInfo'];

/** The fields of one kind of record, and the kinds of events that conditions may count; none where the server has none. */
export interface RuleCatalogue {
  readonly record: string;
  readonly fields: readonly FieldInfo[];
  readonly activities: readonly string[];
}

export function catalogueOf(
  fields: readonly FieldInfo[],
  record: string,
  activities: readonly string[] = [],
): RuleCatalogue {
  return { record, fields: fields.filter((field) => field.record === record), activities };
}

/** The kinds of events that the server lets conditions count; none before it offers any. */
export function activityTypesOf(bootstrap: object): readonly string[] {
  const types: unknown = 'activityTypes' in bootstrap ? bootstrap.activityTypes : none;
  return Array.isArray(types) ? types : none;
}

const none: readonly string[] = [];

export function fieldOf(catalogue: RuleCatalogue, name: string): FieldInfo | undefined {
  return catalogue.fields.find((field) => field.field === name);
}

/** What the values of a field stand for, so that they are picked from a list and shown by name. */
export type Reference = NonNullable<FieldInfo['ref']>;

/** Amounts travel in minor units of the organisation's currency. */
export function isMoney(field: FieldInfo): boolean {
  return field.type === 'money' || (field.type === 'number' && /(^|\.)annualRevenue$/.test(field.field));
}
