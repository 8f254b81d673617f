import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText } from '@/api/field-text';
import { useT } from '@/i18n/use-t';
import { passwordLength, passwordMinimum } from '@/lib/password';
import { Alert } from '@/ui/alert';
import { Field } from '@/ui/field';
import { PasswordInput } from '@/ui/input';
import { SaveBar, SectionIntro } from './section-parts';

const empty = { current: '', new: '' };

export function PasswordSection() {
  const t = useT();
  const me = useMe();
  const [values, setValues] = useState(empty);
  const [checked, setChecked] = useState(false);
  const save = useMutation({
    mutationFn: (password: typeof empty) => unwrap(client.PATCH('/me', { body: { password } })),
    onSuccess: () => {
      setValues(empty);
      setChecked(false);
    },
  });
  const length = passwordLength(values.new);
  const tooShort = length < passwordMinimum;
  const currentError =
    checked && values.current === ''
      ? t('common.field.required')
      : fieldText(save.error, '/password/current');
  const newError = checked && tooShort ? t('common.field.tooShort') : fieldText(save.error, '/password/new');
  const beside =
    fieldText(save.error, '/password/current') !== null || fieldText(save.error, '/password/new') !== null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (values.current !== '' && !tooShort) save.mutate(values);
  };
  const set = (field: keyof typeof empty) => (value: string) => {
    save.reset();
    setValues({ ...values, [field]: value });
  };
  const eye = { showLabel: t('auth.password.show'), hideLabel: t('auth.password.hide') };

  return (
    <>
      <SectionIntro>{t('settings.password.intro')}</SectionIntro>
      <form onSubmit={submit} noValidate className="flex max-w-md flex-col gap-4">
        {save.error && !beside ? <Alert>{errorText(save.error)}</Alert> : null}
        {/* Tells password managers which account the new password belongs to. */}
        <input type="hidden" name="username" autoComplete="username" value={me.email} readOnly />
        <Field label={t('settings.password.current')} error={currentError}>
          <PasswordInput
            {...eye}
            name="current-password"
            autoComplete="current-password"
            value={values.current}
            onValueChange={set('current')}
          />
        </Field>
        <Field
          label={t('settings.password.new')}
          error={newError}
          hint={
            length > 0 && tooShort
              ? t('auth.password.count', { length, minimum: passwordMinimum })
              : t('auth.password.hint', { minimum: passwordMinimum })
          }
        >
          <PasswordInput
            {...eye}
            name="new-password"
            autoComplete="new-password"
            value={values.new}
            onValueChange={set('new')}
          />
        </Field>
        <SaveBar
          dirty={values.current !== '' || values.new !== ''}
          saving={save.isPending}
          saved={save.isSuccess}
          label={t('settings.password.submit')}
        />
      </form>
    </>
  );
}
