/** Steps back and forth in what is edited. Changes of the same kind that follow each other at once are one step. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** What the last change was about, and when. */
  readonly last: { readonly about: string; readonly at: number } | null;
}

const STEPS_MAX = 100;
const TOGETHER_MS = 1_000;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], last: null };
}

/** `about` names what is typed into; without it the change is a step of its own. */
export function changed<T>(history: History<T>, next: T, at: number, about?: string): History<T> {
  if (Object.is(next, history.present)) return history;
  const { past, present, last } = history;
  const together = about !== undefined && last?.about === about && at - last.at < TOGETHER_MS;
  return {
    past: together ? past : [...past, present].slice(-STEPS_MAX),
    present: next,
    future: [],
    last: about === undefined ? null : { about, at },
  };
}

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
    last: null,
  };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, last: null };
}
