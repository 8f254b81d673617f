import { fold } from '@/lib/fold';

/**
 * How well a text answers what was typed: 0 not at all, more is better. Every typed word must start a word of the text,
 * or stand inside it; word starts count more, and so does the beginning of the text. Two letters stand inside nearly
 * everything, so they answer by word starts alone.
 */
export function matchScore(typed: string, text: string): number {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const folded = fold(text);
  const starts = folded.split(/[\s\-/.,:]+/);
  let score = 0;
  for (const word of words) {
    if (folded.startsWith(word)) score += 4;
    else if (starts.some((start) => start.startsWith(word))) score += 3;
    else if (word.length > 2 && folded.includes(word)) score += 1;
    else return 0;
  }
  return score / words.length;
}
