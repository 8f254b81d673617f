import { Download } from 'lucide-react';
import { useId } from 'react';
import { useMe } from '@/api/bootstrap';
import type { Import, OnDuplicate } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Alert } from '@/ui/alert';
import { Button, buttonStyle } from '@/ui/button';
import { Progress } from '@/ui/progress';
import { RadioCards } from '@/ui/radio-cards';
import { Switch } from '@/ui/switch';
import { failedRowsHref, rowsHref } from './api';
import { withMeaning } from './logic/mapping';
import { sentence } from './logic/problems';
import { percentOf } from './logic/progress';
import { Offers } from './offers';
import { Block, CountsRow, type StepAct, StepFrame, type Trouble, TroubleAlert } from './parts';
import { ProblemList } from './problem-list';
import { recordTexts } from './record-texts';
import type { DraftHandle } from './use-draft';

export interface PlanOptions {
  onDuplicate: OnDuplicate;
  overwriteOwner: boolean;
}

interface StepCheckProps {
  item: Import;
  draft: DraftHandle;
  /** Options that were just chosen, while the server does not know them yet. */
  wanted: PlanOptions | null;
  /** Checks again, with the draft as it is. */
  onPlan: (options: PlanOptions) => void;
  onRun: () => void;
  onCancel: () => void;
  onBack: () => void;
  /** An act is on its way. */
  pending: boolean;
  trouble: Trouble | null;
}

/** What would happen, row by row, before anything is written. */
export function StepCheck({
  item,
  draft,
  wanted,
  onPlan,
  onRun,
  onCancel,
  onBack,
  pending,
  trouble,
}: StepCheckProps) {
  const t = useT();
  const format = useFormat();
  const texts = recordTexts[item.record];
  const planning = item.state === 'planning';
  const failed = item.state === 'failed';
  const writes = item.created + item.updated;
  const { onDuplicate, overwriteOwner } = wanted ?? item;
  const options = { onDuplicate, overwriteOwner };
  const stale = draft.changed || failed;

  const next: StepAct = stale
    ? { label: 'imports.check.again', run: () => onPlan(options), pending }
    : {
        label: texts.run,
        labelValues: { count: writes },
        run: onRun,
        pending,
        disabledReason: writes === 0 ? t('imports.run.nothing') : undefined,
      };

  const meaningOf = (column: string, value: string) => draft.draft[column]?.values[value];
  const onMeaning = (column: string, value: string, meaning: string | null) =>
    draft.change(withMeaning(draft.draft, column, value, meaning));

  return (
    <StepFrame
      title={t(planning ? 'imports.check.planning' : 'imports.check.title')}
      intro={t('imports.check.intro')}
      footer={
        <>
          <Button className="mr-auto" onClick={onBack}>
            {t('imports.action.back')}
          </Button>
          {planning ? (
            <Button onClick={onCancel} loading={pending}>
              {t('imports.check.stop')}
            </Button>
          ) : null}
        </>
      }
      primary={planning ? undefined : next}
    >
      <TroubleAlert trouble={trouble} />
      {failed ? (
        <Alert className="mb-4" title={t('imports.check.failed')}>
          {item.error ? sentence(item.error) : null}
        </Alert>
      ) : null}
      {draft.changed && !planning && !failed ? (
        <Alert tone="warning" className="mb-4">
          {t('imports.check.changed')}
        </Alert>
      ) : null}
      <div className="mb-7">
        {planning ? (
          <div className="mb-3">
            <Progress value={percentOf(item.processed, item.rows)} label={t('imports.check.planning')} />
            <p className="mt-1.5 text-sm tabular text-muted">
              {t('imports.run.rows', { done: format.number(item.processed), rows: format.number(item.rows) })}
            </p>
          </div>
        ) : null}
        <CountsRow counts={item} dimmed={planning || stale || wanted !== null} />
        <p role="status" className="sr-only">
          {planning || failed
            ? ''
            : t('imports.check.spoken', {
                created: item.created,
                updated: item.updated,
                failed: item.failed,
              })}
        </p>
      </div>
      <Policy item={item} options={options} disabled={planning || pending} onPlan={onPlan} />
      {item.offers.length > 0 && !planning ? (
        <Block title={t('imports.offers.title')} note={t('imports.offers.note')}>
          <Offers offers={item.offers} meaningOf={meaningOf} onMeaning={onMeaning} />
        </Block>
      ) : null}
      {item.failed > 0 && item.problems.length > 0 && !planning ? (
        <Block
          title={t('imports.problem.title', { count: item.failed })}
          note={t(item.failed > item.problems.length ? 'imports.problem.first' : 'imports.problem.note', {
            count: item.problems.length,
          })}
        >
          <ProblemList problems={item.problems} mending={{ meaningOf, onMeaning }} />
        </Block>
      ) : null}
      {planning || failed ? null : (
        <div className="flex flex-wrap gap-2">
          <a href={rowsHref(item.id)} download className={buttonStyle({})}>
            <Download aria-hidden className="size-4" />
            {t('imports.check.download')}
          </a>
          {item.failed > 0 ? (
            <a href={failedRowsHref(item.id)} download className={buttonStyle({})}>
              <Download aria-hidden className="size-4" />
              {t('imports.rows.failed')}
            </a>
          ) : null}
        </div>
      )}
    </StepFrame>
  );
}

