import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useRef, useState } from 'react';
import { tooLong } from '@/api/field-text';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Textarea } from '@/ui/input';
import { lostReasonsQuery } from './api';
import { useLostAsked } from './lost-reason';

const REASON_MAX = 500;

/** Why a deal was lost: a reason that was given before, or another one in words. */
export function LostDialog() {
  const t = useT();
  const { name, open, answer } = useLostAsked();
  const formId = useId();
  const text = useRef<HTMLTextAreaElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && answer(null)}
      title={t('deals.lost.title', { name })}
      description={t('deals.lost.hint')}
      size="small"
      initialFocus={text}
      footer={
        <>
          <Button onClick={() => answer(null)}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId}>
            {t('deals.lost.submit')}
          </Button>
        </>
      }
    >
      {open ? <ReasonForm id={formId} field={text} onAnswer={answer} /> : null}
    </Dialog>
  );
}

interface ReasonFormProps {
  id: string;
  field: React.RefObject<HTMLTextAreaElement | null>;
  onAnswer: (reason: string) => void;
}

function ReasonForm({ id, field, onAnswer }: ReasonFormProps) {
  const t = useT();
  const [reason, setReason] = useState('');
  const [checked, setChecked] = useState(false);
  const { data: known = [] } = useQuery(lostReasonsQuery);
  const wrong = reason.trim() === '' ? t('deals.lost.needed') : tooLong(reason, REASON_MAX);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (wrong === null) onAnswer(reason.trim());
    else field.current?.focus();
  };
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-3">
      {known.length === 0 ? null : (
        <fieldset className="min-w-0">
          <legend className="mb-1 text-muted text-xs">{t('deals.lost.before')}</legend>
          <div className="flex flex-wrap gap-1.5">
            {known.map((each) => (
              <Button
                key={each}
                size="small"
                aria-pressed={reason === each}
                className="max-w-full aria-pressed:border-accent aria-pressed:bg-accent-soft"
                onClick={() => setReason(each)}
              >
                <span className="truncate">{each}</span>
              </Button>
            ))}
          </div>
        </fieldset>
      )}
      <Field label={t('record.field.lostReason')} error={checked ? wrong : null}>
        <Textarea
          ref={field}
          rows={2}
          value={reason}
          onValueChange={setReason}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
          }}
        />
      </Field>
    </form>
  );
}
