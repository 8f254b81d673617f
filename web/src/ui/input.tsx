import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { cn } from '@/lib/cn';
import { IconButton } from './button';
import { useFieldControl } from './field-context';

/** Shared by every text control. Text is 16 px on touch, below which phones zoom the page. */
export const controlStyle =
  'min-w-0 rounded-md border border-line-strong/70 bg-surface px-2.5 text-sm text-fg outline-offset-[-1px] transition-colors duration-100 hover:border-line-strong focus-visible:border-accent-fg disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-muted aria-invalid:border-danger-fg pointer-coarse:text-lg';

interface InputProps extends ComponentProps<'input'> {
  onValueChange?: (value: string) => void;
}

export function Input({ className, onValueChange, onChange, ...props }: InputProps) {
  const field = useFieldControl();
  return (
    <input
      {...field}
      {...props}
      onChange={(event) => {
        onChange?.(event);
        onValueChange?.(event.target.value);
      }}
      className={cn(controlStyle, 'h-control w-full', className)}
    />
  );
}

interface TextareaProps extends ComponentProps<'textarea'> {
  onValueChange?: (value: string) => void;
}

export function Textarea({ className, rows = 3, onValueChange, onChange, ...props }: TextareaProps) {
  const field = useFieldControl();
  return (
    <textarea
      {...field}
      {...props}
      rows={rows}
      onChange={(event) => {
        onChange?.(event);
        onValueChange?.(event.target.value);
      }}
      className={cn(controlStyle, 'field-sizing-content w-full resize-y py-1.5', className)}
    />
  );
}

interface PasswordInputProps extends InputProps {
  showLabel: string;
  hideLabel: string;
}

/** A password that can be shown; pasting and password managers work as in any other field. */
export function PasswordInput({ showLabel, hideLabel, className, ...props }: PasswordInputProps) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <Input
        {...props}
        type={shown ? 'text' : 'password'}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        className={cn('pr-10 pointer-coarse:pr-12', className)}
      />
      <div className="absolute inset-y-0 right-0.5 flex items-center">
        <IconButton label={shown ? hideLabel : showLabel} onClick={() => setShown(!shown)}>
          <Icon aria-hidden className="size-4" />
        </IconButton>
      </div>
    </div>
  );
}
