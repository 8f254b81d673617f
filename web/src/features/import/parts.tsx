import type { ReactNode } from 'react';
import type { Import, ImportState } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Badge } from '@/ui/badge';
import { stateTexts } from './record-texts';

/** Gets the focus when another step comes up. */
export const stepHeadingId = 'import-step';

interface StepFrameProps {
  title: string;
  /** Before the title; says nothing that the title does not say. */
  icon?: ReactNode;
  intro?: ReactNode;
  /** The acts of the step, the main one last; always in view. */
  footer: ReactNode;
  children: ReactNode;
}

export function StepFrame({ title, icon, intro, footer, children }: StepFrameProps) {
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-6 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <h2
            id={stepHeadingId}
            tabIndex={-1}
            className="flex items-center gap-2 text-lg font-semibold outline-none"
          >
            {icon}
            {title}
          </h2>
          {intro ? <div className="mt-1 max-w-2xl text-sm text-muted">{intro}</div> : null}
          <div className="mt-5">{children}</div>
        </div>
      </div>
      <div className="shrink-0 border-t border-line bg-surface px-4 py-2.5 sm:px-6">
        <div className="mx-auto flex max-w-4xl flex-wrap items-center justify-end gap-2">{footer}</div>
      </div>
    </>
  );
}

/** A titled block of a step. */
export function Block({
  title,
  note,
  action,
  children,
}: {
  title: string;
  note?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mb-7">
      <div className="mb-2.5 flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <div className="min-w-0">
          <h3 className="text-sm font-semibold">{title}</h3>
          {note ? <p className="text-sm text-muted">{note}</p> : null}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

export function StateBadge({ state }: { state: ImportState }) {
  const t = useT();
  const { label, tone } = stateTexts[state];
  return <Badge tone={tone}>{t(label)}</Badge>;
}

type Counts = Pick<Import, 'created' | 'updated' | 'unchanged' | 'skipped' | 'failed'>;

export const countLabels: Record<keyof Counts, { label: MessageId; dot: string }> = {
  created: { label: 'imports.count.created', dot: 'bg-success-fg' },
  updated: { label: 'imports.count.updated', dot: 'bg-accent-fg' },
  unchanged: { label: 'imports.count.unchanged', dot: 'bg-line-strong' },
  skipped: { label: 'imports.count.skipped', dot: 'bg-line-strong' },
  failed: { label: 'imports.count.failed', dot: 'bg-danger-fg' },
};

const countNames = ['created', 'updated', 'unchanged', 'skipped', 'failed'] as const;

interface CountsRowProps {
  counts: Counts;
  /** The numbers are of an earlier check. */
  dimmed?: boolean;
}

/** What became of the rows, or would become of them. */
export function CountsRow({ counts, dimmed = false }: CountsRowProps) {
  const t = useT();
  const format = useFormat();
  return (
    <dl
      className={cn(
        'overflow-hidden rounded-lg border border-line bg-surface shadow-1 transition-opacity max-sm:divide-y max-sm:divide-line sm:grid sm:grid-cols-5 sm:divide-x sm:divide-line',
        dimmed && 'opacity-60',
      )}
    >
      {countNames.map((name) => {
        const { label, dot } = countLabels[name];
        const count = counts[name];
        return (
          <div
            key={name}
            className="px-4 py-2 max-sm:flex max-sm:items-center max-sm:justify-between sm:py-3"
          >
            <dt className="flex items-center gap-2 text-sm text-muted">
              <span
                aria-hidden
                className={cn('size-2 shrink-0 rounded-full', count > 0 ? dot : 'border border-line-strong')}
              />
              {t(label)}
            </dt>
            <dd
              className={cn(
                'tabular text-lg font-semibold sm:mt-1 sm:text-xl',
                count === 0 && 'font-normal text-faint',
                count > 0 && name === 'failed' && 'text-danger-fg',
              )}
            >
              {format.number(count)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
