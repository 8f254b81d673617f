import type { Tag } from '@/api/types';
import { fold } from '@/lib/fold';

export interface TagGroup {
  /** `event` for `event:berlin-2026`; empty for tags without one. */
  readonly prefix: string;
  readonly tags: Tag[];
}

export function prefixOf(name: string): string {
  const colon = name.indexOf(':');
  return colon > 0 ? name.slice(0, colon) : '';
}

/** Tags that hold the typed words in name or description, under their prefixes; those without one come first. */
export function groupTags(
  tags: readonly Tag[],
  query: string,
  compare: (a: string, b: string) => number,
): TagGroup[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const groups = new Map<string, Tag[]>();
  for (const tag of tags) {
    const text = fold(`${tag.name} ${tag.description ?? ''}`);
    if (!words.every((word) => text.includes(word))) continue;
    const prefix = prefixOf(tag.name);
    const group = groups.get(prefix);
    if (group) group.push(tag);
    else groups.set(prefix, [tag]);
  }
  return [...groups]
    .map(([prefix, own]) => ({ prefix, tags: own.sort((a, b) => compare(a.name, b.name)) }))
    .sort((a, b) => compare(a.prefix, b.prefix));
}
