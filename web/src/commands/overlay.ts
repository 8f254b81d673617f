import { create } from 'zustand';

interface CommandOverlay {
  /** Which of the two sheets of the command system is open; they exclude each other. */
  open: 'palette' | 'help' | null;
  /** What is typed into the palette. Here and not in its field, so that keys pressed before it appears are kept. */
  text: string;
}

export const useCommandOverlay = create<CommandOverlay>(() => ({ open: null, text: '' }));

export function openPalette() {
  useCommandOverlay.setState({ open: 'palette', text: '' });
}

export function openHelp() {
  useCommandOverlay.setState({ open: 'help' });
}

export function closeOverlay() {
  useCommandOverlay.setState({ open: null });
}

export function setPaletteText(text: string) {
  useCommandOverlay.setState({ text });
}

/**
 * Takes a key that was pressed while the palette is opening but its field has no focus yet; false when the key is not
 * for the palette.
 */
export function typeAhead(event: KeyboardEvent): boolean {
  const { open, text } = useCommandOverlay.getState();
  const printable = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (open !== 'palette' || !printable || event.isComposing) return false;
  if (event.target instanceof HTMLInputElement && event.target.closest('[data-palette]')) return false;
  setPaletteText(text + event.key);
  return true;
}
