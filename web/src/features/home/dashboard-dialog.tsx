import { Lock, Users } from 'lucide-react';
import { type FormEvent, useId, useRef, useState } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText, tooLong } from '@/api/field-text';
import type { Dashboard, Id } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { RadioCards } from '@/ui/radio-cards';
import { useWords } from './words';

const NAME_MAX = 100;

export type DashboardDialogSubject = { kind: 'new' } | { kind: 'copy' | 'edit'; of: Dashboard } | null;

interface DashboardDialogProps {
  subject: DashboardDialogSubject;
  onClose: () => void;
  onDone: (id: Id) => Promise<void>;
}

/** The name of a dashboard, and who sees it. */
export function DashboardDialog({ subject, onClose, onDone }: DashboardDialogProps) {
  const t = useT();
  const formId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(subject);
  // The title stays while the dialog fades out.
  if (subject !== null && subject !== shown) setShown(subject);
  return (
    <Dialog
      open={subject !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t(`home.name.${shown?.kind ?? 'new'}`)}
      keepOpen
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('common.action.save')}
          </Button>
        </>
      }
    >
      {subject === null ? null : (
        <Form id={formId} subject={subject} input={input} onBusy={setBusy} onDone={onDone} />
      )}
    </Dialog>
  );
}

interface FormProps {
  id: string;
  subject: NonNullable<DashboardDialogSubject>;
  input: React.RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
  onDone: (id: Id) => Promise<void>;
}

function Form({ id, subject, input, onBusy, onDone }: FormProps) {
  const t = useT();
  const words = useWords();
  const before = subject.kind === 'new' ? null : subject.of;
  const [name, setName] = useState(() => {
    if (before === null) return '';
    const own = words.dashboard(before);
    return subject.kind === 'copy' ? t('home.name.copyOf', { name: own }) : own;
  });
  const [visibility, setVisibility] = useState<Dashboard['visibility']>(
    subject.kind === 'edit' && before ? before.visibility : 'private',
  );
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const long = tooLong(name, NAME_MAX);
  const nameError = tried && name.trim() === '' ? t('home.name.needed') : (long ?? fieldText(error, '/name'));

  const save = async () => {
    setTried(true);
    if (name.trim() === '' || long) {
      input.current?.focus();
      return;
    }
    onBusy(true);
    setError(null);
    const body = { name: name.trim(), visibility };
    try {
      const saved = await unwrap(
        subject.kind === 'edit'
          ? client.PATCH('/dashboards/{id}', {
              params: { path: { id: subject.of.id } },
              headers: ifMatch(subject.of.version),
              body,
            })
          : client.POST('/dashboards', { body: { ...body, widgets: before?.widgets ?? [] } }),
      );
      await onDone(saved.id);
    } catch (cause) {
      setError(cause);
    } finally {
      onBusy(false);
    }
  };
  return (
    <form
      id={id}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field label={t('home.name.label')} error={nameError}>
        <Input
          ref={input}
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      {subject.kind === 'edit' && subject.of.isStandard ? null : (
        <RadioCards<Dashboard['visibility']>
          label={t('views.dialog.visibility')}
          value={visibility}
          onValueChange={setVisibility}
          className="sm:grid-cols-2"
          options={[
            { value: 'private', label: t('views.dialog.private'), icon: Lock },
            { value: 'org', label: t('views.dialog.org'), icon: Users },
          ]}
        />
      )}
      {error !== null && nameError === null ? <Alert>{errorText(error)}</Alert> : null}
    </form>
  );
}
