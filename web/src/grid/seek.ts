/**
 * Finds a place deep in a list that is sorted by a time, without reading what lies before it: the server counts how many
 * rows come before a moment, and the moment is searched by interpolation. A handful of counts reach any row of a
 * million, where walking by cursor would read half of them.
 */

/** Microseconds since 1970, which is what the server keeps. */
export type Micros = number;

/** A moment, and how many rows come before the rows from that moment on. */
export interface Mark {
  readonly at: Micros;
  readonly rank: number;
}

export interface SeekOptions {
  /** Row to reach. */
  readonly row: number;
  /** How far before the row the result may lie. */
  readonly slack: number;
  /** Two moments that enclose the row: ranks at most and above it. */
  readonly low: Mark;
  readonly high: Mark;
  /** Counts the rows before those of a moment. */
  readonly rankOf: (at: Micros) => Promise<number>;
  readonly maxCounts?: number;
}

const MAX_COUNTS = 14;

/**
 * The mark nearest before the row: within `slack` when the moments of the rows differ enough. Many rows of one moment
 * cannot be told apart; then the mark before all of them is the answer.
 */
export async function seek({
  row,
  slack,
  low,
  high,
  rankOf,
  maxCounts = MAX_COUNTS,
}: SeekOptions): Promise<Mark> {
  let below = low;
  let above = high;
  /** How often in a row the result fell beyond the aim (above zero) or before it (below). */
  let streak = 0;
  for (let counts = 0; counts < maxCounts; counts += 1) {
    if (row - below.rank <= slack) break;
    const span = above.at - below.at;
    if (Math.abs(span) <= 1) break;
    // Aim a little before the row, so that the result tends to lie on the right side of it.
    const aim = row - slack / 2;
    const share = (aim - below.rank) / Math.max(1, above.rank - below.rank);
    // Falling on the same side again and again, the moments are crowded at the other end: step there by powers.
    const power = Math.max(1, Math.abs(streak));
    const part = streak >= 0 ? share ** power : 1 - (1 - share) ** power;
    let at = Math.round(below.at + span * part);
    if (at === below.at) at += Math.sign(span);
    if (at === above.at) at -= Math.sign(span);
    const rank = await rankOf(at);
    if (rank <= row) {
      below = { at, rank };
      streak = Math.min(0, streak) - 1;
    } else {
      above = { at, rank };
      streak = Math.max(0, streak) + 1;
    }
  }
  return below;
}

/** `2026-11-22T15:42:50.123456Z` as microseconds. */
export function parseMicros(text: string): Micros | null {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(text);
  if (match === null) return null;
  const seconds = Date.parse(`${match[1]}Z`);
  if (!Number.isFinite(seconds)) return null;
  return seconds * 1000 + Number((match[2] ?? '').padEnd(6, '0').slice(0, 6));
}

export function formatMicros(at: Micros): string {
  const whole = Math.floor(at / 1_000_000);
  const rest = at - whole * 1_000_000;
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${String(rest).padStart(6, '0')}Z`;
}
