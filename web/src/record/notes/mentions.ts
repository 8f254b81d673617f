interface Part {
  text: string;
  isMention: boolean;
}

/** A text with the names after an `@` set apart: whole names, or the first name that only one has, as the server tells them. */
export function splitMentions(text: string, names: readonly string[]): Part[] {
  if (!text.includes('@')) return [{ text, isMention: false }];
  const firsts = names.map((name) => name.trim().split(/\s+/)[0] ?? '');
  const candidates = [
    ...names,
    ...firsts.filter((first) => firsts.filter((other) => same(other, first)).length === 1),
  ]
    .filter((name) => name !== '')
    .sort((a, b) => b.length - a.length);
  const parts: Part[] = [];
  let from = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (at < from || /[\p{L}\p{N}@._+/-]$/u.test(text.slice(Math.max(0, at - 2), at))) continue;
    const rest = text.slice(at + 1);
    const name = candidates.find(
      (each) => same(rest.slice(0, each.length), each) && !/^[\p{L}\p{N}]/u.test(rest.slice(each.length)),
    );
    if (name === undefined) continue;
    if (at > from) parts.push({ text: text.slice(from, at), isMention: false });
    from = at + 1 + name.length;
    parts.push({ text: text.slice(at, from), isMention: true });
  }
  if (from < text.length) parts.push({ text: text.slice(from), isMention: false });
  return parts;
}

function same(a: string, b: string): boolean {
  return a.localeCompare(b, undefined, { sensitivity: 'base' }) === 0;
}
