import { create } from 'zustand';
import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';

interface Asked {
  /** Name of the deal. */
  name: string;
  open: boolean;
  answer: (reason: string | null) => void;
}

export const useLostAsked = create<Asked>(() => ({ name: '', open: false, answer: () => {} }));

let before: Promise<unknown> = Promise.resolve();

/** Asks why a deal was lost; null when the person thinks better of it. Needs the `LostReasonHost` of the screen. */
export function askLostReason(name: string): Promise<string | null> {
  const asked = before.then(
    () =>
      new Promise<string | null>((resolve) => {
        useLostAsked.setState({
          name,
          open: true,
          answer: (reason) => {
            useLostAsked.setState({ open: false, answer: () => {} });
            resolve(reason);
          },
        });
      }),
  );
  before = asked;
  return asked;
}

const Parts = deferComponent<{ open: boolean }>(
  () => withLateTexts(async () => (await import('./lost-dialog')).LostDialog),
  ({ open }) => open,
);

/** Draws the question. Once per screen that moves deals. */
export function LostReasonHost() {
  return <Parts open={useLostAsked((state) => state.open)} />;
}
