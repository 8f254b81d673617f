/** The records that somebody has opened last on this browser. */
export interface Recent {
  readonly record: 'customer' | 'company' | 'deal';
  readonly id: string;
  readonly name: string;
  readonly hint: string;
}

const MOST = 8;
const key = (whose: string) => `entente.recent.${whose}`;

/** The last one first. */
export function readRecent(whose: string): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(whose)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function noteRecent(whose: string, opened: Recent) {
  const others = readRecent(whose).filter(({ id }) => id !== opened.id);
  try {
    localStorage.setItem(key(whose), JSON.stringify([opened, ...others].slice(0, MOST)));
  } catch {
    // Storage is full or blocked: nothing is remembered.
  }
}

function isRecent(value: unknown): value is Recent {
  const { record, id, name, hint } = (value ?? {}) as Record<string, unknown>;
  return (
    (record === 'customer' || record === 'company' || record === 'deal') &&
    [id, name, hint].every((text) => typeof text === 'string')
  );
}
