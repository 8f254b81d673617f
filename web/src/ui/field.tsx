import { Field as Base } from '@base-ui/react/field';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

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
  return (
    <Base.Root invalid={Boolean(error)} className={cn('flex min-w-0 flex-col gap-1', className)}>
      <Base.Label className={hideLabel ? 'sr-only' : 'text-sm font-medium text-fg'}>
        {label}
        {optional ? <span className="ml-1 font-normal text-faint">{optional}</span> : null}
      </Base.Label>
      {children}
      {error ? (
        <Base.Error match className="flex items-start gap-1.5 text-sm text-danger-fg">
          <CircleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
          <span>{error}</span>
        </Base.Error>
      ) : null}
      {hint ? <Base.Description className="text-xs text-muted">{hint}</Base.Description> : null}
    </Base.Root>
  );
}
