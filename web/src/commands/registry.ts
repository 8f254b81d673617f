import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { createStore } from 'zustand/vanilla';
import type { MessageId } from '@/i18n/message-id';
import type { Values } from '@/i18n/setup';

export type CommandGroup = 'record' | 'view' | 'create' | 'navigate' | 'app';

/** One act of the app. Keys, palette, help sheet and tooltips all read it from here. */
export interface Command {
  /** Unique while registered; a later registration of the same id hides the earlier one. */
  id: string;
  group: CommandGroup;
  label: MessageId;
  labelValues?: Values;
  icon?: LucideIcon;
  /** In tinykeys' notation: `c`, `g c`, `Shift+?`, `$mod+k`. */
  keys?: string;
  /** Further words by which the palette finds it, in the language shown. */
  keywords?: MessageId;
  /** Works also while typing and when single-key shortcuts are switched off. */
  always?: boolean;
  /** Listed in the help sheet only: keys that a widget handles itself, such as the arrows of the grid. */
  informative?: boolean;
  /** Not offered by the palette, such as the palette's own key. */
  keysOnly?: boolean;
  /** Why it cannot be done now; shown in the palette, and its keys do nothing. */
  disabledReason?: string;
  run: () => void;
}

interface Scope {
  key: number;
  commands: Command[];
}

/** Registered scopes, outermost first: the shell, the screen, the open record. */
export const registry = createStore<{ scopes: Scope[] }>(() => ({ scopes: [] }));

let nextKey = 1;

/** A place further in than all before it. */
export const takePlace = () => nextKey++;

export function registerCommands(
  commands: Command[],
  key = takePlace(),
): {
  update: (next: Command[]) => void;
  remove: () => void;
} {
  registry.setState(({ scopes }) => ({
    scopes: [...scopes, { key, commands }].sort((a, b) => a.key - b.key),
  }));
  return {
    update: (next) =>
      registry.setState(({ scopes }) => ({
        scopes: scopes.map((scope) => (scope.key === key ? { key, commands: next } : scope)),
      })),
    remove: () =>
      registry.setState(({ scopes }) => ({ scopes: scopes.filter((scope) => scope.key !== key) })),
  };
}

/** Everything that can be done now, innermost scope first; of equal ids or keys the innermost wins. */
export function activeCommands(scopes: Scope[]): Command[] {
  const ids = new Set<string>();
  const keys = new Set<string>();
  const result: Command[] = [];
  for (const scope of [...scopes].reverse()) {
    for (const command of scope.commands) {
      if (ids.has(command.id)) continue;
      ids.add(command.id);
      if (command.keys && keys.has(command.keys)) {
        result.push({ ...command, keys: undefined });
        continue;
      }
      if (command.keys) keys.add(command.keys);
      result.push(command);
    }
  }
  return result;
}

/**
 * Offers commands as long as the component is mounted. The list may be new on every render; it is compared by what
 * people can see of it, and `run` always is the newest one.
 */
export function useCommands(commands: Command[]) {
  const latest = useRef(commands);
  latest.current = commands;
  const seen = JSON.stringify(commands.map(({ icon: _icon, run: _run, ...visible }) => visible));
  const registration = useRef<ReturnType<typeof registerCommands> | null>(null);
  // Taken while rendering, from the outside in: effects run from the inside out, and a page that mounts at once with its
  // shell would lose its keys to it.
  const [place] = useState(takePlace);

  useEffect(() => {
    registration.current = registerCommands([], place);
    return () => {
      registration.current?.remove();
      registration.current = null;
    };
  }, [place]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `seen` stands for the visible part of the commands
  useEffect(() => {
    registration.current?.update(
      latest.current.map((command) => ({
        ...command,
        run: () => latest.current.find(({ id }) => id === command.id)?.run(),
      })),
    );
  }, [seen]);
}