/** Why owners are not replaced where known records are not updated. */
const ownersStay: Record<Exclude<OnDuplicate, 'update'>, MessageId> = {
  skip: 'imports.owner.skipped',
  fill_empty: 'imports.owner.filled',
  create: 'imports.owner.created',
};

interface PolicyProps {
  item: Import;
  options: PlanOptions;
  disabled: boolean;
  onPlan: (options: PlanOptions) => void;
}

/** What happens to rows that match a record; another choice is checked at once. */
function Policy({ item, options: { onDuplicate, overwriteOwner }, disabled, onPlan }: PolicyProps) {
  const t = useT();
  const me = useMe();
  const ownerId = useId();
  const texts = recordTexts[item.record];
  const hasOwner = item.mapping.some(({ field }) => field?.startsWith('owner.'));
  const ownerReason =
    me.role === 'member'
      ? t('imports.owner.admins')
      : !hasOwner
        ? t('imports.owner.noColumn')
        : onDuplicate === 'update'
          ? null
          : t(ownersStay[onDuplicate]);
  return (
    <Block title={t(texts.policy)} note={t(texts.matchedBy)}>
      <RadioCards<OnDuplicate>
        label={t(texts.policy)}
        className="sm:grid-cols-2!"
        value={onDuplicate}
        onValueChange={(next) => {
          if (!disabled) onPlan({ onDuplicate: next, overwriteOwner });
        }}
        options={[
          { value: 'skip', label: t('imports.policy.skip'), hint: t('imports.policy.skipHint') },
          { value: 'update', label: t('imports.policy.update'), hint: t('imports.policy.updateHint') },
          { value: 'fill_empty', label: t('imports.policy.fill'), hint: t(texts.fillHint) },
          { value: 'create', label: t('imports.policy.create'), hint: t(texts.createHint) },
        ]}
      />
      <div className="mt-3 flex items-start gap-3">
        <Switch
          aria-labelledby={`${ownerId} ${ownerId}-hint`}
          checked={overwriteOwner && ownerReason === null}
          disabled={disabled || ownerReason !== null}
          onCheckedChange={(next) => onPlan({ onDuplicate, overwriteOwner: next })}
        />
        <div className="min-w-0 text-sm">
          <p id={ownerId} className="font-medium">
            {t('imports.owner.label')}
          </p>
          <p id={`${ownerId}-hint`} className="text-xs text-muted">
            {ownerReason ?? t('imports.owner.hint')}
          </p>
        </div>
      </div>
    </Block>
  );
}
