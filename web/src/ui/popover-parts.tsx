import { Popover as Base } from '@base-ui/react/popover';
import { cn } from '@/lib/cn';
import type { PopoverProps } from './popover';
import { popupStyle } from './popup-style';

export const Title = Base.Title;
export const Close = Base.Close;

export function Popover({
  trigger,
  anchor,
  side = 'bottom',
  align = 'start',
  offset = 4,
  open,
  defaultOpen,
  onOpenChange,
  label,
  initialFocus,
  finalFocus,
  className,
  children,
}: PopoverProps & { defaultOpen: boolean }) {
  return (
    <Base.Root open={open} defaultOpen={defaultOpen} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger ? <Base.Trigger render={trigger} /> : null}
      <Base.Portal>
        <Base.Positioner
          anchor={anchor}
          side={side}
          align={align}
          sideOffset={offset}
          collisionPadding={8}
          className="z-50"
        >
          <Base.Popup
            aria-label={label}
            initialFocus={initialFocus}
            finalFocus={finalFocus}
            className={cn(popupStyle, 'max-h-(--available-height) max-w-[95vw] overflow-y-auto', className)}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
