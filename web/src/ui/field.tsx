import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { cn } from '@/lib/cn';
import { FieldContext } from './field-context';

interface FieldProps {
  label: string;
  /** Keeps the label for screen readers only, where the place makes it plain. */
  hideLabel?: boolean;
  hint?: ReactNode;
  /** What is wrong with the value; shown beside it and read out with it. */
  error?: string | null;
  optional?: string;
  className?: string;
  children: ReactNode;
}

/** Label, control, hint and error as one unit; the control inside gets its name and description from here. */
export function Field({ label, hideLabel = false, hint, error, optional, className, children }: FieldProps) {
  const id = useId();
  const described = [error ? `${id}error` : '', hint ? `${id}hint` : ''].filter(Boolean).join(' ');
  return (
    <FieldContext
      value={{
        id,
        'aria-labelledby': `${id}label`,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? true : undefined,
      }}
    >
      <div className={cn('flex min-w-0 flex-col gap-1', className)}>
        <label
          id={`${id}label`}
          htmlFor={id}
          className={hideLabel ? 'sr-only' : 'text-sm font-medium text-fg'}
        >
          {label}
          {optional ? <span className="ml-1 font-normal text-faint">{optional}</span> : null}
        </label>
        {children}
        {error ? (
          <p id={`${id}error`} className="flex items-start gap-1.5 text-sm text-danger-fg">
            <CircleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
            <span className="min-w-0 [overflow-wrap:anywhere]">{error}</span>
          </p>
        ) : null}
        {hint ? (
          <p id={`${id}hint`} className="text-xs text-muted">
            {hint}
          </p>
        ) : null}
      </div>
    </FieldContext>
  );
}
