import { useEffect, useRef, useState } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Measure, ReportSource, Widget, WidgetKind } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { usePipelines } from '@/record/deals/api';
import { RuleBuilder } from '@/rules/rule-builder';
import { useRule } from '@/rules/use-rule';
import { useRuleCatalogue } from '@/rules/use-rule-catalogue';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import {
  type Draft,
  draftOf,
  fieldsOf,
  isOfStages,
  isWhole,
  queryOf,
  sizeOfNew,
  timesOf,
  units,
  withKind,
  withSource,
} from './draft';
import { freeId } from './figures';
import { ranges, useWords } from './words';

const kinds = [
  'counts',
  'series',
  'breakdown',
  'leaderboard',
  'funnel',
  'board',
  'feed',
] as const satisfies readonly WidgetKind[];
const sources = ['customer', 'company', 'deal', 'task'] as const satisfies readonly ReportSource[];

/** `new` makes a widget, one is edited, null is closed. */
export type WidgetDialogSubject = { kind: 'new' } | { kind: 'edit'; widget: Widget } | null;

interface WidgetDialogProps {
  subject: WidgetDialogSubject;
  widgets: readonly Widget[];
  /** Filters that are everybody's cannot say "me". */
  everybodys: boolean;
  onClose: () => void;
  onDone: (widgets: Widget[]) => void;
}

/** What a widget shows, and how. */
export function WidgetDialog({ subject, ...props }: WidgetDialogProps) {
  const [opened, setOpened] = useState(0);
  const [shown, setShown] = useState(subject);
  const [was, setWas] = useState(false);
  const open = subject !== null;
  // Begins anew each time; keeps what it shows while it fades.
  if (open !== was) {
    setWas(open);
    if (open) {
      setOpened(opened + 1);
      setShown(subject);
    }
  }
  if (shown === null) return null;
  return <Content key={opened} open={open} widget={shown.kind === 'edit' ? shown.widget : null} {...props} />;
}

interface ContentProps extends Omit<WidgetDialogProps, 'subject'> {
  open: boolean;
  widget: Widget | null;
}

function Content({ open, widget, widgets, everybodys, onClose, onDone }: ContentProps) {
  const t = useT();
  const words = useWords();
  const [draft, setDraft] = useState(() => draftOf(widget, widget ? words.title(widget) : ''));
  const [rule, setRule] = useState<{ filter: unknown; ready: boolean }>({
    filter: widget?.query?.filter ?? undefined,
    ready: true,
  });
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const change = (to: Partial<Draft>) => setDraft((before) => ({ ...before, ...to }));

  const done = async () => {
    const query = queryOf(draft, rule.filter);
    if (!rule.ready || !isWhole(draft)) {
      setFault(t(rule.ready ? 'home.dialog.daysNeeded' : 'home.dialog.filterOpen'));
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      // Asked once, so that what cannot be answered is told here and not on the dashboard.
      if (query) await unwrap(client.POST('/reports/query', { body: query }));
    } catch (error) {
      setFault(errorText(error));
      setBusy(false);
      return;
    }
    const title = draft.title.trim();
    const own = widget !== null && title === words.title(widget) ? widget.title : title || undefined;
    const next: Widget = {
      id: widget?.id ?? freeId(widgets, draft.kind),
      kind: draft.kind,
      ...(widget && widget.kind === draft.kind
        ? { width: widget.width, height: widget.height }
        : sizeOfNew(draft.kind)),
      ...(own ? { title: own } : {}),
      ...(query ? { query } : {}),
    };
    onDone(widget ? widgets.map((each) => (each.id === widget.id ? next : each)) : [...widgets, next]);
  };

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t(widget ? 'home.dialog.edit' : 'home.dialog.new')}
      size="wide"
      keepOpen
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" loading={busy} onClick={() => void done()}>
            {t(widget ? 'home.dialog.apply' : 'home.action.add')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('home.dialog.kind')} hint={t(`home.kindHint.${draft.kind}`)}>
            <Select<WidgetKind>
              value={draft.kind}
              onValueChange={(kind) => setDraft((before) => withKind(before, kind))}
              options={kinds.map((kind) => ({ value: kind, label: t(`home.kind.${kind}`) }))}
            />
          </Field>
          <Field label={t('home.dialog.title')} optional={t('common.field.optional')}>
            <Input
              value={draft.title}
              maxLength={100}
              autoComplete="off"
              onValueChange={(title) => change({ title })}
            />
          </Field>
        </div>
        {draft.kind === 'feed' ? null : <What draft={draft} change={change} setDraft={setDraft} />}
        {draft.kind === 'feed' ? null : (
          <FilterPart
            key={draft.source}
            source={draft.source}
            initial={
              draft.source === (widget?.query?.source ?? 'customer') ? widget?.query?.filter : undefined
            }
            me={!everybodys}
            onChange={setRule}
          />
        )}
        {fault === null ? null : <Alert>{fault}</Alert>}
      </div>
    </Dialog>
  );
}

interface PartProps {
  draft: Draft;
  change: (to: Partial<Draft>) => void;
  setDraft: (next: (before: Draft) => Draft) => void;
}

