import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { bootstrapQuery } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldProblems, isStatus } from '@/api/errors';
import { fieldText } from '@/api/field-text';
import { tellOtherTabs } from '@/api/tabs-channel';
import { useT } from '@/i18n/use-t';
import { passwordLength, passwordMinimum } from '@/lib/password';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input, PasswordInput } from '@/ui/input';
import { AuthPage } from './auth-page';

const empty = { fullName: '', email: '', orgName: '', password: '' };
type Values = typeof empty;
const fields = Object.keys(empty) as Array<keyof Values>;

export function SignupPage({ onDone }: { onDone: () => void }) {
  const t = useT();
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState(empty);
  const [checked, setChecked] = useState(false);

  const focusField = (field: keyof Values | undefined) => {
    form.current?.querySelector<HTMLInputElement>(`input[name=${field}]`)?.focus();
  };

  const signup = useMutation({
    mutationFn: (body: Values) => unwrap(client.POST('/auth/signup', { body })),
    onSuccess: async (me) => {
      tellOtherTabs({ kind: 'entered', account: me.id });
      await queryClient.resetQueries({ queryKey: bootstrapQuery.queryKey });
      onDone();
    },
    onError: (error) => {
      const refused = fieldProblems(error);
      focusField(isStatus(error, 409) ? 'email' : fields.find((field) => refused[`/${field}`]));
    },
  });

  const set = (field: keyof Values) => (value: string) => setValues({ ...values, [field]: value });

  const missing = (field: keyof Values) => values[field].trim() === '';
  const length = passwordLength(values.password);
  const problem = (field: keyof Values): string | null => {
    // What the server refused holds only for the values it saw.
    if (signup.error && signup.variables?.[field] === trimmed(values)[field]) {
      if (field === 'email' && isStatus(signup.error, 409)) return t('common.field.emailTaken');
      const refused = fieldText(signup.error, `/${field}`);
      if (refused) return refused;
    }
    if (!checked) return null;
    if (missing(field)) return t('common.field.required');
    if (field === 'email' && !/^\S+@\S+$/.test(values.email.trim())) return t('common.field.email');
    if (field === 'password' && length < passwordMinimum) return t('common.field.tooShort');
    return null;
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    const faulty = fields.find(
      (field) =>
        missing(field) ||
        (field === 'password' && length < passwordMinimum) ||
        (field === 'email' && !/^\S+@\S+$/.test(values.email.trim())),
    );
    if (faulty) focusField(faulty);
    else signup.mutate(trimmed(values));
  };

  const beside =
    signup.error &&
    (isStatus(signup.error, 409) || fields.some((field) => fieldProblems(signup.error)[`/${field}`]));

  return (
    <AuthPage
      title={t('signup.page.title')}
      description={t('signup.page.text')}
      footer={
        <>
          {t('signup.login.text')}{' '}
          <Link to="/login" className="font-medium text-accent-fg hover:underline">
            {t('signup.login.label')}
          </Link>
        </>
      }
    >
      <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        {signup.error && !beside ? <Alert>{errorText(signup.error)}</Alert> : null}
        <Field label={t('signup.fullName.label')} error={problem('fullName')}>
          <Input
            name="fullName"
            autoComplete="name"
            value={values.fullName}
            onValueChange={set('fullName')}
          />
        </Field>
        <Field label={t('signup.email.label')} error={problem('email')}>
          <Input
            name="email"
            type="email"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            value={values.email}
            onValueChange={set('email')}
          />
        </Field>
        <Field label={t('signup.orgName.label')} error={problem('orgName')}>
          <Input
            name="orgName"
            autoComplete="organization"
            value={values.orgName}
            onValueChange={set('orgName')}
          />
        </Field>
        <Field
          label={t('auth.password.label')}
          error={problem('password')}
          hint={
            length > 0 && length < passwordMinimum
              ? t('auth.password.count', { length, minimum: passwordMinimum })
              : t('auth.password.hint', { minimum: passwordMinimum })
          }
        >
          <PasswordInput
            name="password"
            autoComplete="new-password"
            showLabel={t('auth.password.show')}
            hideLabel={t('auth.password.hide')}
            value={values.password}
            onValueChange={set('password')}
          />
        </Field>
        <Button type="submit" variant="primary" full loading={signup.isPending}>
          {t('signup.form.submit')}
        </Button>
      </form>
    </AuthPage>
  );
}

/** Passwords keep their blanks; they may be meant. */
function trimmed({ fullName, email, orgName, password }: Values): Values {
  return { fullName: fullName.trim(), email: email.trim(), orgName: orgName.trim(), password };
}
