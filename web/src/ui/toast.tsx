import { errorText } from '@/api/error-text';
import { translate } from '@/i18n/setup';
import { PartlyUndone, pushUndo, takeUndo, type UndoEntry } from '@/lib/undo';
import { deferModule } from './deferred';

const parts = deferModule(() => import('./toast-parts'));

export interface ToastData {
  action?: { label: string; keys?: string; run: () => void };
}

/** Long enough to reach for the button (budget F3); the clock stops under the pointer and while focus is inside. */
const undoTime = 8_000;

export interface ToastOptions {
  id: string;
  title: string;
  description?: string;
  type: 'done' | 'failed';
  priority?: 'high';
  timeout: number;
  data?: ToastData;
}

interface Manager {
  add: (options: ToastOptions) => unknown;
  close: (id: string) => void;
}

// The first toast may come before the code that draws it.
let manager: Manager | null = null;
let waiting: Array<(ready: Manager) => void> = [];
let nextId = 1;

function withManager(run: (ready: Manager) => void) {
  if (manager) run(manager);
  else {
    waiting.push(run);
    void parts.load();
  }
}

/** Called by the drawing side once it listens. */
export function connectToaster(ready: Manager) {
  manager = ready;
  const runs = waiting;
  waiting = [];
  for (const run of runs) run(ready);
}

function add(options: Omit<ToastOptions, 'id'>): string {
  const id = `toast-${nextId++}`;
  withManager((ready) => ready.add({ ...options, id }));
  return id;
}

interface ToastText {
  title: string;
  description?: string;
}

/** Short news at the edge of the screen, callable from anywhere. */
export const toast = {
  /** `action`: the next step, such as opening what was made. */
  done({ title, description, action }: ToastText & { action?: { label: string; run: () => void } }) {
    return add({
      title,
      description,
      type: 'done',
      timeout: action ? undoTime : 5_000,
      data: action ? { action } : {},
    });
  },

  /** What failed and was put back. Stays until read: it may offer to try again. */
  failed({ title, description, retry }: ToastText & { retry?: () => void }) {
    return add({
      title,
      description,
      type: 'failed',
      priority: 'high',
      timeout: retry ? 0 : 12_000,
      data: retry ? { action: { label: translate('common.action.retry'), run: retry } } : {},
    });
  },

  /**
   * Says what was done and offers to take it back, here and by Ctrl+Z. `undo` rejects when it cannot be taken back any
   * more; the person is told.
   */
  undo({ title, undo }: { title: string; undo: UndoEntry['undo'] }) {
    return toast.offerUndo(pushUndo(title, undo));
  },

  /** The same for an act that Ctrl+Z knows already. */
  offerUndo(entry: UndoEntry) {
    const id = add({
      title: entry.label,
      type: 'done',
      timeout: undoTime,
      data: {
        action: {
          label: translate('common.action.undo'),
          keys: '$mod+z',
          run: () => {
            const taken = takeUndo(entry.id);
            if (taken) void runUndo(taken);
          },
        },
      },
    });
    toastOfUndo.set(entry.id, id);
    return id;
  },

  close(id: string) {
    withManager((ready) => ready.close(id));
  },
};

const toastOfUndo = new Map<number, string>();

/** Takes an act back and says so; its own toast goes away. */
export async function runUndo(entry: UndoEntry) {
  const own = toastOfUndo.get(entry.id);
  if (own) toast.close(own);
  toastOfUndo.delete(entry.id);
  try {
    await entry.undo();
    toast.done({ title: translate('common.undo.done', { what: entry.label }) });
  } catch (error) {
    toast.failed({
      title: translate('common.undo.failed', { what: entry.label }),
      description: error instanceof PartlyUndone ? error.message : errorText(error),
    });
  }
}

/** Draws the toasts. Once, around the app. */
export function Toaster() {
  const module = parts.useModule();
  return module ? <module.Toaster /> : null;
}
