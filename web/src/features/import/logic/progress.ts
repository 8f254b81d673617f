/** Whole percent, 0 to 100; `null` while the number of rows is not known. 100 means done, so it is never rounded up to. */
export function percentOf(processed: number, rows: number): number | null {
  if (rows <= 0) return null;
  return Math.max(0, Math.min(100, Math.floor((processed / rows) * 100)));
}

/** A look at the progress: when, in milliseconds, and how many rows were done. */
export interface Look {
  at: number;
  processed: number;
}

/** Looks that an estimate is made from: the pace of the last half minute counts, not that of the start. */
const windowMs = 30_000;
/** Earlier than this an estimate jumps about. */
const leastMs = 3_000;

/** Adds a look and forgets those out of the window. A count that fell belongs to another job. */
export function withLook(looks: readonly Look[], look: Look): Look[] {
  const last = looks.at(-1);
  if (last && look.processed < last.processed) return [look];
  if (last && look.processed === last.processed) return [...looks];
  return [...looks, look].filter(({ at }) => look.at - at <= windowMs);
}

/** Seconds until the end at the present pace, or `null` when that cannot be said yet. */
export function secondsLeft(looks: readonly Look[], rows: number): number | null {
  const first = looks[0];
  const last = looks.at(-1);
  if (!first || !last || last.at - first.at < leastMs) return null;
  const perMs = (last.processed - first.processed) / (last.at - first.at);
  if (perMs <= 0) return null;
  return Math.max(0, Math.round((rows - last.processed) / perMs / 1000));
}
