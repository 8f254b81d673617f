import type { ComponentProps } from 'react';
import { useFieldControl } from './field-context';

interface SwitchProps extends Omit<ComponentProps<'input'>, 'type' | 'role'> {
  onCheckedChange?: (checked: boolean) => void;
}

/** An on/off setting that takes effect at once. Needs a `Field`, a label around it or `aria-label`. */
export function Switch({ onCheckedChange, onChange, ...props }: SwitchProps) {
  const field = useFieldControl();
  return (
    <span className="relative inline-flex h-5 w-9 shrink-0">
      <input
        {...field}
        {...props}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox carries its own state
        role="switch"
        onChange={(event) => {
          onChange?.(event);
          onCheckedChange?.(event.target.checked);
        }}
        className="peer h-5 w-9 appearance-none rounded-full border border-line-strong bg-sunken transition-colors duration-150 before:absolute before:-inset-1 checked:border-accent checked:bg-accent disabled:cursor-not-allowed disabled:opacity-60 pointer-coarse:before:-inset-3"
      />
      <span
        aria-hidden
        className="pointer-events-none absolute top-0.5 left-0.5 size-4 rounded-full bg-line-strong transition-transform duration-150 peer-checked:translate-x-4 peer-checked:bg-on-accent"
      />
    </span>
  );
}
