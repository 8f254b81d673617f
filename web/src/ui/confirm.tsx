import type { ReactNode } from 'react';
import { create } from 'zustand';
import { deferModule } from './deferred';

const parts = deferModule(() => import('./confirm-parts'));

export interface Question {
  title: string;
  /** What will happen, to what and to how much. */
  description: ReactNode;
  /** The verb of the act: "Delete tag", never "OK". */
  confirmLabel: string;
  cancelLabel?: string;
  danger?: boolean;
}

interface Asked {
  question: Question | null;
  open: boolean;
  answer: (yes: boolean) => void;
}

export const useAsked = create<Asked>(() => ({ question: null, open: false, answer: () => {} }));

/** Asks before an act that cannot be taken back. Needs the `ConfirmHost` of the shell. */
export function confirm(question: Question): Promise<boolean> {
  useAsked.getState().answer(false);
  void parts.load();
  return new Promise((resolve) => {
    useAsked.setState({
      question,
      open: true,
      answer: (yes) => {
        // The text stays while the dialog fades out.
        useAsked.setState({ open: false, answer: () => {} });
        resolve(yes);
      },
    });
  });
}

/** Draws the question. Once, around the app. */
export function ConfirmHost() {
  const module = parts.useModule();
  return module ? <module.ConfirmHost /> : null;
}
