import { useQuery } from '@tanstack/react-query';
import { ListChecks, Zap } from 'lucide-react';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { ApiError, isStatus } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import type { Count, Filter, Segment, SegmentKind, SegmentPreview } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { useSegmentsChanged } from '@/record/segments';
import { isTaken } from '@/rules/check';
import { RuleBuilder } from '@/rules/rule-builder';
import { useRule } from '@/rules/use-rule';
import { useRuleCatalogue } from '@/rules/use-rule-catalogue';
import { useRuleCount } from '@/rules/use-rule-count';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { RadioCards } from '@/ui/radio-cards';
import { toast } from '@/ui/toast';
import { usesQuery } from './api';

export interface SegmentDialogProps {
  /** `new` makes one, a segment is edited, null is closed. */
  subject: Segment | 'new' | null;
  /** What the rule of a new one begins with. */
  begun?: Filter;
  onClose: () => void;
  onSaved: (segment: Segment) => void;
}

export function SegmentDialog(props: SegmentDialogProps) {
  const [opened, setOpened] = useState(0);
  const [shown, setShown] = useState(props.subject);
  const [was, setWas] = useState(false);
  const open = props.subject !== null;
  // Begins anew each time; keeps what it shows while it fades.
  if (open !== was) {
    setWas(open);
    if (open) {
      setOpened(opened + 1);
      setShown(props.subject);
    }
  }
  return shown === null ? null : (
    <Form key={opened} {...props} open={open} segment={shown === 'new' ? null : shown} />
  );
}

const NAME_MAX = 100;
const DESCRIPTION_MAX = 1_000;

interface PreviewCount extends Count {
  readonly preview?: SegmentPreview;
}

