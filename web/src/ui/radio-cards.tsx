import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { LucideIcon } from 'lucide-react';
import { cn } from '@/lib/cn';

interface RadioCardsProps<T extends string> {
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
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(next) => onValueChange(next as T)}
      className={cn('grid gap-2 sm:grid-cols-3', className)}
    >
      {options.map(({ value: option, label: text, hint, icon: Icon }) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the control is the radio inside
        <label
          key={option}
          className="flex min-h-control items-center gap-2.5 rounded-md border border-line bg-surface px-3 py-2 text-sm hover:bg-hover has-data-checked:border-accent-fg has-data-checked:bg-accent-soft"
        >
          <Radio.Root
            value={option}
            className="relative flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface data-checked:border-accent-fg"
          >
            <Radio.Indicator className="size-2 rounded-full bg-accent-fg data-unchecked:hidden" />
          </Radio.Root>
          {Icon ? <Icon aria-hidden className="size-4 shrink-0 text-muted" /> : null}
          <span className="min-w-0">
            <span className="block font-medium">{text}</span>
            {hint ? <span className="block text-xs text-muted">{hint}</span> : null}
          </span>
        </label>
      ))}
    </RadioGroup>
  );
}
