/**
 * A text field knows one kind of line end. What was not changed in it keeps those that it came with; what was written anew
 * gets the kind that most lines of the text have.
 */
export function withLineEnds(original: string, edited: string): string {
  if (!original.includes('\r')) return edited;
  const normal = forField(original);
  if (normal === edited) return original;
  const limit = Math.min(normal.length, edited.length);
  let head = 0;
  while (head < limit && normal[head] === edited[head]) head += 1;
  let tail = 0;
  while (tail < limit - head && normal.at(-1 - tail) === edited.at(-1 - tail)) tail += 1;
  const crlf = original.split('\r\n').length - 1;
  const usual = crlf * 2 > normal.split('\n').length - 1 ? '\r\n' : '\n';
  const middle = edited.slice(head, edited.length - tail).replaceAll('\n', usual);
  return (
    original.slice(0, inOriginal(original, head)) +
    middle +
    original.slice(inOriginal(original, normal.length - tail))
  );
}

/** The text as a text field shows it. */
export function forField(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The place in the text that the field shows at `at`. */
function inOriginal(original: string, at: number): number {
  let place = 0;
  for (let shown = 0; shown < at; shown += 1) place += original.startsWith('\r\n', place) ? 2 : 1;
  return place;
}
