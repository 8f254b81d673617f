import { Check, Minus } from 'lucide-react';
import { type ComponentProps, type ReactNode, useCallback, useId } from 'react';
import { cn } from '@/lib/cn';

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type' | 'ref'> {
  /** Visible label; without one give `aria-label`. */
  label?: ReactNode;
  /** Some, but not all, of what it stands for. */
  indeterminate?: boolean;
  onCheckedChange?: (checked: boolean) => void;
}

export function Checkbox({
  label,
  indeterminate = false,
  onCheckedChange,
  onChange,
  className,
  ...props
}: CheckboxProps) {
  const labelId = useId();
  // The state exists as a property only, not as an attribute.
  const setIndeterminate = useCallback(
    (input: HTMLInputElement | null) => {
      if (input) input.indeterminate = indeterminate;
    },
    [indeterminate],
  );
  const Mark = indeterminate ? Minus : Check;
  const box = (
    <span className="relative inline-flex size-4 shrink-0 text-on-accent">
      <input
        {...props}
        ref={setIndeterminate}
        type="checkbox"
        aria-labelledby={label ? labelId : props['aria-labelledby']}
        onChange={(event) => {
          onChange?.(event);
          onCheckedChange?.(event.target.checked);
        }}
        className="peer size-4 appearance-none rounded-sm border border-line-strong bg-surface transition-colors duration-100 before:absolute before:-inset-1 checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken pointer-coarse:before:-inset-3.5"
      />
      <Mark
        aria-hidden
        strokeWidth={3}
        className="pointer-events-none absolute inset-0.5 hidden size-3 peer-checked:block peer-indeterminate:block peer-disabled:text-muted"
      />
    </span>
  );
  if (!label) return box;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the checkbox inside
    <label
      className={cn('inline-flex min-h-6 items-center gap-2 text-sm pointer-coarse:min-h-11', className)}
    >
      {box}
      <span id={labelId}>{label}</span>
    </label>
  );
}
