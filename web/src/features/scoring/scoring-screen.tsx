import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  ChevronDown,
  ChevronUp,
  Package,
  Pencil,
  Plus,
  RefreshCw,
  SlidersHorizontal,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Criterion, CriterionPatch, Product, ProductPatch } from '@/api/types';
import { withLateTexts } from '@/i18n/setup';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { startBulk } from '@/record/bulk/jobs';
import { modelReason } from '@/record/fit/model-reason';
import { parseScore } from '@/record/fit/parse-score';
import { useScoreText } from '@/record/fit/score-text';
import { useChosenProduct } from '@/record/fit/selling';
import { InlineText } from '@/record/inline-fields';
import { ListFailed } from '@/record/list-states';
import { isAdmin } from '@/record/permissions';
import { Alert } from '@/ui/alert';
import { Button, buttonStyle, IconButton } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { Select } from '@/ui/select';
import { Skeleton } from '@/ui/skeleton';
import { Switch } from '@/ui/switch';
import { toast } from '@/ui/toast';
import { criteriaQuery, jobQuery, readingsQuery } from './api';
import type { CalibrationViewProps } from './calibration-view';
import type { CriterionDialogProps } from './criterion-dialog';

const CriterionDialog = deferComponent<CriterionDialogProps>(
  () => withLateTexts(async () => (await import('./criterion-dialog')).CriterionDialog),
  ({ subject }) => subject !== null,
);

const CalibrationView = deferComponent<CalibrationViewProps>(
  () => withLateTexts(async () => (await import('./calibration-view')).CalibrationView),
  () => true,
);

interface ScoringScreenProps {
  productId: string | undefined;
  onProduct: (id: string) => void;
}

/** What the fit to a product is made of. */
export function ScoringScreen({ productId, onProduct }: ScoringScreenProps) {
  const t = useT();
  const me = useMe();
  const { query, products, product, keep } = useChosenProduct(productId);
  const [subject, setSubject] = useState<Criterion | 'new' | null>(null);
  const reason = isAdmin(me) ? undefined : t('scoring.page.readOnly');
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={t('nav.scoring.label')}
        note={
          product === undefined ? null : (
            <Select
              aria-label={t('leads.product.label')}
              size="small"
              className="w-52!"
              value={product.id}
              onValueChange={(id) => {
                keep(id);
                onProduct(id);
              }}
              options={products.map(({ id, name }) => ({ value: id, label: name }))}
            />
          )
        }
        actions={
          product === undefined ? null : (
            <Button variant="primary" size="small" disabledReason={reason} onClick={() => setSubject('new')}>
              <Plus aria-hidden className="size-4" />
              <span className="max-sm:sr-only">{t('scoring.action.new')}</span>
            </Button>
          )
        }
      />
      {query.isPending ? (
        <Waiting />
      ) : query.isError ? (
        <ListFailed className="flex-1" error={query.error} onRetry={() => void query.refetch()} />
      ) : product === undefined ? (
        <EmptyState
          className="pt-[8vh]"
          icon={Package}
          title={t('leads.empty.noProduct')}
          description={t('leads.empty.noProductHint')}
          actions={
            <Link to="/products" search={{ new: true }} className={buttonStyle({ variant: 'primary' })}>
              {t('command.newProduct.label')}
            </Link>
          }
        />
      ) : (
        <>
          <CriteriaOf key={product.id} product={product} reason={reason} onEdit={setSubject} />
          <CriterionDialog product={product} subject={subject} onClose={() => setSubject(null)} />
        </>
      )}
    </div>
  );
}

function Waiting() {
  const t = useT();
  return (
    <div role="status" aria-label={t('common.state.loading')} className="mx-auto w-full max-w-4xl p-4 sm:p-5">
      <Skeleton className="h-48 rounded-lg" />
    </div>
  );
}

interface CriteriaOfProps {
  product: Product;
  /** Why nothing may be changed. */
  reason: string | undefined;
  onEdit: (criterion: Criterion | 'new') => void;
}

