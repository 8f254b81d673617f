import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { deferModule, useDeferredTrigger } from './deferred';

const parts = deferModule(() => import('./popover-parts'));

export interface PopoverProps {
  trigger: ReactElement;
  side?: 'top' | 'bottom' | 'left' | 'right';
  align?: 'start' | 'center' | 'end';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  className?: string;
  children: ReactNode;
}

/** A small window at a button, for more than a list of acts. */
export function Popover(props: PopoverProps) {
  const { module, waiting, trigger, pressed } = useDeferredTrigger(parts, { ...props, popup: 'dialog' });
  if (!module || !trigger) return waiting;
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
