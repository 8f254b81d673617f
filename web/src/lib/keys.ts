const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

const names: Record<string, string> = {
  $mod: mac ? '⌘' : 'Ctrl',
  Shift: mac ? '⇧' : 'Shift',
  Alt: mac ? '⌥' : 'Alt',
  Control: 'Ctrl',
  Meta: '⌘',
  Enter: '↵',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Space: '␣',
};

/** The keys of a shortcut in tinykeys' notation (`$mod+k`, `g c`), as they are printed on the keyboard. */
export function describeKeys(keys: string): string[] {
  return keys
    .split(' ')
    .flatMap((press) => splitPress(press))
    .map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key.replace(/^Key/, '')));
}

/** For `aria-keyshortcuts`: `Control+K`; a sequence has no notation there and answers `undefined`. */
export function ariaKeys(keys: string): string | undefined {
  if (keys.includes(' ')) return undefined;
  return splitPress(keys)
    .map((key) => (key === '$mod' ? (mac ? 'Meta' : 'Control') : key.length === 1 ? key.toUpperCase() : key))
    .join('+');
}

/** `Shift+?` is how tinykeys wants a shifted character; people read the character alone. */
function splitPress(press: string): string[] {
  const shifted = /^Shift\+([^A-Za-z0-9])$/.exec(press);
  return shifted?.[1] ? [shifted[1]] : press === '+' ? ['+'] : press.split('+');
}
