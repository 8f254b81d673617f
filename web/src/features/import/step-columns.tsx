import { useState } from 'react';
import type { Import } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { ColumnRow } from './column-row';
import { certaintyOf, isSound, type MappingReport, reportOf, withField } from './logic/mapping';
import { StepFrame, type Trouble, TroubleAlert } from './parts';
import { recordTexts } from './record-texts';
import type { DraftHandle } from './use-draft';

type View = 'all' | 'look' | 'unused';

const views: ReadonlyArray<{ view: View; label: MessageId }> = [
  { view: 'all', label: 'imports.columns.all' },
  { view: 'look', label: 'imports.columns.look' },
  { view: 'unused', label: 'imports.columns.unused' },
];

interface StepColumnsProps {
  item: Import;
  draft: DraftHandle;
  /** Sends the mapping to be checked. */
  onNext: () => void;
  onBack: () => void;
  pending: boolean;
  trouble: Trouble | null;
}

/** Which column is which field. */
export function StepColumns({
  item,
  draft: { draft, changed, change, reset },
  onNext,
  onBack,
  pending,
  trouble,
}: StepColumnsProps) {
  const t = useT();
  const [view, setView] = useState<View>('all');
  const report = reportOf(item.record, item.columns, draft);
  const guesses = new Map(item.mapping.map((guess) => [guess.column, guess]));

  const rows = item.columns.map((column) => {
    const guess = guesses.get(column.name);
    const field = draft[column.name]?.field ?? null;
    const own = field !== (guess?.field ?? null);
    return {
      column,
      field,
      own,
      certainty: certaintyOf(field, guess?.confidence ?? 0),
      clashes: report.clashes[column.name] ?? [],
    };
  });
  const looks = (row: (typeof rows)[number]) =>
    row.clashes.length > 0 || (row.certainty === 'unsure' && !row.own);
  const matching: Record<View, typeof rows> = {
    all: rows,
    look: rows.filter(looks),
    unused: rows.filter(({ field }) => field === null),
  };
  const shown = matching[view];

  return (
    <StepFrame
      title={t('imports.columns.title')}
      intro={t('imports.columns.intro')}
      footer={
        <>
          <Button className="mr-auto" onClick={onBack}>
            {t('imports.action.back')}
          </Button>
          {changed ? (
            <Button variant="ghost" onClick={reset}>
              {t('imports.columns.reset')}
            </Button>
          ) : null}
        </>
      }
      primary={{
        label: 'imports.columns.next',
        run: onNext,
        pending,
        disabledReason: isSound(report) ? undefined : t('imports.columns.unsound'),
      }}
    >
      <TroubleAlert trouble={trouble} />
      <Findings item={item} report={report} />
      <fieldset className="mb-3 flex flex-wrap gap-1">
        <legend className="sr-only">{t('imports.columns.filter')}</legend>
        {views.map(({ view: option, label }) => (
          <button
            key={option}
            type="button"
            aria-pressed={view === option}
            onClick={() => setView(option)}
            className={cn(
              'flex h-control-small items-center gap-1.5 rounded-md px-2 text-sm font-medium',
              view === option ? 'bg-hover text-fg' : 'text-muted hover:bg-hover hover:text-fg',
            )}
          >
            {t(label)}
            <span className="tabular text-xs font-normal text-faint">{matching[option].length}</span>
          </button>
        ))}
      </fieldset>
      {shown.length === 0 ? (
        <p className="rounded-lg border border-line px-4 py-6 text-center text-sm text-muted">
          {t(view === 'look' ? 'imports.columns.noLook' : 'imports.columns.noUnused')}
        </p>
      ) : (
        <ul
          aria-label={t('imports.columns.list')}
          className="divide-y divide-line rounded-lg border border-line bg-surface shadow-1"
        >
          {shown.map((row) => (
            <ColumnRow
              key={row.column.name}
              record={item.record}
              {...row}
              onFieldChange={(field) => change(withField(draft, row.column.name, field))}
            />
          ))}
        </ul>
      )}
    </StepFrame>
  );
}

/** What stands in the way of the check, and what will be left out. */
function Findings({ item, report }: { item: Import; report: MappingReport }) {
  const t = useT();
  const clashing = Object.keys(report.clashes).length;
  return (
    <div aria-live="polite" className="mb-4 flex flex-col gap-2 empty:hidden">
      {report.nameless ? (
        <Alert tone="warning" title={t('imports.nameless.title')}>
          {t(recordTexts[item.record].nameless)}
        </Alert>
      ) : null}
      {clashing > 0 ? (
        <Alert tone="warning" title={t('imports.clash.title')}>
          {t('imports.clash.text')}
        </Alert>
      ) : null}
      {report.unused.length > 0 ? (
        <p className="text-sm text-muted">
          {t('imports.columns.leftOut', { count: report.unused.length })}{' '}
          <span className="text-fg">{report.unused.slice(0, 12).join(', ')}</span>
          {report.unused.length > 12 ? ' …' : null}
        </p>
      ) : null}
    </div>
  );
}
