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

/** Shows who changed what meanwhile and lets the person choose. Needs the `ConflictHost` of the screen. */
export function askClash(clash: Clash): Promise<'mine' | 'theirs'> {
  useAsked.getState().answer('theirs');
  return new Promise((resolve) => {
    useAsked.setState({
      clash,
      open: true,
      answer: (choice) => {
        useAsked.setState({ open: false, answer: () => {} });
        resolve(choice);
      },
    });
  });
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
