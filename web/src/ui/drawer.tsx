import type { ComponentProps, ReactElement, ReactNode, RefObject } from 'react';
import { deferModule, useDeferredTrigger } from './deferred';

const parts = deferModule(() => import('./drawer-parts'));

export interface DrawerProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactElement;
  side?: 'right' | 'left' | 'bottom';
  /**
   * `true`: the page behind is covered and out of reach. `false`: the page stays usable beside it, as with a record
   * opened from a list; then presses outside do not close it.
   */
  modal?: boolean;
  initialFocus?: RefObject<HTMLElement | null> | boolean;
  /** `false`: the caller moves the focus itself on closing. */
  finalFocus?: false;
  className?: string;
  /** Holds a `DrawerTitle`, which names the drawer. */
  children: ReactNode;
}

/** A panel at an edge of the screen. Esc closes it and gives the focus back. */
export function Drawer(props: DrawerProps) {
  const { module, waiting, trigger, pressed } = useDeferredTrigger(parts, { ...props, popup: 'dialog' });
  if (!module) return waiting;
  return <module.Drawer {...props} trigger={trigger} defaultOpen={pressed} />;
}

// Drawn inside an open drawer only.

/** Names the drawer. */
export function DrawerTitle(props: ComponentProps<'h2'>) {
  const module = parts.useModule();
  return module ? <module.Title {...props} /> : null;
}

export function DrawerDescription(props: ComponentProps<'p'>) {
  const module = parts.useModule();
  return module ? <module.Description {...props} /> : null;
}

/** Closes the drawer it stands in; `render` is its button. */
export function DrawerClose({ render }: { render: ReactElement }) {
  const module = parts.useModule();
  return module ? <module.Close render={render} /> : null;
}
