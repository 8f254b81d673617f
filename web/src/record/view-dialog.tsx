import { Lock, Users } from 'lucide-react';
import { type FormEvent, useId, useRef, useState } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldProblems } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import { useT } from '@/i18n/use-t';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { RadioCards } from '@/ui/radio-cards';
import { toast } from '@/ui/toast';
import { type Arrangement, arranged, type SavedView } from './views';

export interface ViewDialogProps {
  /** `new` saves what the list shows, a view is renamed, null is closed. */
  subject: SavedView | 'new' | null;
  record: SavedView['record'];
  now: Arrangement;
  onClose: () => void;
  onSaved: (view: SavedView) => void;
}

const NAME_MAX = 100;

/** The name of a view, and who sees it. */
export function ViewDialog({ subject, ...props }: ViewDialogProps) {
  const t = useT();
  const formId = useId();
  const name = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(subject);
  // The title stays while the dialog fades out.
  if (subject !== null && subject !== shown) setShown(subject);
  return (
    <Dialog
      open={subject !== null}
      onOpenChange={(open) => !open && props.onClose()}
      title={
        shown === 'new' || shown === null
          ? t('views.dialog.newTitle')
          : t('views.dialog.editTitle', { name: shown.name })
      }
      keepOpen
      initialFocus={name}
      footer={
        <>
          <Button onClick={props.onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('common.action.save')}
          </Button>
        </>
      }
    >
      {subject === null ? null : (
        <Form
          {...props}
          id={formId}
          view={subject === 'new' ? null : subject}
          input={name}
          onBusy={setBusy}
        />
      )}
    </Dialog>
  );
}

interface FormProps extends Omit<ViewDialogProps, 'subject' | 'onClose'> {
  id: string;
  view: SavedView | null;
  input: React.RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
}

function Form({ id, view, record, now, input, onBusy, onSaved }: FormProps) {
  const t = useT();
  const [name, setName] = useState(view?.name ?? '');
  const [visibility, setVisibility] = useState<SavedView['visibility']>(view?.visibility ?? 'private');
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const long = tooLong(name, NAME_MAX);
  const nameError =
    tried && name.trim() === '' ? t('views.dialog.nameNeeded') : (long ?? fieldText(error, '/name'));
  const me = Object.entries(fieldProblems(error)).some(
    ([path, { code }]) => code === 'not_allowed' && path.startsWith('/filter'),
  );

  const save = async () => {
    setTried(true);
    if (name.trim() === '' || long) {
      input.current?.focus();
      return;
    }
    onBusy(true);
    setError(null);
    try {
      const saved = await unwrap(
        view === null
          ? client.POST('/views', {
              body: { record, name: name.trim(), visibility, ...arranged(now) },
            })
          : client.PATCH('/views/{id}', {
              params: { path: { id: view.id } },
              headers: ifMatch(view.version),
              body: { name: name.trim(), visibility },
            }),
      );
      toast.done({ title: t('views.menu.saved', { name: saved.name }) });
      onSaved(saved);
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
      <Field label={t('views.dialog.name')} error={nameError}>
        <Input
          ref={input}
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <RadioCards<SavedView['visibility']>
        label={t('views.dialog.visibility')}
        value={visibility}
        onValueChange={setVisibility}
        className="sm:grid-cols-2"
        options={[
          { value: 'private', label: t('views.dialog.private'), icon: Lock },
          { value: 'org', label: t('views.dialog.org'), icon: Users },
        ]}
      />
      {error !== null && nameError === null ? (
        <Alert>{me ? t('views.dialog.me') : errorText(error)}</Alert>
      ) : null}
    </form>
  );
}
