import { ChevronsUpDown } from 'lucide-react';
import { cn } from '@/lib/cn';
import { deferModule, useDeferredTrigger } from './deferred';
import { useFieldControl } from './field-context';
import { controlStyle } from './input';

const parts = deferModule(() => import('./select-parts'));

export interface SelectOption<T extends string | null> {
  value: T;
  label: string;
  hint?: string;
  disabled?: boolean;
}

export interface SelectProps<T extends string | null> {
  value: T;
  onValueChange: (value: T) => void;
  options: ReadonlyArray<SelectOption<T>>;
  placeholder?: string;
  disabled?: boolean;
  /** Only outside a `Field`, which names its control. */
  'aria-label'?: string;
  size?: 'medium' | 'small';
  className?: string;
}

/** One of a list that is short enough to read; for longer ones use `Combobox`. */
export function Select<T extends string | null>(props: SelectProps<T>) {
  const { value, options, placeholder, disabled, size = 'medium', className } = props;
  const field = useFieldControl();
  const chosen = options.find((option) => option.value === value);
  const look = (
    <button
      type="button"
      role="combobox"
      aria-expanded={false}
      aria-label={props['aria-label']}
      disabled={disabled}
      {...field}
      className={cn(
        controlStyle,
        'flex w-full items-center justify-between gap-2 text-left',
        size === 'small' ? 'h-control-small' : 'h-control',
        className,
      )}
    >
      <span className={cn('min-w-0 truncate', !chosen && 'text-faint')}>{chosen?.label ?? placeholder}</span>
      <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
    </button>
  );
  const { module, waiting, trigger, pressed } = useDeferredTrigger(parts, {
    trigger: look,
    popup: 'listbox',
  });
  if (!module || !trigger) return waiting;
  return <module.Select {...props} trigger={trigger} defaultOpen={pressed} />;
}
