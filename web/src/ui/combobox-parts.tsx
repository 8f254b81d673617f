import { Combobox as Base } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown, Search, X } from 'lucide-react';
import { cloneElement, useEffect, useRef } from 'react';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import type {
  ComboboxOption,
  ComboboxProps,
  MultiPickerProps,
  PickerProps,
  SinglePickerProps,
} from './combobox';
import { useFieldControl } from './field-context';
import { controlStyle } from './input';
import { itemStyle, popupStyle } from './popup-style';
import { Spinner } from './spinner';

/** Lists longer than this are cut; the last line asks to keep typing. */
const shown = 100;

const same = (a: ComboboxOption, b: ComboboxOption) => a.value === b.value;

export function Combobox({
  options,
  onSearch,
  loading,
  emptyText,
  value,
  onValueChange,
  placeholder,
  disabled,
  clearable = false,
  'aria-label': ariaLabel,
  className,
  takeFocus,
}: ComboboxProps & { takeFocus: boolean }) {
  const t = useT();
  const field = useFieldControl();
  const input = useRef<HTMLInputElement>(null);
  // Its forerunner had the focus; what is typed from now on takes the place of what it showed.
  useEffect(() => {
    if (takeFocus) input.current?.select();
  }, [takeFocus]);
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={(next) => onValueChange(next)}
      onInputValueChange={(text, details) => {
        if (details.reason === 'input-change' || details.reason === 'input-clear') onSearch?.(text);
      }}
      itemToStringLabel={(option) => option.label}
      isItemEqualToValue={same}
      filter={onSearch ? null : undefined}
      limit={shown}
      disabled={disabled}
      autoHighlight
    >
      <Base.InputGroup className={cn('relative', className)}>
        <Base.Input
          {...field}
          ref={input}
          autoFocus={takeFocus}
          aria-label={ariaLabel}
          placeholder={placeholder}
          className={cn(controlStyle, 'h-control w-full pr-9')}
        />
        <div className="absolute inset-y-0 right-1 flex items-center">
          {clearable && value ? (
            <Base.Clear
              aria-label={t('common.action.clear')}
              className="flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover pointer-coarse:size-11"
            >
              <X aria-hidden className="size-3.5" />
            </Base.Clear>
          ) : (
            <Base.Trigger
              aria-label={t('common.action.showOptions')}
              className="flex size-6 items-center justify-center rounded-sm text-faint hover:bg-hover pointer-coarse:size-11"
            >
              <ChevronsUpDown aria-hidden className="size-3.5" />
            </Base.Trigger>
          )}
        </div>
      </Base.InputGroup>
      <Base.Portal>
        <Base.Positioner sideOffset={4} collisionPadding={8} className="z-50 outline-none">
          <Base.Popup className={cn(popupStyle, 'w-(--anchor-width) min-w-56 overflow-hidden')}>
            <Options label={ariaLabel} loading={loading} emptyText={emptyText} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface Deferred {
  /** The trigger was pressed before these parts had loaded. */
  defaultOpen: boolean;
}

export function Picker({ value, onValueChange, ...rest }: SinglePickerProps & Deferred) {
  return (
    <Base.Root
      {...pickerRoot(rest)}
      value={value}
      onValueChange={(next: ComboboxOption | null) => onValueChange(next)}
    >
      <PickerParts {...rest} />
    </Base.Root>
  );
}

export function MultiPicker({ value, onValueChange, ...rest }: MultiPickerProps & Deferred) {
  return (
    <Base.Root
      {...pickerRoot(rest)}
      multiple
      value={value}
      onValueChange={(next: ComboboxOption[]) => onValueChange(next)}
    >
      <PickerParts {...rest} />
    </Base.Root>
  );
}

function pickerRoot({ options, onSearch, open, defaultOpen, onOpenChange }: PickerProps & Deferred) {
  return {
    items: options,
    itemToStringLabel: (option: ComboboxOption) => option.label,
    isItemEqualToValue: same,
    filter: onSearch ? null : undefined,
    limit: shown,
    open,
    defaultOpen,
    autoHighlight: true,
    onOpenChange: (next: boolean) => onOpenChange?.(next),
    onInputValueChange: (text: string) => onSearch?.(text),
  };
}

function PickerParts({ trigger, label, align = 'start', loading, emptyText, footer }: PickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      {/* A button named by its text that opens a dialog; the combobox is the field inside. */}
      <Base.Trigger render={cloneElement(trigger, { role: 'button' } as { role: string })} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className="z-50 outline-none">
          <Base.Popup
            initialFocus={input}
            aria-label={label}
            className={cn(popupStyle, 'w-64 max-w-(--available-width) overflow-hidden')}
          >
            <div className="flex items-center gap-2 border-b border-line px-2.5">
              {loading ? (
                <Spinner className="text-faint" />
              ) : (
                <Search aria-hidden className="size-4 text-faint" />
              )}
              <Base.Input
                ref={input}
                aria-label={label}
                placeholder={label}
                className="h-9 min-w-0 flex-1 bg-transparent text-sm outline-none pointer-coarse:h-11 pointer-coarse:text-lg"
              />
            </div>
            <Options label={label} loading={loading} emptyText={emptyText} />
            {footer}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </>
  );
}

interface OptionsProps {
  /** Name of the list; a field around the control gives its own. */
  label?: string;
  loading?: boolean;
  emptyText?: string;
}

function Options({ label, loading = false, emptyText }: OptionsProps) {
  const t = useT();
  const count = Base.useFilteredItems<ComboboxOption>().length;
  return (
    <>
      <Base.Empty className="px-3 py-2.5 text-sm text-muted empty:hidden">
        {loading ? null : (emptyText ?? t('common.search.none'))}
      </Base.Empty>
      <Base.List
        aria-label={label}
        className={cn(
          'max-h-[min(20rem,var(--available-height))] overflow-y-auto p-1 outline-none data-empty:p-0',
          loading && 'opacity-60',
        )}
      >
        {(option: ComboboxOption) => (
          <Base.Item key={option.value} value={option} className={itemStyle}>
            {option.visual}
            <span className="min-w-0 flex-1">
              <span className="block truncate">{option.label}</span>
              {option.hint ? <span className="block truncate text-xs text-muted">{option.hint}</span> : null}
            </span>
            <Base.ItemIndicator>
              <Check aria-hidden className="size-4 text-accent-fg" />
            </Base.ItemIndicator>
          </Base.Item>
        )}
      </Base.List>
      {count >= shown ? (
        <p className="border-t border-line px-3 py-2 text-xs text-muted">{t('common.search.keepTyping')}</p>
      ) : null}
    </>
  );
}
