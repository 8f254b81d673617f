/**
 * What can be filtered by, as `/bootstrap` serves it. Nothing here lists fields: a field that the server adds is offered
 * by the next request. Only how a value is chosen and written is known by the kind of thing a field points at.
 */
import type { components } from '@/api/schema';
import type { CustomField } from '@/api/types';

export type FieldInfo = components['schemas']['FieldInfo'];

/** The fields of one kind of record, and the kinds of events that conditions may count; none where the server has none. */
export interface RuleCatalogue {
  readonly record: string;
  readonly fields: readonly FieldInfo[];
  /** Custom fields that are put aside: not offered, but conditions that name them go on. */
  readonly archived?: readonly FieldInfo[];
  /** What values of custom fields are picked from, by the name of the field. */
  readonly custom?: ReadonlyMap<string, CustomField>;
  readonly activities: readonly string[];
}

export function catalogueOf(
  fields: readonly FieldInfo[],
  record: string,
  activities: readonly string[] = [],
  customFields: readonly CustomField[] = [],
): RuleCatalogue {
  const own = customFields.filter((field) => field.record === record);
  const infos = (archived: boolean) =>
    own.filter(({ archivedAt }) => (archivedAt !== null) === archived).map(({ info }) => info);
  return {
    record,
    fields: [...fields.filter((field) => field.record === record), ...infos(false)],
    archived: infos(true),
    custom: new Map(own.map((field) => [field.info.field, field])),
    activities,
  };
}

/** The kinds of events that the server lets conditions count; none before it offers any. */
export function activityTypesOf(bootstrap: object): readonly string[] {
  const types: unknown = 'activityTypes' in bootstrap ? bootstrap.activityTypes : none;
  return Array.isArray(types) ? types : none;
}

const none: readonly string[] = [];

export function fieldOf(catalogue: RuleCatalogue, name: string): FieldInfo | undefined {
  const isNamed = (field: FieldInfo) => field.field === name;
  return catalogue.fields.find(isNamed) ?? catalogue.archived?.find(isNamed);
}

/** What the values of a field stand for, so that they are picked from a list and shown by name. */
export type Reference = NonNullable<FieldInfo['ref']>;

/** Amounts travel in minor units of the organisation's currency. */
export function isMoney(field: FieldInfo): boolean {
  return field.type === 'money' || (field.type === 'number' && /(^|\.)annualRevenue$/.test(field.field));
}
