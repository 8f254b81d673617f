import type { ReactElement, ReactNode, RefObject } from 'react';
import { deferModule, useDeferredTrigger } from './deferred';

const parts = deferModule(() => import('./dialog-parts'));

export interface DialogProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Opens the dialog and gets the focus back. */
  trigger?: ReactElement;
  title: string;
  description?: ReactNode;
  size?: 'small' | 'medium' | 'large' | 'wide';
  /** Buttons of the last row, the main one last. */
  footer?: ReactNode;
  /** Gets the focus on opening; else the first control does. */
  initialFocus?: RefObject<HTMLElement | null>;
  /**
   * For forms in which typed text would be lost: a press outside does not close, and once something was typed Esc and the
   * close button ask first.
   */
  keepOpen?: boolean;
  /** With `keepOpen`: whether anything would be lost, where typing alone does not tell. */
  changed?: boolean;
  /** `false`: neither Esc nor a close button; the content decides how it ends. */
  dismissible?: boolean;
  children?: ReactNode;
}

/** A modal window: in the middle on desktops, rising from the bottom edge on phones. */
export function Dialog(props: DialogProps) {
  const { module, waiting, trigger, pressed } = useDeferredTrigger(parts, { ...props, popup: 'dialog' });
  if (!module) return waiting;
  return <module.Dialog {...props} trigger={trigger} defaultOpen={pressed} />;
}

/** Closes the dialog it stands in; `render` is its button. */
export function DialogClose({ render }: { render: ReactElement }) {
  const module = parts.useModule();
  return module ? <module.Close render={render} /> : null;
}
