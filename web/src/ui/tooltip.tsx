import { cloneElement, type ReactElement } from 'react';

type Side = 'top' | 'right' | 'bottom' | 'left';

interface TooltipProps {
  content: string;
  /** Shown beside the text, in tinykeys' notation. */
  keys?: string;
  side?: Side;
  /** The element that gets the tooltip; it needs an accessible name of its own. */
  children: ReactElement;
}

/**
 * A hint on hover and keyboard focus. Never the only place of a text: touch and screen readers do not get it. It only
 * marks its element; one `TooltipLayer` draws the hint of whichever element asks, so a thousand of them cost nothing.
 */
export function Tooltip({ content, keys, side, children }: TooltipProps) {
  return cloneElement(children, {
    'data-tooltip': content,
    'data-tooltip-keys': keys,
    'data-tooltip-side': side,
  } as Record<string, string | undefined>);
}
