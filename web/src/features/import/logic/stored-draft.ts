import type { Draft } from './mapping';

/** Kept for the tab, so that a reload in the middle of the columns loses nothing. */
const keyOf = (id: string) => `entente.import.${id}`;

/** The draft that was kept for an import, if it still has the columns of the file. */
export function readDraft(storage: Pick<Storage, 'getItem'>, id: string, base: Draft): Draft | null {
  let kept: unknown;
  try {
    kept = JSON.parse(storage.getItem(keyOf(id)) ?? 'null');
  } catch {
    return null;
  }
  if (!isDraft(kept)) return null;
  const names = Object.keys(base);
  const same = names.length === Object.keys(kept).length && names.every((name) => Object.hasOwn(kept, name));
  return same ? kept : null;
}

/** Whether something was decided about the columns that the server does not know. */
export function hasDraft(storage: Pick<Storage, 'getItem'>, id: string): boolean {
  return storage.getItem(keyOf(id)) !== null;
}

export function keepDraft(storage: Pick<Storage, 'setItem' | 'removeItem'>, id: string, draft: Draft | null) {
  try {
    if (draft === null) storage.removeItem(keyOf(id));
    else storage.setItem(keyOf(id), JSON.stringify(draft));
  } catch {
    // Storage is full or blocked: the draft lasts for this page.
  }
}

function isDraft(value: unknown): value is Draft {
  return (
    isObject(value) &&
    Object.values(value).every(
      (choice) =>
        isObject(choice) &&
        (choice.field === null || typeof choice.field === 'string') &&
        isObject(choice.values) &&
        Object.values(choice.values).every((meaning) => typeof meaning === 'string'),
    )
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
