/** The mail addresses of a pasted text, each once. */
export function addressesIn(text: string): string[] {
  const found = text.match(/[^\s,;:<>"'()[\]]+@[^\s,;:<>"'()[\]]+/g) ?? [];
  return [...new Set(found.map((each) => each.toLowerCase().replace(/\.+$/, '')))];
}
