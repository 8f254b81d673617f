import { Phone, Users } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import { errorText } from '@/api/error-text';
import { fieldProblems } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import type { Customer, LoggedTalk, NewTalk } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { RadioCards } from '@/ui/radio-cards';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { localMoment, minutesOf } from './talk-values';

export interface TalkDialogProps {
  /** With whom; null is closed. */
  customer: Customer | null;
  onClose: () => void;
  onLog: (customer: Customer, talk: NewTalk) => Promise<unknown>;
  onLogged: (customer: Customer) => void;
}

const SUBJECT_MAX = 200;
const NOTES_MAX = 5_000;
const MINUTES_MAX = 10_080;

/** Writes a call or a meeting down. */
export function TalkDialog({ customer, onClose, onLog, onLogged }: TalkDialogProps) {
  const t = useT();
  const formId = useId();
  const subject = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  // The title stays while the dialog fades out.
  const [shown, setShown] = useState(customer);
  if (customer !== null && customer !== shown) setShown(customer);
  return (
    <Dialog
      open={customer !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t('talks.dialog.title', { name: shown?.fullName ?? '' })}
      keepOpen
      // What is under way cannot be called back: its answer would close whatever form is open by then.
      dismissible={!busy}
      initialFocus={subject}
      footer={
        <>
          <Button disabled={busy} onClick={onClose}>
            {t('common.action.cancel')}
          </Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('talks.dialog.submit')}
          </Button>
        </>
      }
    >
      {customer === null ? null : (
        <TalkForm
          key={customer.id}
          id={formId}
          customer={customer}
          subject={subject}
          onBusy={setBusy}
          onLog={onLog}
          onLogged={onLogged}
        />
      )}
    </Dialog>
  );
}

interface TalkFormProps extends Omit<TalkDialogProps, 'customer' | 'onClose'> {
  id: string;
  customer: Customer;
  subject: RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
}

function TalkForm({ id, customer, subject: subjectInput, onBusy, onLog, onLogged }: TalkFormProps) {
  const t = useT();
  const [opened] = useState(() => localMoment(new Date()));
  const [kind, setKind] = useState<NewTalk['type']>('call.logged');
  const [subject, setSubject] = useState('');
  const [when, setWhen] = useState(opened);
  const [minutes, setMinutes] = useState('');
  const [direction, setDirection] = useState<LoggedTalk['direction']>(null);
  const [notes, setNotes] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const whenInput = useRef<HTMLInputElement>(null);
  const minutesInput = useRef<HTMLInputElement>(null);
  const notesInput = useRef<HTMLTextAreaElement>(null);

  const count = minutesOf(minutes, MINUTES_MAX);
  const moment = when === '' ? null : new Date(when);
  const codeAt = (path: string) => fieldProblems(error)[path]?.code;
  const subjectError =
    tried && subject.trim() === ''
      ? t('talks.dialog.subjectNeeded')
      : (tooLong(subject, SUBJECT_MAX) ?? fieldText(error, '/detail/subject'));
  const whenError =
    tried && moment === null
      ? t('talks.dialog.whenNeeded')
      : codeAt('/occurredAt') === 'in_future' || (tried && moment !== null && moment.getTime() > Date.now())
        ? t('talks.dialog.future')
        : codeAt('/occurredAt') !== undefined || (tried && moment !== null && moment.getTime() < 0)
          ? t('talks.dialog.early')
          : null;
  const minutesError =
    tried && count === undefined ? t('talks.dialog.minutesWrong', { max: MINUTES_MAX }) : null;
  const notesError = tooLong(notes, NOTES_MAX) ?? fieldText(error, '/detail/notes');

  const save = async () => {
    if (busy) return;
    setTried(true);
    const wrong =
      subject.trim() === '' || tooLong(subject, SUBJECT_MAX)
        ? subjectInput
        : moment === null || moment.getTime() > Date.now() || moment.getTime() < 0
          ? whenInput
          : count === undefined
            ? minutesInput
            : tooLong(notes, NOTES_MAX)
              ? notesInput
              : null;
    if (wrong !== null || moment === null || count === undefined) {
      wrong?.current?.focus();
      return;
    }
    setBusy(true);
    onBusy(true);
    setError(null);
    try {
      await onLog(customer, {
        type: kind,
        // Untouched it means this moment, with its seconds: the order of the timeline shows them.
        occurredAt: (when === opened ? new Date() : moment).toISOString(),
        detail: {
          subject: subject.trim(),
          ...(notes.trim() === '' ? {} : { notes: notes.trim() }),
          ...(count === null ? {} : { durationMinutes: count }),
          ...(direction === null ? {} : { direction }),
        },
      });
      const done = kind === 'call.logged' ? 'talks.done.call' : 'talks.done.meeting';
      toast.done({ title: t(done, { name: customer.fullName }) });
      onLogged(customer);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
      onBusy(false);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Enter makes a line in the notes.
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void save();
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: Ctrl+Enter sends from any of its fields
    <form
      id={id}
      noValidate
      className="flex flex-col gap-4"
      onKeyDown={onKeyDown}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save();
      }}
    >
      <RadioCards<NewTalk['type']>
        label={t('talks.dialog.kind')}
        value={kind}
        onValueChange={setKind}
        className="grid-cols-2"
        options={[
          { value: 'call.logged', label: t('talks.dialog.call'), icon: Phone },
          { value: 'meeting.logged', label: t('talks.dialog.meeting'), icon: Users },
        ]}
      />
      <Field label={t('talks.dialog.subject')} hint={t('talks.dialog.subjectHint')} error={subjectError}>
        <Input
          ref={subjectInput}
          value={subject}
          autoComplete="off"
          onValueChange={(text) => {
            setSubject(text);
            setError(null);
          }}
        />
      </Field>
      <div className="grid gap-4 sm:grid-cols-[1.4fr_0.8fr_1fr]">
        <Field label={t('talks.dialog.when')} error={whenError}>
          <Input
            ref={whenInput}
            type="datetime-local"
            value={when}
            onValueChange={(text) => {
              setWhen(text);
              setError(null);
            }}
          />
        </Field>
        <Field label={t('talks.dialog.minutes')} optional={t('common.field.optional')} error={minutesError}>
          <Input
            ref={minutesInput}
            value={minutes}
            inputMode="numeric"
            autoComplete="off"
            className="tabular"
            onValueChange={setMinutes}
          />
        </Field>
        <Field label={t('talks.dialog.direction')}>
          <Select<LoggedTalk['direction']>
            value={direction}
            onValueChange={setDirection}
            options={[
              { value: null, label: t('talks.dialog.noDirection') },
              { value: 'inbound', label: t('talks.dialog.inbound') },
              { value: 'outbound', label: t('talks.dialog.outbound') },
            ]}
          />
        </Field>
      </div>
      <Field label={t('talks.dialog.notes')} optional={t('common.field.optional')} error={notesError}>
        <Textarea
          ref={notesInput}
          rows={3}
          value={notes}
          onValueChange={(text) => {
            setNotes(text);
            setError(null);
          }}
        />
      </Field>
      {error !== null && subjectError === null && whenError === null && notesError === null ? (
        <Alert>{errorText(error)}</Alert>
      ) : null}
    </form>
  );
}
