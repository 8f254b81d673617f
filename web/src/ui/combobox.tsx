import { ChevronsUpDown } from 'lucide-react';
import { type ReactElement, type ReactNode, useRef } from 'react';
import { cn } from '@/lib/cn';
import { deferModule, useDeferredTrigger } from './deferred';
import { Input } from './input';

const parts = deferModule(() => import('./combobox-parts'));

export interface ComboboxOption {
  value: string;
  label: string;
  hint?: string;
  /** Drawn before the label, such as an avatar. */
  visual?: ReactNode;
}

interface SearchProps {
  options: ComboboxOption[];
  /**
   * Asks the server: called with what was typed, and `options` are taken as its answer without filtering here. Without
   * it the options are filtered by label.
   */
  onSearch?: (text: string) => void;
  /** An answer is on its way; the old options stay in view, dimmed. */
  loading?: boolean;
  /** Said when nothing fits. */
  emptyText?: string;
}

export interface ComboboxProps extends SearchProps {
  value: ComboboxOption | null;
  onValueChange: (value: ComboboxOption | null) => void;
  placeholder?: string;
  disabled?: boolean;
  /** Offers to empty the field. */
  clearable?: boolean;
  'aria-label'?: string;
  className?: string;
}

/** A text field that suggests: pick one of many by typing. */
export function Combobox(props: ComboboxProps) {
  const module = parts.useModule();
  const focused = useRef(false);
  if (module) return <module.Combobox {...props} takeFocus={focused.current} />;
  return (
    <div className={cn('relative', props.className)}>
      <Input
        role="combobox"
        aria-expanded={false}
        aria-label={props['aria-label']}
        placeholder={props.placeholder}
        disabled={props.disabled}
        readOnly
        value={props.value?.label ?? ''}
        onFocus={() => {
          focused.current = true;
          void parts.load();
        }}
        className="pr-9"
      />
      <ChevronsUpDown
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-2.5 my-auto size-3.5 text-faint"
      />
    </div>
  );
}

export interface PickerProps extends SearchProps {
  /** The button that opens the list. */
  trigger: ReactElement;
  /** Name of the search field and the list. */
  label: string;
  align?: 'start' | 'center' | 'end';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Below the list, such as "Create tag …". */
  footer?: ReactNode;
}

export interface SinglePickerProps extends PickerProps {
  value: ComboboxOption | null;
  onValueChange: (value: ComboboxOption | null) => void;
}

/** A button that opens a searchable list of which one is picked, such as an owner. */
export function Picker(props: SinglePickerProps) {
  const { module, waiting, trigger, pressed } = useDeferredTrigger(parts, { ...props, popup: 'dialog' });
  if (!module || !trigger) return waiting;
  return <module.Picker {...props} trigger={trigger} defaultOpen={pressed} />;
}

export interface MultiPickerProps extends PickerProps {
  value: ComboboxOption[];
  onValueChange: (value: ComboboxOption[]) => void;
}

/** The same for any number of choices, such as tags; stays open while choosing. */
export function MultiPicker(props: MultiPickerProps) {
  const { module, waiting, trigger, pressed } = useDeferredTrigger(parts, { ...props, popup: 'dialog' });
  if (!module || !trigger) return waiting;
  return <module.MultiPicker {...props} trigger={trigger} defaultOpen={pressed} />;
}
