/** The borders of so many equal parts between -1 and 1. */
export function binEdges(parts: number): number[] {
  return Array.from({ length: parts + 1 }, (_, at) => Math.round((-1 + (2 * at) / parts) * 1000) / 1000);
}

/** What won and lost deals tell of a ranking: whether it is better than chance by enough to say so. */
export type Verdict = 'none' | 'few' | 'good' | 'fair' | 'chance' | 'wrong';

export function verdictOf({
  won,
  lost,
  right,
}: {
  won: number;
  lost: number;
  right: number | null;
}): Verdict {
  if (right === null) return 'none';
  if (won < 10 || lost < 10) return 'few';
  if (right >= 0.7) return 'good';
  if (right >= 0.55) return 'fair';
  return right > 0.45 ? 'chance' : 'wrong';
}
