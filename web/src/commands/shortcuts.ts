import { createKeybindingsHandler } from 'tinykeys';
import { usePreferences } from '@/lib/preferences';
import { typeAhead, useCommandOverlay } from './overlay';
import { activeCommands, type Command, registry } from './registry';

interface Surroundings {
  /** Where the key goes. */
  target: EventTarget | null;
  /** A modal window covers the page. */
  modal: boolean;
  /** The person allows single-key shortcuts. */
  enabled: boolean;
}

/** Whether a key press may start this command where the focus is now. */
export function mayRun(
  command: Pick<Command, 'keys' | 'always' | 'informative' | 'disabledReason'>,
  around: Surroundings,
) {
  if (command.informative || command.disabledReason !== undefined) return false;
  if (command.always) return true;
  if (around.modal) return false;
  const withModifier = /(\$mod|Control|Meta|Alt)\+/.test(command.keys ?? '');
  if (isTyping(around.target)) return false;
  return withModifier || around.enabled;
}

const typing =
  'input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true], [role=menu], [role=listbox], [role=combobox]';

/** Keys belong to the field, or to the type-ahead of an open list. */
function isTyping(target: EventTarget | null): boolean {
  return typeof Element !== 'undefined' && target instanceof Element && target.closest(typing) !== null;
}

/** The next key of a sequence must come within this time. */
const SEQUENCE_MS = 1_200;

/** Keys that begin a sequence such as `g c`. */
export function sequenceStarters(commands: ReadonlyArray<Pick<Command, 'keys'>>): Set<string> {
  return new Set(
    commands.flatMap(({ keys }) => {
      const [start, next] = keys?.split(' ') ?? [];
      return start && next ? [start] : [];
    }),
  );
}

/** Listens for every registered shortcut; answers the function that stops it. */
export function listenForShortcuts(): () => void {
  let handler: EventListener = () => {};
  let starters = new Set<string>();
  /** When a key that may begin a sequence was pressed; the next key belongs to the sequence alone. */
  let begun = 0;
  let inSequence = false;
  const rebuild = () => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    const commands = activeCommands(registry.getState().scopes);
    starters = sequenceStarters(commands);
    for (const command of commands) {
      if (!command.keys) continue;
      const single = !command.keys.includes(' ');
      bindings[command.keys] = (event) => {
        if (single && inSequence) return;
        const around = {
          target: event.target,
          modal:
            useCommandOverlay.getState().open !== null || document.querySelector('[data-modal]') !== null,
          enabled: usePreferences.getState().shortcuts,
        };
        if (event.defaultPrevented || event.isComposing || !mayRun(command, around)) return;
        event.preventDefault();
        command.run();
      };
    }
    handler = createKeybindingsHandler(bindings, { timeout: SEQUENCE_MS });
  };
  rebuild();
  const stopWatching = registry.subscribe(rebuild);
  // Before whatever has the focus still: a space would tick the row that it is on.
  const ahead = (event: KeyboardEvent) => {
    if (!typeAhead(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const listener = (event: KeyboardEvent) => {
    inSequence = begun > 0 && event.timeStamp - begun < SEQUENCE_MS;
    const begins =
      !inSequence &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey &&
      starters.has(event.key) &&
      !isTyping(event.target);
    begun = begins ? event.timeStamp : 0;
    handler(event);
  };
  window.addEventListener('keydown', ahead, { capture: true });
  window.addEventListener('keydown', listener);
  return () => {
    stopWatching();
    window.removeEventListener('keydown', ahead, { capture: true });
    window.removeEventListener('keydown', listener);
  };
}
