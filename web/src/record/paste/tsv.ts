/** What spreadsheets put into the clipboard: cells between tabs, rows between line breaks. */

interface Cell {
  readonly text: string;
  /** Where what follows it stands. */
  readonly end: number;
}

/**
 * A cell in quotes, as spreadsheets write one that holds a line break, a tab or a quote; a quote within it is doubled.
 * Null when the quotes are the cell's own, such as those of `"Bob" Smith`.
 */
function quotedAt(text: string, start: number): Cell | null {
  if (text[start] !== '"') return null;
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) return null;
  const end = close + 1;
  if (end < text.length && text[end] !== '\t' && text[end] !== '\n') return null;
  return { text: text.slice(start + 1, close).replaceAll('""', '"'), end };
}

function plainAt(text: string, start: number): Cell {
  let end = start;
  while (end < text.length && text[end] !== '\t' && text[end] !== '\n') end += 1;
  return { text: text.slice(start, end), end };
}

/** The cells, row by row. The last line break ends a row and begins none. */
export function readTsv(given: string): string[][] {
  const text = given.replace(/\r\n?/g, '\n');
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  for (;;) {
    const cell = quotedAt(text, at) ?? plainAt(text, at);
    row.push(cell.text);
    at = cell.end + 1;
    if (text[cell.end] === '\t') continue;
    rows.push(row);
    if (at >= text.length) return rows;
    row = [];
  }
}
