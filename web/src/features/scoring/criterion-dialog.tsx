import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Criterion, CriterionType, Filter, NewCriterion, Product } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { aiProvidersQuery } from '@/record/fit/ai';
import { RuleBuilder } from '@/rules/rule-builder';
import { useRule } from '@/rules/use-rule';
import { useRuleCatalogue } from '@/rules/use-rule-catalogue';
import { Alert } from '@/ui/alert';
import { Button, IconButton } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { RadioCards } from '@/ui/radio-cards';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { everybodyQuery } from './api';
import { bodyOf, type Draft, draftOf, newKey, newRule, type RuleDraft, type WeightDraft } from './draft';
import { DraftTest } from './draft-test';

const types = ['profile', 'behavioral', 'intent', 'conversation'] as const satisfies readonly CriterionType[];

export interface CriterionDialogProps {
  product: Product;
  /** `new` makes one, a criterion is edited, null is closed. */
  subject: Criterion | 'new' | null;
  onClose: () => void;
}

export function CriterionDialog({ subject, ...props }: CriterionDialogProps) {
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
  return shown === null ? null : (
    <CriterionForm key={opened} {...props} open={open} criterion={shown === 'new' ? null : shown} />
  );
}

interface FormProps extends Omit<CriterionDialogProps, 'subject'> {
  open: boolean;
  criterion: Criterion | null;
}

