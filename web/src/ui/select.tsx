import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { cn } from '@/lib/cn';
import { controlStyle } from './input';
import { itemStyle, popupStyle } from './popup-style';

export interface SelectOption<T extends string | null> {
  value: T;
  label: string;
  hint?: string;
  disabled?: boolean;
}

interface SelectProps<T extends string | null> {
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
export function Select<T extends string | null>({
  value,
  onValueChange,
  options,
  placeholder,
  disabled,
  'aria-label': ariaLabel,
  size = 'medium',
  className,
}: SelectProps<T>) {
  return (
    <Base.Root
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      value={value}
      onValueChange={(next) => onValueChange(next as T)}
      disabled={disabled}
      modal={false}
    >
      <Base.Trigger
        aria-label={ariaLabel}
        className={cn(
          controlStyle,
          'flex w-full items-center justify-between gap-2 text-left',
          size === 'small' ? 'h-control-small text-sm' : 'h-control',
          className,
        )}
      >
        <Base.Value placeholder={placeholder} className="min-w-0 truncate data-placeholder:text-faint" />
        <Base.Icon className="shrink-0 text-faint">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner
          alignItemWithTrigger={false}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 outline-none"
        >
          <Base.Popup
            className={cn(popupStyle, 'max-h-[min(22rem,var(--available-height))] min-w-(--anchor-width)')}
          >
            <Base.List className="overflow-y-auto p-1 [max-height:inherit]">
              {options.map((option) => (
                <Base.Item
                  key={option.value ?? ''}
                  value={option.value}
                  disabled={option.disabled}
                  className={itemStyle}
                >
                  <span className="min-w-0 flex-1">
                    <Base.ItemText className="block truncate">{option.label}</Base.ItemText>
                    {option.hint ? <span className="block text-xs text-muted">{option.hint}</span> : null}
                  </span>
                  <Base.ItemIndicator>
                    <Check aria-hidden className="size-4 text-accent-fg" />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
