import type { Activity, FieldChange } from '@/api/types';

/** Fields by the names that changes have: the values of custom fields beside the others, as `custom.<key>`. */
export function flat(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { custom, ...others } = fields;
  const rest: Record<string, unknown> = others;
  for (const [key, value] of Object.entries(custom ?? {})) rest[`custom.${key}`] = value;
  return rest;
}

/**
 * The fields of an edit that somebody else has changed since the person saw the record. Fields that still hold what the
 * person saw, or already hold what the person wants, are no clash.
 */
export function clashingFields(
  edit: Readonly<Record<string, unknown>>,
  seen: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(edit).filter(
    (field) => !same(current[field], seen[field]) && !same(current[field], edit[field]),
  );
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  // Absent and null say the same; lists are compared by what they hold.
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** The newest event that changed one of the fields: who did it, and when. */
export function authorOf(
  events: readonly Activity[],
  fields: readonly string[],
): Pick<Activity, 'actor' | 'occurredAt'> | undefined {
  return events.find(
    ({ detail }) =>
      Array.isArray((detail as { changes?: unknown }).changes) &&
      (detail as { changes: FieldChange[] }).changes.some(({ field }) => fields.includes(field)),
  );
}