function CriterionForm({ product, open, criterion, onClose }: FormProps) {
  const nameRef = useRef<HTMLInputElement>(null);
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const written = (value: number) => format.number(value, { maximumFractionDigits: 4, useGrouping: false });
  const [draft, setDraft] = useState(() => draftOf(criterion, written));
  const [checked, setChecked] = useState(false);
  const everybody = useQuery(everybodyQuery).data;
  const change = (to: Partial<Draft>) => setDraft((before) => ({ ...before, ...to }));
  const body = bodyOf(draft, format.locale);
  const problem = typeof body === 'string' ? body : null;

  const save = useMutation({
    mutationFn: (asked: NewCriterion) => {
      if (criterion === null)
        return unwrap(
          client.POST('/products/{id}/criteria', { params: { path: { id: product.id } }, body: asked }),
        );
      const { name, weight, params } = asked;
      return unwrap(
        client.PATCH('/criteria/{id}', {
          params: { path: { id: criterion.id } },
          headers: ifMatch(criterion.version),
          body: { name, weight, params },
        }),
      );
    },
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: ['criteria', product.id] });
      void queryClient.invalidateQueries({ queryKey: ['leads'] });
      toast.done({ title: t('scoring.form.done', { name: saved.name }) });
      onClose();
    },
    onError: () => void queryClient.invalidateQueries({ queryKey: ['criteria', product.id] }),
  });
  const submit = () => {
    if (save.isPending) return;
    setChecked(true);
    if (typeof body !== 'string') save.mutate(body);
    else if (body === 'name') nameRef.current?.focus();
  };
  const rule = (key: number, to: Partial<RuleDraft>) =>
    setDraft((before) => ({
      ...before,
      rules: before.rules.map((each) => (each.key === key ? { ...each, ...to } : each)),
    }));
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={
        criterion === null
          ? t('scoring.form.newTitle')
          : t('scoring.form.editTitle', { name: criterion.name })
      }
      size="wide"
      keepOpen
      initialFocus={nameRef}
      footer={
        <>
          {everybody === undefined ? null : (
            <p className="mr-auto text-muted text-sm">
              {t(everybody.exact ? 'scoring.form.effect' : 'scoring.form.effectMany', {
                count: everybody.count,
              })}
            </p>
          )}
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" loading={save.isPending} onClick={submit}>
            {t(criterion === null ? 'scoring.form.create' : 'common.action.save')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_9rem]">
          <Field
            label={t('record.field.name')}
            error={checked && problem === 'name' ? t('record.edit.required') : null}
          >
            <Input
              ref={nameRef}
              value={draft.name}
              maxLength={200}
              autoComplete="off"
              onValueChange={(name) => change({ name })}
            />
          </Field>
          <Field
            label={t('scoring.form.weight')}
            hint={t('scoring.form.weightHint')}
            error={checked && problem === 'weight' ? t('scoring.problem.weight') : null}
          >
            <Input
              value={draft.weight}
              inputMode="decimal"
              autoComplete="off"
              onValueChange={(weight) => change({ weight })}
            />
          </Field>
        </div>
        {criterion === null ? (
          <RadioCards<CriterionType>
            label={t('scoring.form.type')}
            value={draft.type}
            onValueChange={(type) => change({ type })}
            options={types.map((type) => ({
              value: type,
              label: t(`leads.type.${type}`),
              hint: t(`scoring.type.${type}`),
            }))}
          />
        ) : null}
        {draft.type === 'profile' ? (
          <>
            <p className="text-muted text-sm">{t('scoring.profile.intro')}</p>
            <ol aria-label={t('scoring.profile.rules')} className="flex flex-col gap-3">
              {draft.rules.map((each, at) => (
                <ProfileRule
                  key={each.key}
                  rule={each}
                  place={at + 1}
                  checked={checked}
                  onChange={(to) => rule(each.key, to)}
                  onRemove={() => change({ rules: draft.rules.filter(({ key }) => key !== each.key) })}
                />
              ))}
            </ol>
            <Button
              variant="ghost"
              size="small"
              className="-ml-2 w-fit"
              onClick={() => change({ rules: [...draft.rules, newRule(written)] })}
            >
              <Plus aria-hidden className="size-4" />
              {t('scoring.profile.add')}
            </Button>
            <Field label={t('scoring.profile.otherwise')} className="w-48">
              <Input
                value={draft.otherwise}
                inputMode="text"
                autoComplete="off"
                onValueChange={(otherwise) => change({ otherwise })}
              />
            </Field>
          </>
        ) : draft.type === 'behavioral' ? (
          <>
            <p className="text-muted text-sm">{t('scoring.behavioral.intro')}</p>
            <div className="grid gap-4 sm:grid-cols-3">
              {(['windowDays', 'halfLifeDays', 'scale'] as const).map((field) => (
                <Field key={field} label={t(`scoring.behavioral.${field}`)}>
                  <Input
                    value={draft[field]}
                    inputMode="decimal"
                    autoComplete="off"
                    onValueChange={(text) => change({ [field]: text })}
                  />
                </Field>
              ))}
            </div>
            <Weights lines={draft.events} kind="event" onChange={(events) => change({ events })} />
          </>
        ) : draft.type === 'conversation' ? (
          <Conversation prompt={draft.prompt} onChange={(prompt) => change({ prompt })} />
        ) : (
          <>
            <p className="text-muted text-sm">{t('scoring.intent.intro')}</p>
            <Weights lines={draft.signals} kind="signal" onChange={(signals) => change({ signals })} />
          </>
        )}
        {checked && problem !== null && problem !== 'name' && problem !== 'weight' ? (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
            {t(`scoring.problem.${problem}`)}
          </p>
        ) : save.error ? (
          <Alert>{errorText(save.error)}</Alert>
        ) : null}
        <DraftTest product={product} criterion={criterion} body={typeof body === 'string' ? null : body} />
      </div>
    </Dialog>
  );
}

interface ConversationProps {
  prompt: string;
  onChange: (prompt: string) => void;
}

/** What a language model judges by, and whether there is one. */
function Conversation({ prompt, onChange }: ConversationProps) {
  const t = useT();
  const { data: providers } = useQuery(aiProvidersQuery);
  return (
    <>
      <p className="text-muted text-sm">{t('scoring.conversation.intro')}</p>
      {providers !== undefined && !providers.some(({ inUse }) => inUse) ? (
        <Alert
          tone="warning"
          action={
            <Link to="/settings/$section" params={{ section: 'models' }} className="shrink-0 font-medium">
              {t('scoring.conversation.setUp')}
            </Link>
          }
        >
          {t('scoring.conversation.noModel')}
        </Alert>
      ) : null}
      <Field label={t('scoring.conversation.prompt')} hint={t('scoring.conversation.promptHint')}>
        <Textarea rows={5} maxLength={4000} value={prompt} onValueChange={onChange} />
      </Field>
    </>
  );
}

