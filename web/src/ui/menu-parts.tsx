import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import { cn } from '@/lib/cn';
import { Kbd } from './kbd';
import type {
  AnchoredMenuProps,
  MenuCheckboxItemProps,
  MenuGroupProps,
  MenuItemProps,
  MenuProps,
  MenuRadioGroupProps,
  SubmenuProps,
} from './menu';
import { groupLabelStyle, itemStyle, popupStyle, separatorStyle } from './popup-style';

export function Menu({
  trigger,
  side = 'bottom',
  align = 'start',
  open,
  defaultOpen,
  onOpenChange,
  className,
  children,
}: MenuProps & { defaultOpen: boolean }) {
  return (
    <Base.Root open={open} defaultOpen={defaultOpen} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={trigger} />
      <MenuSurface side={side} align={align} className={className}>
        {children}
      </MenuSurface>
    </Base.Root>
  );
}

export function AnchoredMenu({ anchor, label, onClose, className, children }: AnchoredMenuProps) {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <MenuSurface
        anchor={anchor}
        label={label}
        align="start"
        offset={2}
        finalFocus={() => anchor}
        className={className}
      >
        {children}
      </MenuSurface>
    </Base.Root>
  );
}

interface SurfaceProps extends Pick<MenuProps, 'side' | 'align' | 'className' | 'children'> {
  offset?: number;
  anchor?: HTMLElement | null;
  label?: string;
  finalFocus?: () => HTMLElement | null;
}

function MenuSurface({
  side,
  align,
  offset = 4,
  anchor,
  label,
  finalFocus,
  className,
  children,
}: SurfaceProps) {
  return (
    <Base.Portal>
      <Base.Positioner
        anchor={anchor}
        side={side}
        align={align}
        sideOffset={offset}
        collisionPadding={8}
        className="z-50 outline-none"
      >
        <Base.Popup
          aria-label={label}
          finalFocus={finalFocus}
          className={cn(
            popupStyle,
            'max-h-(--available-height) min-w-44 max-w-[min(20rem,var(--available-width))] overflow-y-auto p-1',
            className,
          )}
        >
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

export function MenuItem({
  icon: Icon,
  keys,
  hint,
  danger,
  disabled,
  disabledReason,
  onClick,
  render,
  children,
}: MenuItemProps) {
  const below = disabledReason ?? hint;
  return (
    <Base.Item
      disabled={disabled || disabledReason !== undefined}
      onClick={onClick}
      render={render}
      className={cn(itemStyle, danger && 'text-danger-fg data-highlighted:bg-danger-soft')}
    >
      {Icon ? <Icon aria-hidden className={cn('size-4 shrink-0', !danger && 'text-muted')} /> : null}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{children}</span>
        {below ? <span className="block text-xs text-muted">{below}</span> : null}
      </span>
      {keys ? <Kbd keys={keys} /> : null}
    </Base.Item>
  );
}

export function MenuCheckboxItem({ checked, onCheckedChange, disabled, children }: MenuCheckboxItemProps) {
  return (
    <Base.CheckboxItem
      checked={checked}
      onCheckedChange={(next) => onCheckedChange(next)}
      disabled={disabled}
      closeOnClick={false}
      className={itemStyle}
    >
      <span className="flex size-4 shrink-0 items-center justify-center">
        <Base.CheckboxItemIndicator>
          <Check aria-hidden className="size-4 text-accent-fg" />
        </Base.CheckboxItemIndicator>
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Base.CheckboxItem>
  );
}

export function MenuRadioGroup<T extends string>({
  label,
  value,
  onValueChange,
  options,
}: MenuRadioGroupProps<T>) {
  return (
    <Base.Group>
      <Base.GroupLabel className={groupLabelStyle}>{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next) => onValueChange(next as T)}>
        {options.map(({ value: option, label: text, icon: Icon }) => (
          <Base.RadioItem key={option} value={option} className={itemStyle}>
            {Icon ? <Icon aria-hidden className="size-4 shrink-0 text-muted" /> : null}
            <span className="min-w-0 flex-1 truncate">{text}</span>
            <Base.RadioItemIndicator>
              <Check aria-hidden className="size-4 text-accent-fg" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function Submenu({ icon: Icon, label, disabled, children }: SubmenuProps) {
  return (
    <Base.SubmenuRoot disabled={disabled}>
      <Base.SubmenuTrigger className={cn(itemStyle, 'data-popup-open:bg-hover')}>
        {Icon ? <Icon aria-hidden className="size-4 shrink-0 text-muted" /> : null}
        <span className="min-w-0 flex-1 truncate">{label}</span>
        <ChevronRight aria-hidden className="size-4 shrink-0 text-faint" />
      </Base.SubmenuTrigger>
      <MenuSurface side="right" align="start" offset={-2}>
        {children}
      </MenuSurface>
    </Base.SubmenuRoot>
  );
}

export function MenuGroup({ label, children }: MenuGroupProps) {
  return (
    <Base.Group>
      {label ? <Base.GroupLabel className={groupLabelStyle}>{label}</Base.GroupLabel> : null}
      {children}
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className={separatorStyle} />;
}
