import { createStore } from 'zustand/vanilla';

export interface UndoEntry {
  id: number;
  /** What was done, in words for the toast and the palette. */
  label: string;
  /** Takes it back; rejects when that fails. */
  undo: () => Promise<unknown> | undefined;
}

/** Some of an act could not be taken back; its message says how much, and why. */
export class PartlyUndone extends Error {}

const limit = 50;
let nextId = 1;

/** What the person did last, newest last. Only acts that can be taken back stand here. */
export const undoStack = createStore<{ entries: UndoEntry[] }>(() => ({ entries: [] }));

export function pushUndo(label: string, undo: UndoEntry['undo']): UndoEntry {
  const entry: UndoEntry = { id: nextId++, label, undo };
  undoStack.setState(({ entries }) => ({ entries: [...entries, entry].slice(-limit) }));
  return entry;
}

/** Takes the entry off the stack; false when it had been undone or dropped before. */
export function takeUndo(id: number): UndoEntry | undefined {
  const entry = undoStack.getState().entries.find((candidate) => candidate.id === id);
  if (entry) {
    undoStack.setState(({ entries }) => ({ entries: entries.filter((other) => other !== entry) }));
  }
  return entry;
}

export function lastUndo(): UndoEntry | undefined {
  return undoStack.getState().entries.at(-1);
}

/** Another person signed in, or the acts can no longer be taken back. */
export function clearUndo() {
  undoStack.setState({ entries: [] });
}
