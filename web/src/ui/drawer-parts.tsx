import { Dialog as Base } from '@base-ui/react/dialog';
import { cn } from '@/lib/cn';
import type { DrawerProps } from './drawer';
import { backdropStyle } from './popup-style';

export const Title = Base.Title;
export const Description = Base.Description;
export const Close = Base.Close;

const sides = {
  right:
    'inset-y-0 right-0 w-full sm:w-[30rem] border-l data-ending-style:translate-x-8 data-starting-style:translate-x-8',
  left: 'inset-y-0 left-0 w-[min(20rem,88vw)] border-r data-ending-style:-translate-x-8 data-starting-style:-translate-x-8',
  bottom:
    'inset-x-0 bottom-0 max-h-[88dvh] rounded-t-xl border-t pb-[env(safe-area-inset-bottom)] data-ending-style:translate-y-8 data-starting-style:translate-y-8',
} as const;

export function Drawer({
  open,
  defaultOpen,
  onOpenChange,
  trigger,
  side = 'right',
  modal = true,
  initialFocus,
  finalFocus,
  className,
  children,
}: DrawerProps & { defaultOpen: boolean }) {
  return (
    <Base.Root
      open={open}
      defaultOpen={defaultOpen}
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
          finalFocus={finalFocus}
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
