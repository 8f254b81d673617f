import { useBlocker } from '@tanstack/react-router';
import { useStore } from 'zustand';
import { hasUnsaved, mayDiscard, unsaved } from '@/ui/unsaved';

/** Parts of an address that a form belongs to; filters, order and columns may change below it. */
const places = ['new', 'open', 'tab'] as const;

interface Place {
  pathname: string;
  search: object;
}

/** Whether the forms of one address are gone on the other. */
export function leavesForms(from: Place, to: Place): boolean {
  const of = (place: Place, key: string) => (place.search as Readonly<Record<string, unknown>>)[key];
  return from.pathname !== to.pathname || places.some((key) => of(from, key) !== of(to, key));
}

/** Asks before a step back, a link or a command takes away what was typed; a closed tab is asked about by the browser. */
export function useUnsavedGuard() {
  const typed = useStore(unsaved, ({ forms }) => forms > 0);
  useBlocker({
    disabled: !typed,
    enableBeforeUnload: hasUnsaved,
    shouldBlockFn: async ({ current, next }) => leavesForms(current, next) && !(await mayDiscard()),
  });
}
