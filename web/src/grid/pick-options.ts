import { fold } from '@/lib/fold';
import type { PickOption } from './types';

/** Longer lists are cut, and the last line asks to keep typing. */
export const MAX_OPTIONS = 100;

/** The options that hold every typed word, those that begin with the text first, in their own order otherwise. */
export function filterOptions(options: readonly PickOption[], query: string): PickOption[] {
  const text = fold(query.trim());
  if (text === '') return [...options];
  const words = text.split(/\s+/);
  const starting: PickOption[] = [];
  const holding: PickOption[] = [];
  for (const option of options) {
    const label = fold(option.label);
    const whole = `${label} ${fold(option.hint ?? '')}`;
    if (!words.every((word) => whole.includes(word))) continue;
    if (label.startsWith(text)) starting.push(option);
    else holding.push(option);
  }
  return [...starting, ...holding];
}

/** What is chosen stands first: in a long list it would not be found, to look at or to take away. */
export function chosenFirst(options: readonly PickOption[], chosen: readonly string[]): PickOption[] {
  return [
    ...options.filter((option) => chosen.includes(option.id)),
    ...options.filter((option) => !chosen.includes(option.id)),
  ];
}

/** As they stood before, by their ids; those that were not there follow. What is looked at does not move. */
export function asBefore(options: readonly PickOption[], ids: readonly string[]): PickOption[] {
  const places = new Map(ids.map((id, at) => [id, at]));
  const placeOf = ({ id }: PickOption) => places.get(id) ?? ids.length;
  return [...options].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Whether what was typed is already the name of an option, so that it need not be made. */
export function hasExact(options: readonly PickOption[], query: string): boolean {
  const text = fold(query.trim());
  return options.some((option) => fold(option.label) === text);
}
