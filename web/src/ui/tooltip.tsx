import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './kbd';

export const TooltipProvider = Base.Provider;

interface TooltipProps {
  content: ReactNode;
  /** Shown beside the text, in tinykeys' notation. */
  keys?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
  /** The element that gets the tooltip; it needs an accessible name of its own. */
  children: ReactElement;
}

/** A hint on hover and focus. Never the only place of a text: touch and screen readers do not see it. */
export function Tooltip({ content, keys, side = 'top', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup className="flex max-w-72 items-center gap-2 rounded-md bg-raised px-2 py-1 text-xs text-fg shadow-2 transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
            {content}
            {keys ? <Kbd keys={keys} /> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
