import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft, FileQuestion, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { errorText } from '@/api/error-text';
import { isStatus, NetworkError } from '@/api/errors';
import type { Id, Import } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { useT } from '@/i18n/use-t';
import { Button, buttonStyle } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { actProblem } from './act-problem';
import { importQuery, useImportAct, useRecordsChanged } from './api';
import { mappingOf } from './logic/mapping';
import { type ChosenStep, isActive, isBeforeRun, openSteps, shownStep } from './logic/steps';
import { StateBadge, stepHeadingId, type Trouble } from './parts';
import { recordTexts } from './record-texts';
import { type PlanOptions, StepCheck } from './step-check';
import { StepColumns } from './step-columns';
import { StepFile } from './step-file';
import { StepResult } from './step-result';
import { StepRun } from './step-run';
import { Stepper } from './stepper';
import { useDiscard } from './use-discard';
import { useDraft } from './use-draft';

const lists = {
  customer: '/crm/customers',
  company: '/crm/companies',
  product: '/products',
  deal: '/crm/deals',
} as const;

interface ImportWizardProps {
  id: Id;
  /** The step that the address asks for. */
  step: ChosenStep | undefined;
}

/** One import from its file to its result. Everything it shows is on the server, so it may be left at any time. */
export function ImportWizard({ id, step }: ImportWizardProps) {
  const t = useT();
  const { data: item, error, refetch } = useQuery(importQuery(id));
  const back = (
    <Link
      to="/imports"
      className="-ml-1.5 inline-flex rounded-md pr-1.5 min-h-8 items-center gap-1 text-sm text-muted no-underline hover:bg-hover hover:text-fg pointer-coarse:min-h-11"
    >
      <ChevronLeft aria-hidden className="size-4" />
      {t('nav.imports.label')}
    </Link>
  );

  if (!item) {
    return (
      <>
        <PageHeader title={t('imports.page.title')} leading={back} />
        {error ? (
          <LoadProblem error={error} onRetry={() => void refetch()} />
        ) : (
          <div className="mx-auto w-full max-w-4xl px-4 py-6 sm:px-6">
            <Skeleton className="h-64 rounded-lg" />
          </div>
        )}
      </>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={item.fileName}
        leading={back}
        note={<StateBadge state={item.state} />}
        actions={isBeforeRun(item) ? <Discard item={item} /> : null}
      />
      <Steps item={item} asked={step} unanswered={error} />
    </div>
  );
}

/** The way out of an import that has written nothing. */
function Discard({ item }: { item: Import }) {
  const t = useT();
  const navigate = useNavigate();
  const { discard, pending } = useDiscard(
    // A step back must not lead to what is gone.
    () => void navigate({ to: '/imports', search: { record: item.record }, replace: true }),
  );
  const disabledReason = isActive(item.state) ? t('imports.discard.busy') : undefined;
  useCommands([
    {
      id: 'imports.discard',
      group: 'view',
      label: 'imports.discard.confirm',
      icon: Trash2,
      disabledReason,
      run: () => discard(item),
    },
  ]);
  return (
    <Button
      variant="ghost"
      size="small"
      loading={pending !== null}
      disabledReason={disabledReason}
      onClick={() => discard(item)}
    >
      <Trash2 aria-hidden className="size-4" />
      <span className="max-sm:sr-only">{t('imports.discard.action')}</span>
    </Button>
  );
}

function LoadProblem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useT();
  const gone = isStatus(error, 404);
  return (
    <EmptyState
      icon={FileQuestion}
      title={t(
        gone
          ? 'imports.gone.title'
          : isStatus(error, 403)
            ? 'imports.forbidden.title'
            : 'imports.list.failed',
      )}
      description={gone ? t('imports.gone.text') : errorText(error)}
      actions={
        gone ? (
          <Link to="/imports" className={buttonStyle({ variant: 'primary' })}>
            {t('imports.gone.action')}
          </Link>
        ) : (
          <Button onClick={onRetry}>{t('common.action.retry')}</Button>
        )
      }
    />
  );
}

interface StepsProps {
  item: Import;
  asked: ChosenStep | undefined;
  /** Set while the newest question for progress got no answer. */
  unanswered: unknown;
}

