/** Surfaces that float: menus, selects, comboboxes and popovers look and move alike. */
export const popupStyle =
  'rounded-lg bg-raised text-fg shadow-2 outline-none transition-[opacity,scale] duration-100 ease-out origin-(--transform-origin) data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0';

/** One choice in such a surface. */
export const itemStyle =
  'flex min-h-control-small w-full cursor-default select-none items-center gap-2 rounded-md px-2 py-1 text-left text-sm text-fg no-underline outline-none data-disabled:text-faint data-highlighted:bg-hover';

export const groupLabelStyle = 'px-2 pt-2 pb-1 text-xs font-medium text-muted';
export const separatorStyle = 'my-1 h-px bg-line';

/** Darkens the page behind a modal window. */
export const backdropStyle =
  'fixed inset-0 z-40 bg-overlay transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0';
