import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText } from '@/api/field-text';
import type { Assess, FitPart, Lead } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { parseScore } from '@/record/fit/parse-score';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { putFit, readFit } from './api';

const spans = ['never', '30', '90', '365'] as const;

export interface CorrectDialogProps {
  lead: Lead | null;
  part: FitPart | null;
  onClose: () => void;
}

/** Says by hand how well a customer does by a criterion. */
export function CorrectDialog({ lead, part, onClose }: CorrectDialogProps) {
  const t = useT();
  const formId = useId();
  const [busy, setBusy] = useState(false);
  const score = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={lead !== null && part !== null}
      onOpenChange={(next) => !next && onClose()}
      title={t('leads.correct.title', { name: part?.name ?? '' })}
      description={t('leads.correct.hint', { name: lead?.customer.fullName ?? '' })}
      keepOpen
      initialFocus={score}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('leads.correct.save')}
          </Button>
        </>
      }
    >
      {lead && part ? (
        <CorrectForm id={formId} score={score} lead={lead} part={part} onBusy={setBusy} onClose={onClose} />
      ) : null}
    </Dialog>
  );
}

interface FormProps {
  id: string;
  score: RefObject<HTMLInputElement | null>;
  lead: Lead;
  part: FitPart;
  onBusy: (busy: boolean) => void;
  onClose: () => void;
}

function CorrectForm({ id, score: scoreField, lead, part, onBusy, onClose }: FormProps) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const [score, setScore] = useState('');
  const [reason, setReason] = useState('');
  const [span, setSpan] = useState<(typeof spans)[number]>('never');
  const [checked, setChecked] = useState(false);
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const { customer, fit } = lead;

  const save = useMutation({
    mutationFn: async (body: Assess) => {
      await unwrap(
        client.POST('/criteria/{id}/assess', { params: { path: { id: part.criterionId } }, body }),
      );
      return readFit(customer.id, fit.productId);
    },
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: (now) => {
      if (now) putFit(queryClient, customer.id, now);
      toast.done({ title: t('leads.correct.done', { name: part.name }) });
      onClose();
    },
  });

  const value = parseScore(score, format.locale);
  const wrong = {
    score: value === null ? t('leads.correct.wrong') : null,
    reason: reason.trim() === '' ? t('leads.correct.why') : null,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    setChecked(true);
    const first = wrong.score ? scoreField : wrong.reason ? reasonField : null;
    if (first || value === null) {
      first?.current?.focus();
      return;
    }
    save.mutate({
      customerId: customer.id,
      score: value,
      reason: reason.trim(),
      ...(span === 'never'
        ? {}
        : { expiresAt: new Date(Date.now() + Number(span) * 86_400_000).toISOString() }),
    });
  };
  const { error } = save;
  const atField = ['/score', '/reason', '/expiresAt'].some((path) => fieldText(error, path) !== null);
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field
        label={t('leads.correct.score')}
        hint={t('leads.correct.scoreHint')}
        error={(checked ? wrong.score : null) ?? fieldText(error, '/score')}
      >
        <Input ref={scoreField} value={score} inputMode="text" autoComplete="off" onValueChange={setScore} />
      </Field>
      <Field
        label={t('leads.correct.reason')}
        error={(checked ? wrong.reason : null) ?? fieldText(error, '/reason')}
      >
        <Textarea ref={reasonField} rows={2} value={reason} onValueChange={setReason} />
      </Field>
      <Field label={t('leads.correct.until')} error={fieldText(error, '/expiresAt')}>
        <Select
          value={span}
          onValueChange={setSpan}
          options={spans.map((each) => ({ value: each, label: t(`leads.correct.until_${each}`) }))}
        />
      </Field>
      {error && !atField ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {errorText(error)}
        </p>
      ) : null}
    </form>
  );
}
