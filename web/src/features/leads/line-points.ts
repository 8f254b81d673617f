/** Where the points of a line of scores stand in a box: times from left to right, 1 at the top and -1 at the bottom. */
export function linePoints(
  scores: ReadonlyArray<{ at: number; score: number }>,
  width: number,
  height: number,
): Array<{ x: number; y: number }> {
  const first = scores[0]?.at ?? 0;
  const span = (scores.at(-1)?.at ?? 0) - first;
  const round = (value: number) => Math.round(value * 10) / 10;
  return scores.map(({ at, score }, place) => ({
    // Without any time between them they stand at equal distances.
    x: round(span > 0 ? ((at - first) / span) * width : (place / Math.max(1, scores.length - 1)) * width),
    y: round(((1 - score) / 2) * height),
  }));
}
