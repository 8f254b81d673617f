import type { LucideIcon } from 'lucide-react';
import { type ReactElement, type ReactNode, useEffect } from 'react';
import { deferModule, useDeferredTrigger } from './deferred';

const parts = deferModule(() => import('./menu-parts'));

export interface MenuProps {
  trigger: ReactElement;
  side?: 'top' | 'bottom' | 'left' | 'right';
  align?: 'start' | 'center' | 'end';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  className?: string;
  children: ReactNode;
}

/** A button with a list of acts. Its items are the `Menu…` parts of this file. */
export function Menu(props: MenuProps) {
  const { module, waiting, trigger, pressed } = useDeferredTrigger(parts, { ...props, popup: 'menu' });
  if (!module || !trigger) return waiting;
  return <module.Menu {...props} trigger={trigger} defaultOpen={pressed} />;
}

export interface AnchoredMenuProps {
  /** Where it opens, and where the focus goes afterwards. */
  anchor: HTMLElement | null;
  label: string;
  onClose: () => void;
  className?: string;
  /** `Menu…` parts, as in a `Menu`. */
  children: ReactNode;
}

/** A menu without a button of its own, such as that of a column header. It is open as long as it is drawn. */
export function AnchoredMenu(props: AnchoredMenuProps) {
  const module = parts.useModule();
  useEffect(() => {
    void parts.load();
  }, []);
  return module ? <module.AnchoredMenu {...props} /> : null;
}

export interface MenuItemProps {
  icon?: LucideIcon;
  keys?: string;
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Why the act is not allowed now; disables the item and shows the reason below it. */
  disabledReason?: string;
  onClick?: () => void;
  /** A link that takes the item's place, such as a router link. */
  render?: ReactElement;
  children: ReactNode;
}

// Items are drawn inside an open menu only, so their module is there by then.

export function MenuItem(props: MenuItemProps) {
  const module = parts.useModule();
  return module ? <module.MenuItem {...props} /> : null;
}

export interface MenuCheckboxItemProps {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  children: ReactNode;
}

/** Stays open, so that several can be switched. */
export function MenuCheckboxItem(props: MenuCheckboxItemProps) {
  const module = parts.useModule();
  return module ? <module.MenuCheckboxItem {...props} /> : null;
}

export interface MenuRadioGroupProps<T extends string> {
  label: string;
  value: T;
  onValueChange: (value: T) => void;
  options: ReadonlyArray<{ value: T; label: string; icon?: LucideIcon }>;
}

export function MenuRadioGroup<T extends string>(props: MenuRadioGroupProps<T>) {
  const module = parts.useModule();
  return module ? <module.MenuRadioGroup {...props} /> : null;
}

export interface SubmenuProps {
  icon?: LucideIcon;
  label: string;
  disabled?: boolean;
  children: ReactNode;
}

export function Submenu(props: SubmenuProps) {
  const module = parts.useModule();
  return module ? <module.Submenu {...props} /> : null;
}

export interface MenuGroupProps {
  label?: string;
  children: ReactNode;
}

export function MenuGroup(props: MenuGroupProps) {
  const module = parts.useModule();
  return module ? <module.MenuGroup {...props} /> : null;
}

export function MenuSeparator() {
  const module = parts.useModule();
  return module ? <module.MenuSeparator /> : null;
}