function Steps({ item, asked, unanswered }: StepsProps) {
  const t = useT();
  const navigate = useNavigate();
  const act = useImportAct(item.id);
  const draft = useDraft(item);
  const shown = shownStep(item, asked);
  useFocusOnStep(shown, act.reset);
  useNewsOfRecords(item);

  const go = (step: ChosenStep) =>
    void navigate({ to: '/imports/$id', params: { id: item.id }, search: { step } });
  const plan = ({ onDuplicate, overwriteOwner, always }: PlanOptions) =>
    act.mutate(
      {
        act: 'plan',
        plan: { mapping: mappingOf(item.columns, draft.draft), onDuplicate, overwriteOwner, always },
      },
      // Not called any more when the person has gone elsewhere meanwhile.
      { onSuccess: () => go('check') },
    );
  const sent = act.isPending && act.variables.act === 'plan' ? act.variables.plan : null;

  const active = isActive(item.state);
  const trouble: Trouble | null =
    unanswered && active
      ? {
          text: t(unanswered instanceof NetworkError ? 'imports.problem.away' : 'imports.problem.busy'),
          passing: true,
        }
      : act.error
        ? { text: actProblem(act.error, t), passing: false }
        : null;
  const shared = { item, draft, pending: act.isPending, trouble };

  const ask = async (kind: 'cancel' | 'undo') => {
    const undo = kind === 'undo';
    const sure = await confirm({
      title: t(undo ? 'imports.undo.title' : 'imports.cancel.title', { fileName: item.fileName }),
      description: undo ? <UndoFacts item={item} /> : t('imports.cancel.text'),
      confirmLabel: t(undo ? 'imports.undo.action' : 'imports.run.cancel'),
      cancelLabel: t(undo ? 'common.action.cancel' : 'imports.cancel.keep'),
      danger: true,
    });
    if (sure) act.mutate({ act: kind });
  };

  return (
    <>
      <Stepper id={item.id} current={shown} open={openSteps(item)} />
      {shown === 'file' ? <StepFile item={item} onNext={() => go('columns')} /> : null}
      {shown === 'columns' ? (
        <StepColumns
          {...shared}
          onBack={() => go('file')}
          onNext={() => {
            if (item.state === 'planned' && !draft.changed) go('check');
            else plan(item);
          }}
        />
      ) : null}
      {shown === 'check' ? (
        <StepCheck
          {...shared}
          wanted={sent}
          onPlan={plan}
          onRun={() => act.mutate({ act: 'run' }, { onSuccess: draft.reset })}
          onCancel={() => act.mutate({ act: 'cancel' })}
          onBack={() => go('columns')}
        />
      ) : null}
      {shown === 'run' ? <StepRun {...shared} onCancel={() => void ask('cancel')} /> : null}
      {shown === 'result' ? (
        <StepResult
          {...shared}
          onShow={() =>
            void navigate({
              to: lists[item.record],
              // What was just written comes first, new and updated alike.
              search: { sort: '-updatedAt', ...(item.record === 'deal' ? { show: 'list' } : {}) },
            })
          }
          onUndo={() => void ask('undo')}
        />
      ) : null}
    </>
  );
}

/** What an undo does, to how much. */
function UndoFacts({ item: { record, created, updated } }: { item: Import }) {
  const t = useT();
  const texts = recordTexts[record];
  return (
    <>
      {created > 0 ? <p>{t(texts.undoCreated, { count: created })}</p> : null}
      {updated > 0 ? <p>{t(texts.undoUpdated, { count: updated })}</p> : null}
      <p>{t('imports.undo.kept')}</p>
    </>
  );
}

/** A new step starts at its heading, for the keyboard and for screen readers. */
function useFocusOnStep(step: string, onChange: () => void) {
  const before = useRef(step);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    latest.current();
    document.getElementById(stepHeadingId)?.focus();
  }, [step]);
}

/** Once a run or an undo has ended, lists of records elsewhere in the app are asked for again. */
function useNewsOfRecords({ state }: Import) {
  const changed = useRecordsChanged();
  const latest = useRef(changed);
  latest.current = changed;
  const before = useRef(state);
  useEffect(() => {
    const was = before.current;
    before.current = state;
    if ((was === 'running' || was === 'undoing') && !isActive(state)) latest.current();
  }, [state]);
}
