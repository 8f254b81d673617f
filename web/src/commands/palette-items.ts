import type { Translate } from '@/i18n/use-t';
import { matchScore } from './match';
import type { Command, CommandGroup } from './registry';
import type { FoundRecord } from './search';

export type PaletteItem =
  | { kind: 'command'; key: string; label: string; command: Command }
  | { kind: 'record'; key: string; label: string; found: FoundRecord };

export interface PaletteGroup {
  key: CommandGroup | 'customer' | 'company' | 'deal' | 'note' | 'guess' | 'recent';
  items: PaletteItem[];
}

const order: CommandGroup[] = ['record', 'view', 'create', 'navigate', 'app'];

/**
 * What the palette lists for a typed text: acts that answer it, the best first inside their group, then the records that
 * the server found, the kind with the best one first, and what may have been meant. Without a text the records that were
 * open last are listed, and every act in its own order.
 */
export function paletteGroups(
  typed: string,
  commands: Command[],
  found: FoundRecord[],
  t: Translate,
  recent: readonly FoundRecord[] = [],
): PaletteGroup[] {
  const scored = commands
    .filter((command) => !command.informative && !command.keysOnly)
    .map((command) => {
      const label = t(command.label, command.labelValues);
      const words = command.keywords ? t(command.keywords) : '';
      const score = Math.max(matchScore(typed, label), 0.9 * matchScore(typed, `${label} ${words}`));
      return { command, label, score };
    })
    .filter(({ score }) => score > 0);

  const groups: PaletteGroup[] = order.map((key) => ({
    key,
    items: scored
      .filter(({ command }) => command.group === key)
      .sort((a, b) => b.score - a.score)
      .map(({ command, label }) => ({ kind: 'command', key: command.id, label, command })),
  }));
  // With a text, the group that holds the best answer comes first, so that Enter does what was meant.
  const best = (group: PaletteGroup) =>
    Math.max(0, ...scored.filter(({ command }) => command.group === group.key).map(({ score }) => score));
  if (typed.trim() !== '') groups.sort((a, b) => best(b) - best(a));

  for (const entry of found) {
    const key = entry.guess ? 'guess' : entry.record;
    let group = groups.find((other) => other.key === key);
    if (!group) {
      group = { key, items: [] };
      groups.push(group);
    }
    group.items.push({ kind: 'record', key: `${entry.record}:${entry.id}`, label: entry.name, found: entry });
  }
  // Nothing is typed yet: what was open last is the likeliest, but for acts on the record that is open now.
  if (typed.trim() === '') {
    const items = recent.map(
      (each): PaletteItem => ({
        kind: 'record',
        key: `${each.record}:${each.id}`,
        label: each.name,
        found: each,
      }),
    );
    groups.splice(groups[0]?.items.length === 0 ? 0 : 1, 0, { key: 'recent', items });
  }
  return groups.filter(({ items }) => items.length > 0);
}
