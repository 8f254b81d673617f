import { create } from 'zustand';
import { deferComponent } from '@/ui/deferred';

export interface Clash {
  /** Name of the record. */
  name: string;
  fields: ReadonlyArray<{ label: string; theirs: string; mine: string }>;
  who: string | null;
  when: string | null;
}

interface Asked {
  clash: Clash | null;
  open: boolean;
  answer: (choice: 'mine' | 'theirs') => void;
}

export const useAsked = create<Asked>(() => ({ clash: null, open: false, answer: () => {} }));

let before: Promise<unknown> = Promise.resolve();

/**
 * Shows who changed what meanwhile and lets the person choose. Needs the `ConflictHost` of the screen. Several records may
 * be written at once: their questions come one after the other.
 */
export function askClash(clash: Clash): Promise<'mine' | 'theirs'> {
  const asked = before.then(
    () =>
      new Promise<'mine' | 'theirs'>((resolve) => {
        useAsked.setState({
          clash,
          open: true,
          answer: (choice) => {
            useAsked.setState({ open: false, answer: () => {} });
            resolve(choice);
          },
        });
      }),
  );
  before = asked;
  return asked;
}

const Parts = deferComponent<{ open: boolean }>(
  async () => (await import('./conflict-dialog-parts')).ConflictDialog,
  ({ open }) => open,
);

/** Draws the question. Once per screen that edits records. */
export function ConflictHost() {
  const open = useAsked((state) => state.open);
  return <Parts open={open} />;
}
