import type { ComponentProps, ReactElement, ReactNode, RefObject } from 'react';
import { deferModule, useDeferredTrigger } from './deferred';

const parts = deferModule(() => import('./popover-parts'));

export interface PopoverProps {
  /** The button that opens it. Without one, `open` decides and `anchor` says where. */
  trigger?: ReactElement;
  /** The element beside which it stands, when that is not the trigger. */
  anchor?: Element | null | (() => Element | null);
  side?: 'top' | 'bottom' | 'left' | 'right';
  align?: 'start' | 'center' | 'end';
  /** Distance from its anchor, in pixels. */
  offset?: number;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Its name for screen readers, where no `PopoverTitle` gives one. */
  label?: string;
  /** Gets the focus on opening; else the first control does. */
  initialFocus?: RefObject<HTMLElement | null>;
  /**
   * `false`: the caller moves the focus itself on closing. No function: its answer would be forced, also upon somebody
   * who has gone on to another control while the popover faded.
   */
  finalFocus?: boolean;
  className?: string;
  children: ReactNode;
}

/** A small window at a button or a cell, for more than a list of acts. */
export function Popover(props: PopoverProps) {
  const { module, waiting, trigger, pressed } = useDeferredTrigger(parts, { ...props, popup: 'dialog' });
  if (!module) return waiting;
  return <module.Popover {...props} trigger={trigger} defaultOpen={pressed} />;
}

// Drawn inside an open popover only.

export function PopoverTitle(props: ComponentProps<'h2'>) {
  const module = parts.useModule();
  return module ? <module.Title {...props} /> : null;
}

interface PopoverCloseProps {
  render: ReactElement;
}

export function PopoverClose({ render }: PopoverCloseProps) {
  const module = parts.useModule();
  return module ? <module.Close render={render} /> : null;
}
