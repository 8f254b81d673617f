import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useRef, useState } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText } from '@/api/field-text';
import type { AiProvider } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { aiProvidersQuery } from '@/record/fit/ai';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { toast } from '@/ui/toast';
import { draftOf, isWhole, type ModelDraft, newBody, patchOf, testOf } from './model-draft';
import { TestOutcome } from './models-section';

interface ModelDialogProps {
  /** `new` adds one, a provider is edited, null is closed. */
  subject: AiProvider | 'new' | null;
  onClose: () => void;
}

export function ModelDialog({ subject, onClose }: ModelDialogProps) {
  const [shown, setShown] = useState(subject);
  const [opened, setOpened] = useState(0);
  // Begins anew each time; keeps what it shows while it fades.
  if (subject !== null && subject !== shown) {
    setShown(subject);
    setOpened(opened + 1);
  }
  if (subject === null && shown === 'new') setShown(null);
  return shown === null ? null : (
    <ModelForm
      key={opened}
      open={subject !== null}
      provider={shown === 'new' ? null : shown}
      onClose={() => {
        setShown(null);
        onClose();
      }}
    />
  );
}

interface ModelFormProps {
  open: boolean;
  provider: AiProvider | null;
  onClose: () => void;
}

function ModelForm({ open, provider, onClose }: ModelFormProps) {
  const t = useT();
  const formId = useId();
  const queryClient = useQueryClient();
  const first = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState(() => draftOf(provider));
  const [checked, setChecked] = useState(false);
  const change = (to: Partial<ModelDraft>) => setDraft((was) => ({ ...was, ...to }));
  const save = useMutation({
    mutationFn: () =>
      provider === null
        ? unwrap(client.POST('/ai/providers', { body: newBody(draft) }))
        : unwrap(
            client.PATCH('/ai/providers/{id}', {
              params: { path: { id: provider.id } },
              headers: ifMatch(provider.version),
              body: patchOf(provider, draft),
            }),
          ),
    onSuccess: (saved) => {
      toast.done({ title: t('models.form.done', { name: saved.name }) });
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: aiProvidersQuery.queryKey }),
  });
  const test = useMutation({
    mutationFn: () => unwrap(client.POST('/ai/providers/test', { body: testOf(provider, draft) })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isWhole(draft) && !save.isPending) save.mutate();
  };
  const missing = (text: string) => (checked && text.trim() === '' ? t('common.field.required') : null);
  const refused = (path: string) => fieldText(save.error, path) ?? fieldText(test.error, path);
  const told = ['/name', '/baseUrl', '/apiKey', '/chatModel', '/tokensPerDay'].some((path) => refused(path));
  const keyHint = provider?.hasKey ? t('models.form.keyKept') : t('models.form.keyHint');
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      keepOpen
      initialFocus={first}
      title={
        provider === null ? t('models.form.newTitle') : t('models.form.editTitle', { name: provider.name })
      }
      footer={
        <>
          <Button
            className="mr-auto"
            loading={test.isPending}
            disabledReason={isWhole({ ...draft, name: 'x' }) ? undefined : t('models.form.testFirst')}
            onClick={() => test.mutate()}
          >
            {t('models.action.test')}
          </Button>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={save.isPending}>
            {t('common.action.save')}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {save.error && !told ? <Alert>{errorText(save.error)}</Alert> : null}
        <Field label={t('record.field.name')} error={missing(draft.name) ?? refused('/name')}>
          <Input
            ref={first}
            autoComplete="off"
            value={draft.name}
            onValueChange={(name) => change({ name })}
          />
        </Field>
        <Field
          label={t('models.form.url')}
          hint={t('models.form.urlHint')}
          error={missing(draft.baseUrl) ?? refused('/baseUrl')}
        >
          <Input
            type="url"
            inputMode="url"
            autoComplete="off"
            placeholder="https://api.openai.com/v1"
            value={draft.baseUrl}
            onValueChange={(baseUrl) => change({ baseUrl })}
          />
        </Field>
        <Field
          label={t('settings.models.key')}
          optional={t('common.field.optional')}
          hint={keyHint}
          error={refused('/apiKey')}
        >
          <Input
            type="password"
            autoComplete="off"
            value={draft.apiKey}
            onValueChange={(apiKey) => change({ apiKey })}
          />
        </Field>
        <Field
          label={t('models.form.model')}
          hint={t('models.form.modelHint')}
          error={missing(draft.chatModel) ?? refused('/chatModel')}
        >
          <Input
            autoComplete="off"
            value={draft.chatModel}
            onValueChange={(chatModel) => change({ chatModel })}
          />
        </Field>
        <Field
          label={t('models.form.tokens')}
          hint={t('models.form.tokensHint')}
          error={
            checked && !/^\d+$/.test(draft.tokensPerDay.trim())
              ? t('models.form.tokensWrong')
              : refused('/tokensPerDay')
          }
        >
          <Input
            inputMode="numeric"
            autoComplete="off"
            value={draft.tokensPerDay}
            onValueChange={(tokensPerDay) => change({ tokensPerDay })}
          />
        </Field>
        <p role="status" className="break-words text-sm">
          <TestOutcome test={test} />
        </p>
      </form>
    </Dialog>
  );
}