function What({ draft, change, setDraft }: PartProps) {
  const t = useT();
  const me = useMe();
  const words = useWords();
  const { members, customFields } = useBootstrap();
  const pipelines = usePipelines();
  const named = (field: string) => ({ value: field, label: words.fieldName(draft.source, field) });
  const isGrouped = draft.kind === 'breakdown' || draft.kind === 'leaderboard';
  const hasPeriod = draft.range !== 'all';
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {isOfStages(draft.kind) ? null : (
        <Field label={t('home.dialog.source')}>
          <Select<ReportSource>
            value={draft.source}
            onValueChange={(source) => setDraft((before) => withSource(before, source))}
            options={sources.map((source) => ({ value: source, label: t(`home.what.${source}`) }))}
          />
        </Field>
      )}
      {draft.source === 'deal' ? (
        <Field label={t('home.dialog.measure')}>
          <Select<Measure>
            value={draft.measure}
            onValueChange={(measure) => change({ measure })}
            options={[
              { value: 'count', label: t('home.measure.count') },
              { value: 'amount', label: t('home.measure.amount') },
            ]}
          />
        </Field>
      ) : null}
      {isGrouped ? (
        <Field label={t('home.dialog.by')}>
          <Select
            value={draft.field}
            onValueChange={(field) => change({ field })}
            options={fieldsOf(draft.source, customFields).map(named)}
          />
        </Field>
      ) : null}
      {draft.source === 'deal' && pipelines.living.length > 1 ? (
        <Field label={t('deals.pipeline.label')}>
          <Select<string | null>
            value={draft.pipelineId}
            onValueChange={(pipelineId) => change({ pipelineId })}
            options={[
              {
                value: null,
                label: isOfStages(draft.kind) ? (pipelines.usual?.name ?? '') : t('deals.pipeline.all'),
              },
              ...pipelines.living
                .filter(({ isDefault }) => !isDefault || !isOfStages(draft.kind))
                .map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        </Field>
      ) : null}
      <Field label={t('home.filters.period')}>
        <Select
          value={draft.range}
          onValueChange={(range) => change({ range })}
          options={[
            ...(draft.kind === 'series' ? [] : [{ value: 'all', label: t('home.range.all') }]),
            ...ranges.map((range) => ({ value: range as string, label: words.range(range) })),
            { value: 'days', label: t('home.range.days') },
          ]}
        />
      </Field>
      {draft.range === 'days' ? (
        <div className="grid grid-cols-2 gap-2">
          <Field label={t('home.dialog.from')}>
            <Input type="date" value={draft.from} onValueChange={(from) => change({ from })} />
          </Field>
          <Field label={t('home.dialog.to')}>
            <Input type="date" value={draft.to} onValueChange={(to) => change({ to })} />
          </Field>
        </div>
      ) : null}
      {hasPeriod ? (
        <Field label={t('home.dialog.on')}>
          <Select
            value={draft.on}
            onValueChange={(on) => change({ on })}
            options={timesOf(draft.source).map(named)}
          />
        </Field>
      ) : null}
      {draft.kind === 'series' ? (
        <Field label={t('home.dialog.unit')}>
          <Select
            value={draft.unit}
            onValueChange={(unit) => change({ unit })}
            options={units.map((unit) => ({ value: unit as string, label: t(`home.unitOf.${unit}`) }))}
          />
        </Field>
      ) : null}
      <Field label={t('home.filters.owner')}>
        <Select
          value={draft.owner}
          onValueChange={(owner) => change({ owner })}
          options={[
            { value: 'all', label: t('home.owner.all') },
            { value: 'me', label: t('home.owner.viewer') },
            { value: 'none', label: t('home.owner.none') },
            ...members
              .filter((member) => member.id !== me.id || draft.owner === me.id)
              .map(({ id, fullName }) => ({ value: id, label: fullName })),
          ]}
        />
      </Field>
      {hasPeriod && (draft.kind === 'counts' || draft.kind === 'series') ? (
        <Checkbox
          className="self-end"
          label={t('home.dialog.compare')}
          checked={draft.compare}
          onCheckedChange={(compare) => change({ compare })}
        />
      ) : null}
    </div>
  );
}

interface FilterPartProps {
  source: ReportSource;
  initial: unknown;
  me: boolean;
  onChange: (rule: { filter: unknown; ready: boolean }) => void;
}

function FilterPart({ source, initial, me, onChange }: FilterPartProps) {
  const t = useT();
  const catalogue = useRuleCatalogue(source);
  const rule = useRule({ catalogue, initial, me });
  const told = useRef(onChange);
  told.current = onChange;
  const { filter, ready } = rule;
  const text = JSON.stringify(filter ?? null);
  useEffect(() => {
    told.current({ filter: JSON.parse(text) ?? undefined, ready });
  }, [text, ready]);
  return (
    <section aria-label={t('home.dialog.filter')} className="flex flex-col gap-2">
      <h3 className="font-medium text-sm">{t('home.dialog.filter')}</h3>
      <RuleBuilder rule={rule} />
    </section>
  );
}
