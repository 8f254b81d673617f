/**
 * Runs `act` for every item, at most `lanes` of them at a time; a failed one stops none of the others. Answers what became
 * of each, in the order of the items. `onEnded` hears how many have ended.
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  lanes: number,
  act: (item: Item) => Promise<Result>,
  onEnded: (count: number) => void = () => {},
): Promise<Array<PromiseSettledResult<Awaited<Result>>>> {
  const outcomes: Array<PromiseSettledResult<Awaited<Result>>> = new Array(items.length);
  const waiting = items.entries();
  let ended = 0;
  const lane = async () => {
    // All lanes take from the same line.
    for (const [at, item] of waiting) {
      const [outcome] = await Promise.allSettled([(async () => act(item))()]);
      outcomes[at] = outcome;
      ended += 1;
      onEnded(ended);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes;
}
