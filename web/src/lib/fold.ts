/** Text for comparing: compatibility forms, without accents, in lower case; the same rule as the server's. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
