import { Popover as Base } from '@base-ui/react/popover';
import { cn } from '@/lib/cn';
import type { PopoverProps } from './popover';
import { popupStyle } from './popup-style';

export const Title = Base.Title;
export const Close = Base.Close;

export function Popover({
  trigger,
  side = 'bottom',
  align = 'start',
  open,
  defaultOpen,
  onOpenChange,
  className,
  children,
}: PopoverProps & { defaultOpen: boolean }) {
  return (
    <Base.Root open={open} defaultOpen={defaultOpen} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup
            className={cn(popupStyle, 'max-h-(--available-height) max-w-[95vw] overflow-y-auto', className)}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
