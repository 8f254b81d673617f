import { CSPProvider } from '@base-ui/react/csp-provider';
import { Select as Base } from '@base-ui/react/select';
import { Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { cn } from '@/lib/cn';
import { itemStyle, popupStyle } from './popup-style';
import type { SelectProps } from './select';

interface PartsProps<T extends string | null> extends SelectProps<T> {
  /** Shows the value itself. */
  trigger: ReactElement;
  defaultOpen: boolean;
}

export function Select<T extends string | null>({
  value,
  onValueChange,
  options,
  disabled,
  trigger,
  defaultOpen,
}: PartsProps<T>) {
  return (
    // The library would add a style element that only hides scroll bars; the content policy forbids those.
    <CSPProvider disableStyleElements>
      <Base.Root
        items={options.map((option) => ({ value: option.value, label: option.label }))}
        value={value}
        onValueChange={(next) => onValueChange(next as T)}
        defaultOpen={defaultOpen}
        disabled={disabled}
        modal={false}
      >
        <Base.Trigger render={trigger} />
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
    </CSPProvider>
  );
}
