import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Import, ImportState } from '@/api/types';
import { useCommands } from '@/commands/registry';
import type { MessageId } from '@/i18n/message-id';
import type { Values } from '@/i18n/setup';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { ariaKeys } from '@/lib/keys';
import { Alert } from '@/ui/alert';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { stateTexts } from './record-texts';

/** Gets the focus when another step comes up. */
export const stepHeadingId = 'import-step';

interface StepFrameProps {
  title: string;
  /** Before the title; says nothing that the title does not say. */
  icon?: ReactNode;
  intro?: ReactNode;
  /** The lesser acts of the step; always in view. */
  footer?: ReactNode;
  /** The act that leads on; also in the palette and on Ctrl+Enter. */
  primary?: StepAct;
  children: ReactNode;
}

export interface StepAct {
  label: MessageId;
  labelValues?: Values;
  run: () => void;
  /** Waits for an answer. */
  pending?: boolean;
  /** Why it cannot be done now. */
  disabledReason?: string;
}

export function StepFrame({ title, icon, intro, footer, primary, children }: StepFrameProps) {
  const t = useT();
  useCommands(
    primary
      ? [
          {
            id: 'imports.primary',
            group: 'view',
            label: primary.label,
            labelValues: primary.labelValues,
            icon: ArrowRight,
            keys: '$mod+Enter',
            always: true,
            disabledReason: primary.disabledReason,
            run: () => {
              if (!primary.pending) primary.run();
            },
          },
        ]
      : [],
  );
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
        <div className="mx-auto flex max-w-4xl flex-wrap items-center justify-end gap-2">
          {footer}
          {primary ? (
            <Button
              variant="primary"
              loading={primary.pending}
              disabledReason={primary.disabledReason}
              aria-keyshortcuts={ariaKeys('$mod+Enter')}
              onClick={primary.run}
            >
              {t(primary.label, primary.labelValues)}
            </Button>
          ) : null}
        </div>
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

/** What went wrong with an act, or why the progress stands still. */
export interface Trouble {
  text: string;
  /** It mends itself: the server is asked again. */
  passing: boolean;
}

export function TroubleAlert({ trouble }: { trouble: Trouble | null }) {
  if (!trouble) return null;
  return (
    <Alert tone={trouble.passing ? 'warning' : 'danger'} className="mb-4">
      {trouble.text}
    </Alert>
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
  /** The numbers hold no longer, or not yet. */
  dimmed?: boolean;
}

/** What became of the rows, or would become of them. */
export function CountsRow({ counts, dimmed = false }: CountsRowProps) {
  const t = useT();
  const format = useFormat();
  return (
    <dl className="overflow-hidden rounded-lg border border-line bg-surface shadow-1 max-sm:divide-y max-sm:divide-line sm:grid sm:grid-cols-5 sm:divide-x sm:divide-line">
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
                className={cn(
                  'size-2 shrink-0 rounded-full',
                  count === 0 ? 'border border-line-strong' : dimmed ? 'bg-line-strong' : dot,
                )}
              />
              {t(label)}
            </dt>
            <dd
              className={cn(
                'tabular text-lg font-semibold sm:mt-1 sm:text-xl',
                count === 0 && 'font-normal text-faint',
                count > 0 && dimmed && 'text-muted',
                count > 0 && !dimmed && name === 'failed' && 'text-danger-fg',
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
