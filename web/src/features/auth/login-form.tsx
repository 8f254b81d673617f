import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import { tellOtherTabs } from '@/api/tabs-channel';
import type { Me } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input, PasswordInput } from '@/ui/input';

interface LoginFormProps {
  /** Known when a session ended under a page: asked for the password alone. */
  email?: string;
  onSignedIn: (me: Me) => void;
}

export function LoginForm({ email: knownEmail, onSignedIn }: LoginFormProps) {
  const t = useT();
  const [email, setEmail] = useState(knownEmail ?? '');
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const login = useMutation({
    mutationFn: (body: { email: string; password: string }) => unwrap(client.POST('/auth/login', { body })),
    onSuccess: (me) => {
      tellOtherTabs({ kind: 'entered', account: me.id });
      onSignedIn(me);
    },
    onError: () => form.current?.querySelector<HTMLInputElement>('input[name=password]')?.select(),
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    const missing = email.trim() === '' ? 'email' : password === '' ? 'password' : null;
    if (missing) {
      form.current?.querySelector<HTMLInputElement>(`input[name=${missing}]`)?.focus();
      return;
    }
    login.mutate({ email: email.trim(), password });
  };

  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
      {login.error ? (
        <Alert>{isStatus(login.error, 401) ? t('login.form.wrong') : errorText(login.error)}</Alert>
      ) : null}
      <Field
        label={t('auth.email.label')}
        error={checked && email.trim() === '' ? t('common.field.required') : null}
      >
        <Input
          name="email"
          type="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          readOnly={knownEmail !== undefined}
          value={email}
          onValueChange={setEmail}
        />
      </Field>
      <Field
        label={t('auth.password.label')}
        error={checked && password === '' ? t('common.field.required') : null}
      >
        <PasswordInput
          name="password"
          autoComplete="current-password"
          showLabel={t('auth.password.show')}
          hideLabel={t('auth.password.hide')}
          value={password}
          onValueChange={setPassword}
        />
      </Field>
      <Button type="submit" variant="primary" full loading={login.isPending}>
        {t('login.form.submit')}
      </Button>
    </form>
  );
}