interface ProfileRuleProps {
  rule: RuleDraft;
  place: number;
  checked: boolean;
  onChange: (to: Partial<RuleDraft>) => void;
  onRemove: () => void;
}

/** A condition over the fields of customers and their companies, and the score that it gives. */
function ProfileRule({ rule, place, checked, onChange, onRemove }: ProfileRuleProps) {
  const t = useT();
  const catalogue = useRuleCatalogue('customer');
  const builder = useRule({ catalogue, initial: rule.initial, me: false });
  const told = useRef(onChange);
  told.current = onChange;
  const { filter, ready } = builder;
  const text = JSON.stringify(filter ?? null);
  useEffect(() => {
    told.current({ when: (JSON.parse(text) as Filter | null) ?? undefined, ready });
  }, [text, ready]);
  const label = t('scoring.profile.rule', { place });
  const empty = checked && (!rule.ready || rule.when === undefined);
  return (
    <li className="flex flex-col gap-3 rounded-md border border-line p-3">
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label={t('scoring.profile.label')}
          optional={t('common.field.optional')}
          className="min-w-40 flex-1"
        >
          <Input
            value={rule.label}
            maxLength={200}
            autoComplete="off"
            onValueChange={(text_) => onChange({ label: text_ })}
          />
        </Field>
        <Field label={t('leads.correct.score')} className="w-24">
          <Input
            value={rule.score}
            inputMode="text"
            autoComplete="off"
            onValueChange={(score) => onChange({ score })}
          />
        </Field>
        <IconButton
          label={t('scoring.profile.remove', { name: rule.label || label })}
          size="icon"
          onClick={onRemove}
        >
          <Trash2 aria-hidden className="size-4" />
        </IconButton>
      </div>
      <section aria-label={label}>
        <RuleBuilder rule={builder} />
      </section>
      {empty ? <p className="text-danger-fg text-sm">{t('scoring.problem.rules')}</p> : null}
    </li>
  );
}

interface WeightsProps {
  lines: readonly WeightDraft[];
  kind: 'event' | 'signal';
  onChange: (lines: readonly WeightDraft[]) => void;
}

/** What counts, and how much. */
function Weights({ lines, kind, onChange }: WeightsProps) {
  const t = useT();
  const { activities } = useRuleCatalogue('customer');
  const edit = (key: number, to: Partial<WeightDraft>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...to } : line)));
  const options = activities
    .map((type) => ({ value: type, label: t(`rule.activity.${type}` as MessageId) }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium text-sm">{t(`scoring.${kind}.lines`)}</legend>
      {lines.map((line, at) => (
        <div key={line.key} className="flex items-end gap-2">
          <Field label={t(`scoring.${kind}.name`)} hideLabel={at > 0} className="flex-1">
            {kind === 'event' ? (
              <Select
                value={line.name === '' ? null : line.name}
                placeholder={t('scoring.event.choose')}
                onValueChange={(name) => edit(line.key, { name: name ?? '' })}
                options={options}
              />
            ) : (
              <Input
                value={line.name}
                maxLength={100}
                autoComplete="off"
                onValueChange={(name) => edit(line.key, { name })}
              />
            )}
          </Field>
          <Field label={t('scoring.form.points')} hideLabel={at > 0} className="w-24">
            <Input
              value={line.weight}
              inputMode="text"
              autoComplete="off"
              onValueChange={(weight) => edit(line.key, { weight })}
            />
          </Field>
          <IconButton
            label={t('scoring.line.remove', { place: at + 1 })}
            size="icon"
            onClick={() => onChange(lines.filter((each) => each !== line))}
          >
            <Trash2 aria-hidden className="size-4" />
          </IconButton>
        </div>
      ))}
      <Button
        variant="ghost"
        size="small"
        className="-ml-2 w-fit"
        onClick={() => onChange([...lines, { key: newKey(), name: '', weight: '1' }])}
      >
        <Plus aria-hidden className="size-4" />
        {t(`scoring.${kind}.add`)}
      </Button>
    </fieldset>
  );
}
