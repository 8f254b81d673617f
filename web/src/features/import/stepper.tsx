import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { Id } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { type ChosenStep, type Step, steps } from './logic/steps';

export const stepLabels: Record<Step, MessageId> = {
  file: 'imports.step.file',
  columns: 'imports.step.columns',
  check: 'imports.step.check',
  run: 'imports.step.run',
  result: 'imports.step.result',
};

interface StepperProps {
  id: Id;
  current: Step;
  /** Steps that may be opened now. */
  open: readonly Step[];
}

/** Where the import stands; steps that may be opened are links. */
export function Stepper({ id, current, open }: StepperProps) {
  const t = useT();
  const at = steps.indexOf(current);
  return (
    <nav
      aria-label={t('imports.step.nav')}
      className="shrink-0 overflow-x-auto border-b border-line px-4 sm:px-6"
    >
      <ol className="mx-auto flex h-11 max-w-4xl items-center gap-2 text-sm">
        {steps.map((step, index) => {
          const done = index < at;
          const isCurrent = index === at;
          const content = (
            <>
              <span
                aria-hidden
                className={cn(
                  'flex size-5 shrink-0 items-center justify-center rounded-full text-2xs font-semibold tabular',
                  isCurrent && 'bg-accent text-on-accent',
                  done && 'bg-accent-soft text-accent-fg',
                  !isCurrent && !done && 'border border-line-strong text-muted',
                )}
              >
                {done ? <Check className="size-3" strokeWidth={3} /> : index + 1}
              </span>
              <span
                className={cn(
                  isCurrent ? 'font-medium text-fg' : 'text-muted max-sm:sr-only',
                  'whitespace-nowrap',
                )}
              >
                {t(stepLabels[step])}
                {done ? <span className="sr-only"> ({t('imports.step.done')})</span> : null}
              </span>
            </>
          );
          const style =
            'flex min-h-8 items-center gap-2 rounded-md px-1.5 no-underline max-sm:px-0.5 pointer-coarse:min-h-11';
          return (
            <li key={step} className={cn('flex items-center gap-2', index > 0 && 'flex-auto')}>
              {index > 0 ? (
                <span
                  aria-hidden
                  className={cn('h-px min-w-2 flex-1', done || isCurrent ? 'bg-accent-fg' : 'bg-line')}
                />
              ) : null}
              {open.includes(step) ? (
                <Link
                  to="/imports/$id"
                  params={{ id }}
                  search={{ step: step as ChosenStep }}
                  aria-current={isCurrent ? 'step' : undefined}
                  className={cn(style, 'hover:bg-hover')}
                >
                  {content}
                </Link>
              ) : (
                <span aria-current={isCurrent ? 'step' : undefined} className={style}>
                  {content}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
