import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from '@/lib/cn';

interface CheckboxProps extends Omit<ComponentProps<typeof Base.Root>, 'className'> {
  /** Visible label; without one give `aria-label`. */
  label?: ReactNode;
  className?: string;
}

export function Checkbox({ label, className, ...props }: CheckboxProps) {
  const labelId = useId();
  const box = (
    <Base.Root
      {...props}
      aria-labelledby={label ? labelId : undefined}
      className="relative flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface text-on-accent transition-colors duration-100 before:absolute before:-inset-1 data-checked:border-accent data-indeterminate:border-accent data-checked:bg-accent data-indeterminate:bg-accent data-disabled:cursor-not-allowed data-disabled:border-line data-disabled:bg-sunken pointer-coarse:before:-inset-3.5"
    >
      <Base.Indicator className="flex data-unchecked:hidden">
        {props.indeterminate ? (
          <Minus aria-hidden className="size-3" strokeWidth={3} />
        ) : (
          <Check aria-hidden className="size-3" strokeWidth={3} />
        )}
      </Base.Indicator>
    </Base.Root>
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