function Form({
  open,
  segment,
  begun,
  onClose,
  onSaved,
}: Omit<SegmentDialogProps, 'subject'> & { open: boolean; segment: Segment | null }) {
  const t = useT();
  const format = useFormat();
  const formId = useId();
  const changed = useSegmentsChanged();
  const nameInput = useRef<HTMLInputElement>(null);
  const about = useRef<HTMLTextAreaElement>(null);
  const builder = useRef<HTMLDivElement>(null);
  const [name, setName] = useState(segment?.name ?? '');
  const [description, setDescription] = useState(segment?.description ?? '');
  const [kind, setKind] = useState<SegmentKind>(segment?.kind ?? 'dynamic');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const uses = useQuery({ ...usesQuery(segment?.id ?? ''), enabled: segment !== null && open });

  const catalogue = useRuleCatalogue('customer');
  const rule = useRule({ catalogue, initial: segment?.rule ?? begun, me: false, notes: segment?.problems });
  const count = useRuleCount(
    rule,
    async (filter, signal): Promise<PreviewCount> => {
      // A static segment has no rule to count; its question is not asked.
      const body = { rule: (filter ?? everybody) as Record<string, unknown>, segmentId: segment?.id ?? null };
      const preview = await unwrap(client.POST('/segments/preview', { body, signal }));
      return { count: preview.count, exact: true, preview };
    },
    `segment ${segment?.id ?? 'new'} ${segment?.version ?? 0}`,
    kind === 'dynamic' && open,
  );
  const effect = (count.count as PreviewCount | undefined)?.preview;

  const missing = tried && name.trim() === '';
  const longName = tooLong(name, NAME_MAX);
  const longAbout = tooLong(description, DESCRIPTION_MAX);
  const taken = isStatus(error, 409) && error.code === 'segment_exists';
  const nameError = missing
    ? t('segments.dialog.nameNeeded')
    : (longName ??
      (taken
        ? t('segments.dialog.taken', { name: error.existing?.name ?? name.trim() })
        : fieldText(error, '/name')));
  const aboutError = longAbout ?? fieldText(error, '/description');
  const ofRule =
    error instanceof ApiError && (error.problem.errors ?? []).some(({ path }) => path.startsWith('/rule'));
  const edited =
    name !== (segment?.name ?? '') || description !== (segment?.description ?? '') || rule.changed;

  const save = async () => {
    if (busy) return;
    setTried(true);
    if (name.trim() === '' || longName) {
      nameInput.current?.focus();
      return;
    }
    if (longAbout) {
      about.current?.focus();
      return;
    }
    if (kind === 'dynamic' && !rule.ready) {
      const row = builder.current?.querySelector<HTMLElement>(`[data-rule="${rule.firstProblem}"]`);
      row?.querySelector<HTMLElement>('button, input')?.focus();
      row?.scrollIntoView({ block: 'nearest' });
      return;
    }
    setBusy(true);
    setError(null);
    const about_ = description.trim() === '' ? null : description.trim();
    const tree = (rule.filter ?? everybody) as Record<string, unknown>;
    try {
      const saved =
        segment === null
          ? await unwrap(
              client.POST('/segments', {
                body: {
                  name: name.trim(),
                  kind,
                  ...(about_ === null ? {} : { description: about_ }),
                  ...(kind === 'dynamic' ? { rule: tree } : {}),
                },
              }),
            )
          : await unwrap(
              client.PATCH('/segments/{id}', {
                params: { path: { id: segment.id } },
                headers: ifMatch(segment.version),
                body: {
                  name: name.trim(),
                  description: about_,
                  ...(kind === 'dynamic' && rule.changed ? { rule: tree } : {}),
                },
              }),
            );
      changed();
      toast.done({
        title: t(segment === null ? 'segments.dialog.created' : 'segments.dialog.saved', {
          name: saved.name,
        }),
      });
      onSaved(saved);
    } catch (cause) {
      setError(cause);
      rule.refuse(cause);
      if (isStatus(cause, 412)) changed();
      if (isStatus(cause, 409)) nameInput.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };

  const broken = tried && kind === 'dynamic' && !rule.ready;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={
        segment === null
          ? t('segments.dialog.newTitle')
          : t('segments.dialog.editTitle', { name: segment.name })
      }
      size={kind === 'dynamic' ? 'wide' : 'medium'}
      keepOpen
      changed={edited}
      initialFocus={nameInput as RefObject<HTMLElement | null>}
      footer={
        <>
          {broken ? (
            <p role="alert" className="mr-auto text-danger-fg text-sm">
              {t('rule.problem.count', {
                count: Math.max(
                  1,
                  rule.faults.size +
                    [...rule.problems.values()].filter((problem) => !isTaken(problem)).length,
                ),
              })}
            </p>
          ) : segment !== null && kind === 'dynamic' && rule.changed && effect && !count.refused ? (
            <p className={count.waiting ? 'mr-auto text-sm opacity-50' : 'mr-auto text-sm'}>
              {t('segments.dialog.effect', {
                before: format.number(effect.count - effect.joins + effect.leaves),
                after: format.number(effect.count),
                joins: format.number(effect.joins),
                leaves: format.number(effect.leaves),
              })}
            </p>
          ) : null}
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t(segment === null ? 'segments.dialog.create' : 'common.action.save')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t('segments.dialog.name')} error={nameError}>
              <Input
                ref={nameInput}
                value={name}
                autoComplete="off"
                onChange={(event) => {
                  setName(event.target.value);
                  if (taken) setError(null);
                }}
              />
            </Field>
            <Field
              label={t('segments.dialog.description')}
              optional={t('common.field.optional')}
              error={aboutError}
            >
              <Textarea
                ref={about}
                rows={1}
                value={description}
                onChange={(event) => setDescription(event.target.value)}
              />
            </Field>
          </div>
          {segment === null && begun === undefined ? (
            <RadioCards<SegmentKind>
              label={t('segments.dialog.kind')}
              value={kind}
              onValueChange={setKind}
              className="sm:grid-cols-2"
              options={[
                {
                  value: 'dynamic',
                  label: t('segments.kind.dynamic'),
                  hint: t('segments.dialog.dynamicHint'),
                  icon: Zap,
                },
                {
                  value: 'static',
                  label: t('segments.kind.static'),
                  hint: t('segments.dialog.staticHint'),
                  icon: ListChecks,
                },
              ]}
            />
          ) : null}
        </form>
        {error !== null && nameError === null && aboutError === null && !ofRule ? (
          <Alert>{errorText(error)}</Alert>
        ) : null}
        {uses.data?.length ? (
          <p className="text-muted text-sm">
            {t('segments.dialog.uses', { names: uses.data.map((use) => use.name).join(', ') })}
          </p>
        ) : null}
        {kind === 'dynamic' ? (
          <div ref={builder}>
            <RuleBuilder rule={rule} count={count} look={look} onSubmit={() => void save()} />
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}

/** Whom a part of a rule selects. Asked of no segment, so it says nothing of joining. */
async function look(filter: Filter | undefined, signal: AbortSignal) {
  const body = { rule: (filter ?? everybody) as Record<string, unknown>, sample: true };
  const { count, sample } = await unwrap(client.POST('/segments/preview', { body, signal }));
  return { count, sample: sample ?? [] };
}

/** The rule without a condition. */
const everybody: Filter = { and: [] };
