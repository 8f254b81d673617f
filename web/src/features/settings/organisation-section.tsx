import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText } from '@/api/field-text';
import type { Org } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { currencies } from '@/lib/currencies';
import { Alert } from '@/ui/alert';
import { Combobox } from '@/ui/combobox';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { useUpdateBootstrap } from './api';
import { managesWorkspace } from './roles';
import { SaveBar, SectionIntro } from './section-parts';

type Values = Pick<Org, 'name' | 'timezone' | 'currency'>;

export function OrganisationSection() {
  const t = useT();
  const format = useFormat();
  const { me, org } = useBootstrap();
  const updateBootstrap = useUpdateBootstrap();
  const known: Values = { name: org.name, timezone: org.timezone, currency: org.currency };
  const [values, setValues] = useState(known);
  const save = useMutation({
    mutationFn: (body: Partial<Values>) => unwrap(client.PATCH('/org', { body })),
    onSuccess: (saved) => {
      const { name, timezone, currency } = saved;
      setValues({ name, timezone, currency });
      return updateBootstrap((bootstrap) => ({
        ...bootstrap,
        org: saved,
        me: { ...bootstrap.me, org: { ...bootstrap.me.org, name, timezone, currency } },
      }));
    },
  });

  const timezones = useMemo(() => {
    const all = new Set(['UTC', org.timezone, ...Intl.supportedValuesOf('timeZone')]);
    return [...all].sort().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
  }, [org.timezone]);
  const currencyOptions = useMemo(
    () =>
      currencies
        .map((code) => ({ value: code, label: `${code} – ${format.currency(code)}` }))
        .sort((a, b) => format.compare(a.label, b.label)),
    [format],
  );

  const reason = managesWorkspace(me.role) ? undefined : t('settings.reason.admins');
  const changed = Object.fromEntries(
    Object.entries(values).filter(([field, value]) => value !== known[field as keyof Values]),
  ) as Partial<Values>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!reason && Object.keys(changed).length > 0) save.mutate(changed);
  };
  const refused = (field: keyof Values) => fieldText(save.error, `/${field}`);
  const beside = (['name', 'timezone', 'currency'] as const).some((field) => refused(field) !== null);

  return (
    <>
      <SectionIntro>{t('settings.organisation.intro')}</SectionIntro>
      <form onSubmit={submit} noValidate className="flex max-w-md flex-col gap-4">
        {reason ? <Alert tone="info">{reason}</Alert> : null}
        {save.error && !beside ? <Alert>{errorText(save.error)}</Alert> : null}
        <Field label={t('settings.organisation.name')} error={refused('name')}>
          <Input
            name="name"
            autoComplete="off"
            disabled={reason !== undefined}
            value={values.name}
            onValueChange={(name) => setValues({ ...values, name })}
          />
        </Field>
        <Field
          label={t('settings.organisation.timezone')}
          hint={t('settings.organisation.timezoneHint')}
          error={refused('timezone')}
        >
          <Combobox
            options={timezones}
            disabled={reason !== undefined}
            value={timezones.find(({ value }) => value === values.timezone) ?? null}
            onValueChange={(zone) => zone && setValues({ ...values, timezone: zone.value })}
          />
        </Field>
        <Field
          label={t('settings.organisation.currency')}
          hint={t('settings.organisation.currencyHint')}
          error={refused('currency')}
        >
          <Combobox
            options={currencyOptions}
            disabled={reason !== undefined}
            value={currencyOptions.find(({ value }) => value === values.currency) ?? null}
            onValueChange={(currency) => currency && setValues({ ...values, currency: currency.value })}
          />
        </Field>
        <SaveBar
          dirty={Object.keys(changed).length > 0}
          saving={save.isPending}
          saved={save.isSuccess}
          disabledReason={reason}
        />
      </form>
    </>
  );
}