function CriteriaOf({ product, reason, onEdit }: CriteriaOfProps) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const { data, isError, error, refetch } = useQuery(criteriaQuery(product.id));
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: ['leads'] });
    return queryClient.invalidateQueries({ queryKey: ['criteria', product.id] });
  };
  const patch = useMutation({
    mutationFn: ({ id, body }: { id: string; body: CriterionPatch }) =>
      unwrap(client.PATCH('/criteria/{id}', { params: { path: { id } }, body })),
    onError: (cause) => toast.failed({ title: t('scoring.failed'), description: errorText(cause) }),
    onSettled: refresh,
  });
  const remove = async (criterion: Criterion) => {
    const { name } = criterion;
    const sure = await confirm({
      title: t('scoring.remove.title', { name }),
      description: t('scoring.remove.text'),
      confirmLabel: t('scoring.remove.confirm'),
      danger: true,
    });
    if (!sure) return;
    try {
      await unwrap(client.DELETE('/criteria/{id}', { params: { path: { id: criterion.id } } }));
      toast.done({ title: t('scoring.remove.done', { name }) });
    } catch (cause) {
      toast.failed({ title: t('scoring.failed'), description: errorText(cause) });
    }
    void refresh();
  };
  if (isError && data === undefined)
    return <ListFailed className="flex-1" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const { items, weightSum } = data;
  if (items.length === 0)
    return (
      <EmptyState
        className="pt-[8vh]"
        icon={SlidersHorizontal}
        title={t('scoring.empty.title', { product: product.name })}
        description={t('scoring.empty.hint')}
        actions={
          <Button variant="primary" disabledReason={reason} onClick={() => onEdit('new')}>
            <Plus aria-hidden className="size-4" />
            {t('scoring.action.new')}
          </Button>
        }
      />
    );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-4xl flex-col gap-5 p-4 sm:p-5">
        {reason ? <Alert tone="info">{reason}</Alert> : null}
        <ol
          aria-label={t('scoring.list.label', { product: product.name })}
          className="divide-y divide-line rounded-lg border border-line bg-surface"
        >
          {items.map((criterion, at) => (
            <li key={criterion.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
              <span className="min-w-48 flex-1">
                <span className="block break-words font-medium text-sm">{criterion.name}</span>
                <span className="block text-muted text-xs">
                  {t(`leads.type.${criterion.type}`)} ·{' '}
                  {t('leads.breakdown.version', { version: criterion.rulesVersion })}
                  {criterion.jobId ? <Progress jobId={criterion.jobId} /> : null}
                  {criterion.type === 'conversation' ? <Readings criterionId={criterion.id} /> : null}
                </span>
              </span>
              <Share criterion={criterion} />
              <span className="flex items-center gap-1">
                <Switch
                  aria-label={t('scoring.action.active', { name: criterion.name })}
                  checked={
                    (patch.isPending && patch.variables.id === criterion.id
                      ? patch.variables.body.active
                      : null) ?? criterion.active
                  }
                  disabled={reason !== undefined}
                  onCheckedChange={(active) => patch.mutate({ id: criterion.id, body: { active } })}
                />
                <IconButton
                  label={t('scoring.action.up', { name: criterion.name })}
                  disabled={reason !== undefined || at === 0}
                  onClick={() => patch.mutate({ id: criterion.id, body: { position: at - 1 } })}
                >
                  <ChevronUp aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t('scoring.action.down', { name: criterion.name })}
                  disabled={reason !== undefined || at === items.length - 1}
                  onClick={() => patch.mutate({ id: criterion.id, body: { position: at + 1 } })}
                >
                  <ChevronDown aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t('scoring.action.edit', { name: criterion.name })}
                  disabled={reason !== undefined}
                  onClick={() => onEdit(criterion)}
                >
                  <Pencil aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t('scoring.action.remove', { name: criterion.name })}
                  disabled={reason !== undefined}
                  onClick={() => void remove(criterion)}
                >
                  <Trash2 aria-hidden className="size-4" />
                </IconButton>
              </span>
            </li>
          ))}
        </ol>
        {weightSum > 0 && Math.abs(weightSum - 1) > 0.001 ? (
          <p className="text-muted text-sm">
            {t('scoring.sum.note', { sum: format.number(weightSum, { maximumFractionDigits: 2 }) })}
          </p>
        ) : null}
        <Thresholds product={product} reason={reason} />
        <section className="flex flex-col gap-1.5">
          <h2 className="font-medium text-muted text-xs">{t('scoring.calibration.title')}</h2>
          <CalibrationView product={product} />
        </section>
        <span className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Link to="/leads" search={{ product: product.id }} className="w-fit text-accent-fg text-sm">
            {t('scoring.leads.link')}
          </Link>
          <Button
            size="small"
            onClick={() =>
              void startBulk({ filter: { and: [] } }, { record: 'customer', action: { kind: 'rescore' } })
            }
          >
            <RefreshCw aria-hidden className="size-4" />
            {t('scoring.action.rescore')}
          </Button>
        </span>
      </div>
    </div>
  );
}

