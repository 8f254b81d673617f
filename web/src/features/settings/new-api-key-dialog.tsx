import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, Copy } from 'lucide-react';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText } from '@/api/field-text';
import type { NewApiKey, Role } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { copyText } from '@/lib/copy';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { apiKeysQuery } from './api';
import { type Expiry, expiresAt, expiryChoices } from './expiry';
import { grantableRoles, roleHints, roleLabels } from './roles';

interface NewApiKeyDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks for name, role and expiry, then shows the secret: this once, because only its hash is kept. */
export function NewApiKeyDialog({ open, onOpenChange }: NewApiKeyDialogProps) {
  const t = useT();
  const formId = useId();
  const name = useRef<HTMLInputElement>(null);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [pending, setPending] = useState(false);

  const close = () => {
    onOpenChange(false);
    setMade(null);
  };

  if (made) {
    return (
      <Dialog
        open={open}
        onOpenChange={(next) => !next && close()}
        keepOpen
        title={t('newKey.secret.title')}
        description={t('newKey.secret.text')}
        footer={
          <Button variant="primary" onClick={close}>
            {t('newKey.secret.done')}
          </Button>
        }
      >
        <Secret value={made.key} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      keepOpen
      initialFocus={name}
      title={t('newKey.form.title')}
      description={t('newKey.form.text')}
      footer={
        <>
          <Button onClick={close}>{t('common.action.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={pending}>
            {t('newKey.form.submit')}
          </Button>
        </>
      }
    >
      <NewKeyForm id={formId} nameRef={name} onPending={setPending} onMade={setMade} />
    </Dialog>
  );
}

interface NewKeyFormProps {
  id: string;
  nameRef: React.RefObject<HTMLInputElement | null>;
  onPending: (pending: boolean) => void;
  onMade: (key: NewApiKey) => void;
}

function NewKeyForm({ id, nameRef, onPending, onMade }: NewKeyFormProps) {
  const t = useT();
  const me = useMe();
  const format = useFormat();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [expiry, setExpiry] = useState<Expiry>('90');
  const [checked, setChecked] = useState(false);

  const create = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/api-keys', {
          body: { name: name.trim(), role, expiresAt: expiresAt(expiry, new Date())?.toISOString() ?? null },
        }),
      ),
    onMutate: () => onPending(true),
    onSuccess: async (key) => {
      onMade(key);
      await queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
    onSettled: () => onPending(false),
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (name.trim() === '') nameRef.current?.focus();
    else create.mutate();
  };
  const refusedName = fieldText(create.error, '/name');
  const end = expiresAt(expiry, new Date());
  const expiryLabel = (choice: Expiry) =>
    choice === 'never' ? t('newKey.expiry.never') : t('newKey.expiry.days', { days: Number(choice) });

  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      {create.error && !refusedName ? <Alert>{errorText(create.error)}</Alert> : null}
      <Field
        label={t('newKey.name.label')}
        hint={t('newKey.name.hint')}
        error={checked && name.trim() === '' ? t('common.field.required') : refusedName}
      >
        <Input ref={nameRef} name="name" autoComplete="off" value={name} onValueChange={setName} />
      </Field>
      <Field label={t('newKey.role.label')} hint={t(roleHints[role])}>
        <Select<Role>
          value={role}
          onValueChange={setRole}
          options={grantableRoles(me.role).map((option) => ({ value: option, label: t(roleLabels[option]) }))}
        />
      </Field>
      <Field
        label={t('settings.apiKeys.expiry')}
        hint={end ? t('newKey.expiry.until', { when: format.date(end) }) : t('newKey.expiry.warning')}
      >
        <Select<Expiry>
          value={expiry}
          onValueChange={setExpiry}
          options={expiryChoices.map((choice) => ({ value: choice, label: expiryLabel(choice) }))}
        />
      </Field>
    </form>
  );
}

function Secret({ value }: { value: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (await copyText(value)) setCopied(true);
    else toast.failed({ title: t('common.copy.failed') });
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-stretch gap-2">
        <code
          // biome-ignore lint/a11y/noNoninteractiveTabindex: long keys scroll sideways, which needs the keyboard
          tabIndex={0}
          className="flex min-w-0 flex-1 items-center overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm whitespace-nowrap select-all"
        >
          {value}
        </code>
        <Button className="h-auto!" onClick={() => void copy()}>
          {copied ? (
            <Check aria-hidden className="size-4 text-success-fg" />
          ) : (
            <Copy aria-hidden className="size-4" />
          )}
          {copied ? t('newKey.secret.copied') : t('common.action.copy')}
        </Button>
      </div>
      <Alert tone="warning">{t('newKey.secret.warning')}</Alert>
      <span role="status" className="sr-only">
        {copied ? t('newKey.secret.copied') : ''}
      </span>
    </div>
  );
}
