const tones = ['blue', 'green', 'purple', 'orange', 'teal', 'pink', 'yellow', 'red'] as const;

/** First letters of the first and last word, as whole characters: "Ada Lovelace" → AL, "Björk" → B, "" → ?. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = firstLetter(words[0]);
  const last = words.length > 1 ? firstLetter(words.at(-1)) : '';
  return (first + last).toUpperCase() || '?';
}

/** The same name always gets the same colour. */
export function toneOf(name: string): (typeof tones)[number] {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return tones[hash % tones.length] ?? 'blue';
}

function firstLetter(word: string | undefined): string {
  const match = /[\p{L}\p{N}]/u.exec(word ?? '');
  return match?.[0] ?? '';
}
