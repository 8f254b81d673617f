/** The sort of a list, as the API writes it: `-lastActivityAt,fullName`. */

export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

export const MAX_SORT_KEYS = 3;

export function parseSort(text: string): SortKey[] {
  const keys: SortKey[] = [];
  for (const part of text.split(',')) {
    const trimmed = part.trim();
    const descending = trimmed.startsWith('-');
    const field = descending ? trimmed.slice(1) : trimmed;
    if (field === '' || keys.some((key) => key.field === field)) continue;
    if (keys.length < MAX_SORT_KEYS) keys.push({ field, descending });
  }
  return keys;
}

export function formatSort(keys: readonly SortKey[]): string {
  return keys.map((key) => (key.descending ? `-${key.field}` : key.field)).join(',');
}

/** Sorts by one field, keeping nothing else, or adds or changes it behind the present keys. */
export function setSort(
  keys: readonly SortKey[],
  field: string,
  descending: boolean,
  add: boolean,
): SortKey[] {
  const key = { field, descending };
  if (!add) return [key];
  if (keys.some((each) => each.field === field)) {
    return keys.map((each) => (each.field === field ? key : each));
  }
  return [...keys, key].slice(-MAX_SORT_KEYS);
}

/**
 * What a press on a header does: first direction, other direction, then off again.
 * `firstDescending` is for dates and numbers, where the newest and largest come first.
 */
export function pressSort(
  keys: readonly SortKey[],
  field: string,
  firstDescending: boolean,
  add: boolean,
): SortKey[] {
  const present = keys.find((key) => key.field === field);
  if (present === undefined) return setSort(keys, field, firstDescending, add);
  if (present.descending === firstDescending) return setSort(keys, field, !firstDescending, add);
  return add ? keys.filter((key) => key.field !== field) : [];
}
