/** The first words of a text, without the marks before them: for lists of notes. */
export function firstLine(text: string): string {
  const line = text.split(/\r\n|\r|\n/).find((each) => /[\p{L}\p{N}]/u.test(each)) ?? '';
  return line.replace(/^[\s>#*+-]+(?:\[[ xX]\]\s+)?/, '').slice(0, 120);
}
