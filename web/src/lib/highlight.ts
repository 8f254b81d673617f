import { fold } from './fold';

export interface TextPart {
  text: string;
  /** Holds what was typed. */
  hit: boolean;
}

/**
 * The parts of a text that answer what was typed: each typed word where it begins a word, else wherever it stands.
 * Accents and case do not count, and of a phone number only the digits do.
 */
export function highlight(text: string, typed: string): TextPart[] {
  const characters = Array.from(text);
  // Which character of the text each character of its folded form comes from.
  const origin: number[] = [];
  let folded = '';
  characters.forEach((character, at) => {
    const own = fold(character);
    folded += own;
    for (let index = 0; index < own.length; index++) origin.push(at);
  });

  const hits = new Set<number>();
  for (const word of wordsOf(typed)) {
    for (const start of placesOf(word, folded)) {
      for (let index = start; index < start + word.length; index++) hits.add(origin[index] ?? -1);
    }
  }
  const parts: TextPart[] = [];
  characters.forEach((character, at) => {
    const hit = hits.has(at);
    const last = parts.at(-1);
    if (last && last.hit === hit) last.text += character;
    else parts.push({ text: character, hit });
  });
  return parts;
}

function wordsOf(typed: string): string[] {
  const folded = fold(typed).trim();
  if (/^(tel:)?[\d\s+()./\u2010-\u2015-]+$/.test(folded)) {
    const digits = folded.replaceAll('(0)', '').replace(/\D/g, '').replace(/^0+/, '');
    if (digits.length > 2) return [digits];
  }
  return folded.split(/[\s,;]+/).filter(Boolean);
}

function placesOf(word: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) places.push(at);
  const starts = places.filter((at) => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ''));
  return starts.length > 0 ? starts : places.slice(0, 1);
}
