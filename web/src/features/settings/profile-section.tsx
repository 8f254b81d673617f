import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText } from '@/api/field-text';
import { useT } from '@/i18n/use-t';
import { Alert } from '@/ui/alert';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { useUpdateBootstrap } from './api';
import { roleLabels } from './roles';
import { SaveBar, SectionIntro } from './section-parts';

export function ProfileSection() {
  const t = useT();
  const me = useMe();
  const updateBootstrap = useUpdateBootstrap();
  const [fullName, setFullName] = useState(me.fullName);
  const save = useMutation({
    mutationFn: (name: string) => unwrap(client.PATCH('/me', { body: { fullName: name } })),
    onSuccess: (saved) => {
      setFullName(saved.fullName);
      return updateBootstrap((bootstrap) => ({
        ...bootstrap,
        me: saved,
        members: bootstrap.members.map((member) =>
          member.id === saved.id ? { ...member, fullName: saved.fullName } : member,
        ),
      }));
    },
  });
  const refused = fieldText(save.error, '/fullName');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(fullName.trim());
  };
  return (
    <>
      <SectionIntro>{t('settings.profile.intro')}</SectionIntro>
      <form onSubmit={submit} noValidate className="flex max-w-md flex-col gap-4">
        {save.error && !refused ? <Alert>{errorText(save.error)}</Alert> : null}
        <Field label={t('settings.profile.fullName')} error={refused}>
          <Input name="fullName" autoComplete="name" value={fullName} onValueChange={setFullName} />
        </Field>
        <Field label={t('settings.profile.email')} hint={t('settings.profile.emailHint')}>
          <Input type="email" value={me.email} readOnly className="bg-sunken!" />
        </Field>
        <Field label={t('settings.profile.role')} hint={t('settings.profile.roleHint')}>
          <Input value={t(roleLabels[me.role])} readOnly className="bg-sunken!" />
        </Field>
        <SaveBar dirty={fullName.trim() !== me.fullName} saving={save.isPending} saved={save.isSuccess} />
      </form>
    </>
  );
}
