import { type RefObject, useState } from 'react';
import { errorText } from '@/api/error-text';
import { fieldText } from '@/api/field-text';
import type { Review } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Field } from '@/ui/field';
import { Textarea } from '@/ui/input';
import { Kbd } from '@/ui/kbd';
import { type Draft, decisionLooks, decisions } from './decisions';

interface ReviewFormProps {
  name: string;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** Where the keys 1 to 4 lead. */
  feedback: RefObject<HTMLTextAreaElement | null>;
  pending: boolean;
  error: unknown;
  onSend: () => void;
}

/** What a person makes of a lead: one of four decisions, and why. */
export function ReviewForm({ name, draft, onDraft, feedback, pending, error, onSend }: ReviewFormProps) {
  const t = useT();
  const [checked, setChecked] = useState(false);
  const send = () => {
    if (pending) return;
    setChecked(true);
    if (draft.decision !== null) onSend();
  };
  const wrongFeedback = fieldText(error, '/feedback');
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset aria-label={t('leads.review.decision', { name })} className="flex flex-wrap gap-2">
        {decisions.map((decision, index) => {
          const { icon: Icon } = decisionLooks[decision];
          return (
            <Button
              key={decision}
              size="small"
              variant="secondary"
              aria-pressed={draft.decision === decision}
              aria-keyshortcuts={String(index + 1)}
              className="aria-pressed:border-accent-fg aria-pressed:bg-accent-soft"
              onClick={() => onDraft({ ...draft, decision })}
            >
              <Icon aria-hidden className="size-4" />
              {t(`leads.decision.${decision}`)}
              <span aria-hidden className="max-sm:hidden pointer-coarse:hidden">
                <Kbd keys={String(index + 1)} />
              </span>
            </Button>
          );
        })}
      </fieldset>
      <Field
        label={t('leads.review.feedback')}
        optional={t('common.field.optional')}
        hint={t('leads.review.hint')}
        error={wrongFeedback}
      >
        <Textarea
          ref={feedback}
          rows={2}
          maxLength={20_000}
          value={draft.feedback}
          onValueChange={(text) => onDraft({ ...draft, feedback: text })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
              event.currentTarget.form?.requestSubmit();
          }}
        />
      </Field>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          variant="primary"
          type="submit"
          size="small"
          loading={pending}
          aria-keyshortcuts="Control+Enter"
        >
          {t('leads.review.send')}
        </Button>
        {draft.decision === 'qualify' ? (
          <Checkbox
            label={t('leads.review.createDeal')}
            checked={draft.createDeal}
            onCheckedChange={(createDeal) => onDraft({ ...draft, createDeal })}
          />
        ) : null}
        {checked && draft.decision === null ? (
          <p role="alert" className="text-danger-fg text-sm">
            {t('leads.review.needed')}
          </p>
        ) : null}
        {error && wrongFeedback === null ? (
          <p role="alert" className="text-danger-fg text-sm">
            {errorText(error)}
          </p>
        ) : null}
      </div>
    </form>
  );
}

/** What was said of a lead before, the newest first. */
export function Reviews({ reviews }: { reviews: readonly Review[] }) {
  const t = useT();
  const format = useFormat();
  if (reviews.length === 0) return null;
  return (
    <ul aria-label={t('leads.reviews.label')} className="flex flex-col gap-2">
      {reviews.map((review) => (
        <li key={review.id} className="text-sm">
          <span className="flex flex-wrap items-center gap-2">
            <DecisionBadge decision={review.decision} />
            <span className="text-muted text-xs">
              {review.reviewerName} ·{' '}
              <time dateTime={review.createdAt} title={format.dateTime(review.createdAt)}>
                {format.relative(review.createdAt)}
              </time>
            </span>
          </span>
          {review.feedback ? <p className="mt-1 whitespace-pre-line break-words">{review.feedback}</p> : null}
        </li>
      ))}
    </ul>
  );
}

export function DecisionBadge({ decision }: { decision: Review['decision'] }) {
  const t = useT();
  return <Badge tone={decisionLooks[decision].tone}>{t(`leads.decision.${decision}`)}</Badge>;
}
