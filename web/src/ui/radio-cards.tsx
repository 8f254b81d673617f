import type { LucideIcon } from 'lucide-react';
import { useId } from 'react';
import { cn } from '@/lib/cn';

interface RadioCardsProps<T extends string> {
  /** Name of the group for screen readers; a heading above shows it. */
  label: string;
  value: T;
  onValueChange: (value: T) => void;
  options: ReadonlyArray<{ value: T; label: string; hint?: string; icon?: LucideIcon }>;
  className?: string;
}

/** One of a few, all of them in view. */
export function RadioCards<T extends string>({
  label,
  value,
  onValueChange,
  options,
  className,
}: RadioCardsProps<T>) {
  const name = useId();
  return (
    <fieldset aria-label={label} className={cn('grid gap-2 sm:grid-cols-3', className)}>
      {options.map(({ value: option, label: text, hint, icon: Icon }) => (
        <label
          key={option}
          className="flex min-h-control items-center gap-2.5 rounded-md border border-line bg-surface px-3 py-2 text-sm hover:bg-hover has-checked:border-accent-fg has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={name}
            value={option}
            checked={option === value}
            onChange={() => onValueChange(option)}
            className="size-4 shrink-0 appearance-none rounded-full border border-line-strong bg-surface checked:border-[5px] checked:border-accent-fg"
          />
          {Icon ? <Icon aria-hidden className="size-4 shrink-0 text-muted" /> : null}
          <span className="min-w-0">
            <span className="block font-medium">{text}</span>
            {hint ? <span className="block text-xs text-muted">{hint}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
