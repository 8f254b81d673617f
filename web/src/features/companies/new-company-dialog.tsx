import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { ApiError } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import type { Company, NewCompany } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { useDebounced } from '@/lib/debounce';
import { CustomInputs, useCustomForm } from '@/record/custom-inputs';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { toast } from '@/ui/toast';
import { companyCounts, companyQuery, matchQuery } from './api';
import { domainOf } from './domains';

const NAME_MAX = 200;

export interface NewCompanyDialogProps {
  open: boolean;
  onClose: () => void;
  onOpen: (id: string) => void;
}

export function NewCompanyDialog({ open, onClose, onOpen }: NewCompanyDialogProps) {
  const t = useT();
  const formId = useId();
  const name = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('companies.new.title')}
      keepOpen
      initialFocus={name}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('companies.new.create')}
          </Button>
        </>
      }
    >
      {open ? (
        <NewCompanyForm id={formId} name={name} onBusy={setBusy} onClose={onClose} onOpen={onOpen} />
      ) : null}
    </Dialog>
  );
}

interface FormProps {
  id: string;
  name: RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
  onClose: () => void;
  onOpen: (id: string) => void;
}

function NewCompanyForm({ id, name, onBusy, onClose, onOpen }: FormProps) {
  const t = useT();
  const queryClient = useQueryClient();
  const [companyName, setCompanyName] = useState('');
  const [domain, setDomain] = useState('');
  const [link, setLink] = useState(true);
  const [missing, setMissing] = useState(false);
  const [badDomain, setBadDomain] = useState(false);
  const custom = useCustomForm('company');
  const domainField = useRef<HTMLInputElement>(null);

  const asked = useDebounced(domainOf(domain), 300);
  const match = useQuery({ ...matchQuery(asked ?? ''), enabled: asked !== null });
  const found = asked !== null && asked === domainOf(domain) ? match.data : undefined;
  const unlinked = found?.company ? [] : (found?.unlinkedCustomers ?? []);

  const create = useMutation({
    mutationFn: (body: NewCompany) => unwrap(client.POST('/companies', { body })),
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: (company: Company, body) => {
      queryClient.setQueryData(companyQuery(company.id).queryKey, company);
      void queryClient.invalidateQueries({ queryKey: ['companies', 'page'] });
      void queryClient.invalidateQueries({ queryKey: ['companies', 'match'] });
      void queryClient.invalidateQueries({ queryKey: ['pick', 'companies'] });
      for (const queryKey of companyCounts) void queryClient.invalidateQueries({ queryKey });
      if (body.linkCustomers) void queryClient.invalidateQueries({ queryKey: ['customers'] });
      toast.done({ title: t('companies.new.done', { name: company.name }) });
      onClose();
      onOpen(company.id);
    },
  });

  const longName = tooLong(companyName, NAME_MAX);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    const host = domainOf(domain);
    // First, so that all faults show at once; the topmost of them gets the focus.
    const values = custom.read();
    if (companyName.trim() === '') {
      setMissing(true);
      name.current?.focus();
      return;
    }
    if (longName) {
      name.current?.focus();
      return;
    }
    if (domain.trim() !== '' && host === null) {
      setBadDomain(true);
      domainField.current?.focus();
      return;
    }
    if (values === null) return;
    create.mutate({
      name: companyName.trim(),
      ...(host === null ? {} : { domains: [host] }),
      ...(host !== null && link && unlinked.length > 0 ? { linkCustomers: true } : {}),
      ...(custom.fields.length === 0 ? {} : { custom: values }),
    });
  };

  const error = create.error;
  const shownAtField = ['/name', '/domains/0', ...custom.fields.map(({ key }) => `/custom/${key}`)].some(
    (path) => fieldText(error, path) !== null,
  );
  const existing = error instanceof ApiError && error.status === 409 ? error.existing : undefined;
  const open = (companyId: string) => {
    onClose();
    onOpen(companyId);
  };

  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field
        label={t('companies.new.name')}
        error={missing ? t('record.edit.required') : (longName ?? fieldText(error, '/name'))}
      >
        <Input
          ref={name}
          value={companyName}
          autoComplete="off"
          onChange={(event) => {
            setCompanyName(event.target.value);
            setMissing(false);
          }}
        />
      </Field>
      <Field
        label={t('companies.new.domain')}
        optional={t('common.field.optional')}
        hint={found?.freeMail ? t('companies.new.freeMail') : t('companies.new.domainHint')}
        error={badDomain ? t('companies.domains.wrong') : fieldText(error, '/domains/0')}
      >
        <Input
          ref={domainField}
          value={domain}
          inputMode="url"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          placeholder="example.com"
          onChange={(event) => {
            setDomain(event.target.value);
            setBadDomain(false);
            if (error) create.reset();
          }}
        />
      </Field>
      {found?.company ? (
        <Existing id={found.company.id} name={found.company.name} onOpen={open} />
      ) : existing ? (
        <Existing id={existing.id} name={existing.name} onOpen={open} />
      ) : null}
      {unlinked.length > 0 ? (
        <div className="flex flex-col gap-2 rounded-md border border-line bg-sunken px-3 py-2.5">
          <Checkbox
            label={t('companies.new.link', { count: unlinked.length })}
            checked={link}
            onCheckedChange={(checked) => setLink(checked === true)}
          />
          <ul className="flex flex-col gap-0.5 pl-6 text-sm">
            {unlinked.slice(0, 5).map((customer) => (
              <li key={customer.id} className="flex min-w-0 gap-2">
                <span className="shrink-0">{customer.fullName}</span>
                <span className="truncate text-muted">{customer.email}</span>
              </li>
            ))}
            {unlinked.length > 5 ? (
              <li className="text-muted">{t('companies.new.linkMore', { count: unlinked.length - 5 })}</li>
            ) : null}
          </ul>
        </div>
      ) : null}
      <CustomInputs form={custom} error={error} />
      {error && !existing && !shownAtField ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {errorText(error)}
        </p>
      ) : null}
    </form>
  );
}

function Existing({ id, name, onOpen }: { id: string; name: string; onOpen: (id: string) => void }) {
  const t = useT();
  return (
    <p
      role="status"
      className="flex items-center gap-2 rounded-md bg-warning-soft py-1.5 pr-1.5 pl-3 text-sm text-warning-fg"
    >
      <span className="min-w-0 flex-1">{t('companies.new.exists', { name })}</span>
      <Button size="small" onClick={() => onOpen(id)}>
        {t('companies.new.open', { name })}
      </Button>
    </p>
  );
}
