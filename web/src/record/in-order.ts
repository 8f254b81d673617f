/**
 * Writes to one record go out one after the other, each with the version that the one before it answered. Two quick
 * edits of one's own would otherwise look like a clash of two people.
 */
const tails = new Map<string, Promise<unknown>>();
const versions = new Map<string, number>();

/** Runs `write` when earlier writes to the record have ended; it gets the newest version known of the record. */
export function inOrder<T extends { version?: number } | undefined>(
  id: string,
  seen: number | undefined,
  write: (version: number | undefined) => Promise<T>,
): Promise<T> {
  const run = async () => {
    const own = versions.get(id);
    const item = await write(own === undefined ? seen : Math.max(own, seen ?? 0));
    noteVersion(id, item?.version);
    return item;
  };
  const before = tails.get(id) ?? Promise.resolve();
  const result = before.then(run, run);
  const tail = result.catch(() => undefined);
  tails.set(id, tail);
  void tail.then(() => {
    if (tails.get(id) === tail) tails.delete(id);
  });
  return result;
}

export function noteVersion(id: string, version: number | undefined) {
  if (version !== undefined && version > (versions.get(id) ?? 0)) versions.set(id, version);
}
