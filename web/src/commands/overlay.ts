import { create } from 'zustand';

/** Which of the two sheets of the command system is open; they exclude each other. */
export const useCommandOverlay = create<{ open: 'palette' | 'help' | null }>(() => ({ open: null }));

export function openPalette() {
  useCommandOverlay.setState({ open: 'palette' });
}

export function openHelp() {
  useCommandOverlay.setState({ open: 'help' });
}

export function closeOverlay() {
  useCommandOverlay.setState({ open: null });
}
