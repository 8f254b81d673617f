/** A score from -1 to 1 as somebody writes it, with the decimal sign of their language; null for anything else. */
export function parseScore(text: string, locale: string): number | null {
  const decimal = new Intl.NumberFormat(locale).format(1.5).charAt(1);
  const plain = text.trim().replace('−', '-').replace(decimal, '.');
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain)) return null;
  const value = Number(plain);
  return value >= -1 && value <= 1 ? value : null;
}
