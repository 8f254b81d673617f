import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactElement, ReactNode, RefObject } from 'react';
import { cn } from '@/lib/cn';
import { backdropStyle } from './dialog';

export const DrawerTitle = Base.Title;
export const DrawerDescription = Base.Description;
export const DrawerClose = Base.Close;

interface DrawerProps {
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
  className?: string;
  /** Holds a `DrawerTitle`, which names the drawer. */
  children: ReactNode;
}

const sides = {
  right:
    'inset-y-0 right-0 w-full sm:w-[30rem] border-l data-ending-style:translate-x-8 data-starting-style:translate-x-8',
  left: 'inset-y-0 left-0 w-[min(20rem,88vw)] border-r data-ending-style:-translate-x-8 data-starting-style:-translate-x-8',
  bottom:
    'inset-x-0 bottom-0 max-h-[88dvh] rounded-t-xl border-t pb-[env(safe-area-inset-bottom)] data-ending-style:translate-y-8 data-starting-style:translate-y-8',
} as const;

/** A panel at an edge of the screen. Esc closes it and gives the focus back. */
export function Drawer({
  open,
  onOpenChange,
  trigger,
  side = 'right',
  modal = true,
  initialFocus,
  className,
  children,
}: DrawerProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => onOpenChange?.(next)}
      modal={modal}
      disablePointerDismissal={!modal}
    >
      {trigger ? <Base.Trigger render={trigger} /> : null}
      <Base.Portal>
        {modal ? <Base.Backdrop className={backdropStyle} /> : null}
        <Base.Popup
          data-modal={modal || undefined}
          initialFocus={initialFocus}
          className={cn(
            'fixed z-40 flex flex-col border-line bg-surface text-fg shadow-3 outline-none transition-[opacity,transform] duration-150 ease-out data-ending-style:opacity-0 data-starting-style:opacity-0',
            sides[side],
            className,
          )}
        >
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
