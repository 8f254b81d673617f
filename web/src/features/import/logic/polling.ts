/** Progress is shown at least once a second. */
const steady = 700;
const slowest = 15_000;

/**
 * Milliseconds until progress is asked for again. As long as answers come the pace is steady; once they stop, the wait
 * grows with the silence, so that a server that is away is not flooded when it comes back.
 */
export function pollDelay(silentFor: number): number {
  if (silentFor <= 2 * steady) return steady;
  return Math.min(slowest, Math.max(steady, silentFor));
}
