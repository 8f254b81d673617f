import { Switch as Base } from '@base-ui/react/switch';
import type { ComponentProps } from 'react';

type SwitchProps = Omit<ComponentProps<typeof Base.Root>, 'className'>;

/** An on/off setting that takes effect at once. Needs a `Field`, `aria-label` or `aria-labelledby`. */
export function Switch(props: SwitchProps) {
  return (
    <Base.Root
      {...props}
      className="relative flex h-5 w-9 shrink-0 rounded-full border border-line-strong bg-sunken p-px transition-colors duration-150 before:absolute before:-inset-1 data-checked:border-accent data-checked:bg-accent data-disabled:cursor-not-allowed data-disabled:opacity-60 pointer-coarse:before:-inset-3"
    >
      <Base.Thumb className="aspect-square h-full rounded-full bg-line-strong transition-transform duration-150 data-checked:translate-x-4 data-checked:bg-on-accent" />
    </Base.Root>
  );
}
