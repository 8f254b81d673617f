/** Sizes of a chip as the style sheet has them, in pixels. A letter is a little wider than the average one. */
const LETTER = 6.6;
const CHIP_PADDING = 12;
const CHIP_GAP = 4;
const CELL_PADDING = 20;
const MORE = 24;
const CHIP_MAX = 144;

/**
 * How many chips a cell of this width shows before the rest is counted. Reckoned instead of measured: measuring would
 * lay the page out once per row. One is always shown, cut if need be.
 */
export function fitChips(names: readonly string[], width: number): number {
  let left = width - CELL_PADDING;
  let shown = 0;
  for (const name of names) {
    const chip = Math.min(CHIP_MAX, name.length * LETTER + CHIP_PADDING) + CHIP_GAP;
    const last = shown === names.length - 1;
    if (shown > 0 && chip > left - (last ? 0 : MORE)) break;
    left -= chip;
    shown += 1;
  }
  return shown;
}