/** The part of a criterion in the whole, as a number and as a bar. */
function Share({ criterion: { share, weight } }: { criterion: Criterion }) {
  const t = useT();
  const format = useFormat();
  if (share === null) return <span className="w-40 text-faint text-xs">{t('scoring.share.inactive')}</span>;
  return (
    <span className="w-40" title={t('scoring.share.weight', { weight: format.number(weight) })}>
      <span className="tabular block text-sm">{format.number(share, { style: 'percent' })}</span>
      <span aria-hidden className="block h-1.5 overflow-hidden rounded-full bg-sunken">
        <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

/** How far the model has read; what stands in its way. */
function Readings({ criterionId }: { criterionId: string }) {
  const t = useT();
  const format = useFormat();
  const { data } = useQuery(readingsQuery(criterionId));
  if (data === undefined) return null;
  const { model, done, nothing, scoring, failed, pausedUntil, pausedBecause, reasons } = data;
  if (model === null)
    return (
      <span className="text-warning-fg">
        {' · '}
        {t('scoring.readings.noModel')}{' '}
        <Link to="/settings/$section" params={{ section: 'models' }} className="text-accent-fg">
          {t('scoring.conversation.setUp')}
        </Link>
      </span>
    );
  const why = reasons
    .map(({ reason, count }) => `${modelReason(t, reason)} (${format.number(count)})`)
    .join(', ');
  return (
    <span>
      {' · '}
      <span role="status" title={why === '' ? undefined : why}>
        {t('scoring.readings.counts', {
          done: format.number(done + nothing),
          scoring: format.number(scoring),
          failed: format.number(failed),
        })}
      </span>
      {pausedUntil === null || scoring === 0 ? null : (
        <span className="text-danger-fg">
          {' · '}
          {t('scoring.readings.paused', {
            when: format.time(pausedUntil),
            why: modelReason(t, pausedBecause ?? ''),
          })}
        </span>
      )}
    </span>
  );
}

/** How far the scoring of all customers has come; nothing once it is done. */
function Progress({ jobId }: { jobId: string }) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const { data } = useQuery(jobQuery(jobId));
  const cancel = useMutation({
    mutationFn: () => unwrap(client.POST('/jobs/{id}/cancel', { params: { path: { id: jobId } } })),
    onError: (cause) => toast.failed({ title: t('scoring.failed'), description: errorText(cause) }),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ['jobs', jobId] }),
  });
  if (data === undefined || data.state === 'completed') return null;
  if (data.finishedAt)
    return (
      <span className="text-danger-fg">
        {' '}
        · {t(data.state === 'failed' ? 'scoring.job.failed' : 'scoring.job.canceled')}
      </span>
    );
  return (
    <span>
      {' · '}
      <span role="status">
        {data.total === null
          ? t('scoring.job.starting')
          : t('scoring.job.running', { done: format.number(data.done), total: format.number(data.total) })}
      </span>{' '}
      <button type="button" className="rounded-sm text-accent-fg" onClick={() => cancel.mutate()}>
        {t('scoring.job.cancel')}
      </button>
    </span>
  );
}

/** From which fit on a lead is hot or warm. */
function Thresholds({ product, reason }: { product: Product; reason: string | undefined }) {
  const t = useT();
  const format = useFormat();
  const score = useScoreText();
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: (body: ProductPatch) =>
      unwrap(client.PATCH('/products/{id}', { params: { path: { id: product.id } }, body })),
    onSuccess: () => toast.done({ title: t('scoring.threshold.done') }),
    onError: (cause) => toast.failed({ title: t('scoring.failed'), description: errorText(cause) }),
    onSettled: () => {
      for (const key of ['products', 'leads']) void queryClient.invalidateQueries({ queryKey: [key] });
    },
  });
  const wrong = (text: string) =>
    parseScore(text, format.locale) === null ? t('leads.correct.wrong') : null;
  const put = (field: 'hotAt' | 'warmAt') =>
    reason === undefined
      ? async (text: string | null) => {
          const value = parseScore(text ?? '', format.locale);
          if (value === null) return null;
          return save.mutateAsync({ [field]: value }).catch(() => null);
        }
      : undefined;
  return (
    <section className="flex max-w-sm flex-col gap-1.5">
      <h2 className="font-medium text-muted text-xs">{t('scoring.threshold.title')}</h2>
      <dl className="flex flex-col gap-0.5">
        {(['hotAt', 'warmAt'] as const).map((field) => (
          <InlineText
            key={field}
            label={t(`scoring.threshold.${field}`)}
            value={score(product[field])}
            required={t('leads.correct.wrong')}
            check={wrong}
            onSave={put(field)}
          />
        ))}
      </dl>
    </section>
  );
}
