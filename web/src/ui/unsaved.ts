import { useEffect } from 'react';
import { createStore } from 'zustand/vanilla';
import { translate } from '@/i18n/setup';
import { confirm } from './confirm';

/** How many forms on the page hold something that was typed and would be lost with them. */
export const unsaved = createStore<{ forms: number }>(() => ({ forms: 0 }));

export function hasUnsaved(): boolean {
  return unsaved.getState().forms > 0;
}

/** Keeps the page from being left without a question while `typed`; the shell asks it. */
export function useUnsaved(typed: boolean) {
  useEffect(() => {
    if (!typed) return;
    unsaved.setState(({ forms }) => ({ forms: forms + 1 }));
    return () => unsaved.setState(({ forms }) => ({ forms: forms - 1 }));
  }, [typed]);
}

/** Asks whether what was typed may go; answers at once when nothing was. */
export async function mayDiscard(typed = hasUnsaved()): Promise<boolean> {
  if (!typed) return true;
  return confirm({
    title: translate('common.discard.title'),
    description: translate('common.discard.text'),
    confirmLabel: translate('common.discard.confirm'),
    cancelLabel: translate('common.discard.cancel'),
    danger: true,
  });
}
