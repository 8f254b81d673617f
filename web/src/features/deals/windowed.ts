/** Which cards of a column are drawn. Cards are all of one height, so that their places are plain arithmetic. Pure. */

/** Height of a card and the room below it, in pixels. */
export const CARD = 110;
export const STEP = CARD + 8;
/** Columns of no more cards are drawn whole. */
const WHOLE = 30;
const BEYOND = 4;

export interface Drawn {
  readonly first: number;
  readonly end: number;
}

/** Those in view and a few beyond. */
export function drawnCards(count: number, scrollTop: number, height: number): Drawn {
  if (count <= WHOLE) return { first: 0, end: count };
  const first = Math.max(0, Math.floor(scrollTop / STEP) - BEYOND);
  const end = Math.min(count, Math.ceil((scrollTop + height) / STEP) + BEYOND);
  return { first: Math.min(first, end), end };
}

/** The place between cards that is nearest to a height in the column. */
export function dropIndex(count: number, y: number): number {
  return Math.min(count, Math.max(0, Math.round(y / STEP)));
}
