import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';

interface SectionIntroProps {
  /** What the settings below do, and whom they touch. */
  children: ReactNode;
  action?: ReactNode;
}

export function SectionIntro({ children, action }: SectionIntroProps) {
  return (
    <div className="mb-5 flex flex-wrap items-start justify-between gap-3">
      <p className="max-w-xl min-w-0 flex-1 basis-64 text-sm text-muted">{children}</p>
      {action}
    </div>
  );
}

/** A titled block of a section. */
export function Block({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="mb-7">
      <h2 className="text-sm font-semibold">{title}</h2>
      {hint ? <p className="mt-0.5 text-sm text-muted">{hint}</p> : null}
      <div className="mt-2.5">{children}</div>
    </section>
  );
}

export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul
      aria-label={label}
      className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface"
    >
      {children}
    </ul>
  );
}

export function Row({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <li className={cn('flex min-h-14 items-center gap-3 px-4 py-2.5 text-sm', className)}>{children}</li>
  );
}

interface SaveBarProps {
  dirty: boolean;
  saving: boolean;
  saved: boolean;
  disabledReason?: string;
  label?: string;
}

/** The button that saves a form, with its state in words. */
export function SaveBar({ dirty, saving, saved, disabledReason, label }: SaveBarProps) {
  const t = useT();
  return (
    <div className="flex items-center gap-3 pt-1">
      <Button
        type="submit"
        variant="primary"
        loading={saving}
        disabled={!dirty && disabledReason === undefined}
        disabledReason={disabledReason}
      >
        {label ?? t('common.action.save')}
      </Button>
      <span role="status" className="inline-flex items-center gap-1.5 text-sm text-muted">
        {saving ? t('common.state.saving') : null}
        {!saving && saved && !dirty ? (
          <>
            <Check aria-hidden className="size-4 text-success-fg" />
            {t('common.state.saved')}
          </>
        ) : null}
      </span>
    </div>
  );
}

/** Instead of a list that could not be read: not allowed, or failed. */
export function ListProblem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useT();
  if (isStatus(error, 403)) {
    return <EmptyState title={t('settings.forbidden.title')} description={errorText(error)} />;
  }
  return (
    <EmptyState
      title={t('settings.failed.title')}
      description={errorText(error)}
      actions={<Button onClick={onRetry}>{t('common.action.retry')}</Button>}
    />
  );
}
