import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { ApiError } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import type { Channel, Customer, ExistingRecord, NewCustomer } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { useDebounced } from '@/lib/debounce';
import { randomId } from '@/lib/random-id';
import { channelNames, channels, guessChannel } from '@/record/channels';
import { CustomInputs, useCustomForm } from '@/record/custom-inputs';
import { PickRecord } from '@/record/pick-record';
import { useSources } from '@/record/use-sources';
import { Button, IconButton } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import type { ComboboxOption } from '@/ui/combobox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { customerCounts, customerQuery, holderQuery, isAddress } from './api';

export interface NewCustomerDialogProps {
  open: boolean;
  onClose: () => void;
  /** Shows a customer: the new one, or the one that already has the address. */
  onOpen: (id: string) => void;
}

interface Draft {
  key: string;
  channel: Channel;
  value: string;
  /** Somebody chose the channel; it no longer follows what is typed. */
  chosen: boolean;
}

const TEXT_MAX = 200;

const draft = (): Draft => ({ key: randomId(), channel: 'email', value: '', chosen: false });

export function NewCustomerDialog({ open, onClose, onOpen }: NewCustomerDialogProps) {
  const t = useT();
  const formId = useId();
  const name = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('customers.new.title')}
      description={t('customers.new.hint')}
      keepOpen
      initialFocus={name}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('customers.new.create')}
          </Button>
        </>
      }
    >
      {/* Mounted anew for every opening, so that it starts empty. */}
      {open ? (
        <NewCustomerForm id={formId} name={name} onBusy={setBusy} onClose={onClose} onOpen={onOpen} />
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

function NewCustomerForm({ id, name, onBusy, onClose, onOpen }: FormProps) {
  const t = useT();
  const me = useMe();
  const queryClient = useQueryClient();
  const [fullName, setFullName] = useState('');
  const [jobTitle, setJobTitle] = useState('');
  const [contacts, setContacts] = useState<Draft[]>([draft()]);
  const [company, setCompany] = useState<ComboboxOption | null>(null);
  const [claim, setClaim] = useState(true);
  const [missing, setMissing] = useState(false);
  const { companies } = useSources();
  const custom = useCustomForm('customer');

  const finish = (customer: Customer) => {
    queryClient.setQueryData(customerQuery(customer.id).queryKey, customer);
    void queryClient.invalidateQueries({ queryKey: ['customers', 'page'] });
    for (const queryKey of customerCounts) void queryClient.invalidateQueries({ queryKey });
    toast.done({
      title: t('customers.new.done', { name: customer.fullName }),
      description: customer.archivedDuplicates?.[0]
        ? t('customers.new.duplicate', { name: customer.archivedDuplicates[0].name })
        : undefined,
    });
    onClose();
    onOpen(customer.id);
  };

  const create = useMutation({
    mutationFn: (body: NewCustomer) => unwrap(client.POST('/customers', { body })),
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: finish,
  });

  const job = useRef<HTMLInputElement>(null);
  const longName = tooLong(fullName, TEXT_MAX);
  const longJob = tooLong(jobTitle, TEXT_MAX);
  const filled = contacts.filter((contact) => contact.value.trim() !== '');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    // First, so that all faults show at once; the topmost of them gets the focus.
    const values = custom.read();
    if (fullName.trim() === '' && filled.length === 0) {
      setMissing(true);
      name.current?.focus();
      return;
    }
    if (longName ?? longJob) {
      (longName ? name : job).current?.focus();
      return;
    }
    if (values === null) return;
    create.mutate({
      ...(fullName.trim() === '' ? {} : { fullName: fullName.trim() }),
      ...(jobTitle.trim() === '' ? {} : { jobTitle: jobTitle.trim() }),
      ...(company === null ? {} : { companyId: company.value }),
      ...(claim ? { claimedById: me.id } : {}),
      contacts: filled.map(({ channel, value }) => ({ channel, value: value.trim() })),
      ...(custom.fields.length === 0 ? {} : { custom: values }),
    });
  };

  const change = (key: string, to: Partial<Draft>) => {
    if (create.error) create.reset();
    setContacts((before) => before.map((each) => (each.key === key ? { ...each, ...to } : each)));
  };

  const error = create.error;
  const existing = error instanceof ApiError && error.status === 409 ? error.existing : undefined;
  const shownAtField = [
    '/fullName',
    '/jobTitle',
    '/companyId',
    ...filled.map((_, at) => `/contacts/${at}/value`),
    ...custom.fields.map(({ key }) => `/custom/${key}`),
  ].some((path) => fieldText(error, path) !== null);

  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-4" noValidate>
      <Field
        label={t('customers.new.name')}
        error={missing ? t('customers.new.needed') : (longName ?? fieldText(error, '/fullName'))}
      >
        <Input
          ref={name}
          value={fullName}
          autoComplete="off"
          onChange={(event) => {
            setFullName(event.target.value);
            setMissing(false);
          }}
        />
      </Field>
      <fieldset className="flex min-w-0 flex-col gap-2">
        <legend className="mb-1 font-medium text-sm">{t('customers.new.contact')}</legend>
        {contacts.map((contact) => {
          const place = filled.indexOf(contact);
          return (
            <ContactInput
              key={contact.key}
              contact={contact}
              error={place < 0 ? null : fieldText(error, `/contacts/${place}/value`)}
              removable={contacts.length > 1}
              onChange={(to) => {
                setMissing(false);
                change(contact.key, to);
              }}
              onRemove={() => setContacts((before) => before.filter((each) => each.key !== contact.key))}
              onOpen={(customerId) => {
                onClose();
                onOpen(customerId);
              }}
            />
          );
        })}
        <div>
          <Button
            variant="ghost"
            size="small"
            className="-ml-2"
            onClick={() => setContacts((before) => [...before, draft()])}
          >
            <Plus aria-hidden className="size-4" />
            {t('customers.new.addContact')}
          </Button>
        </div>
      </fieldset>
      <Field
        label={t('customers.new.jobTitle')}
        optional={t('common.field.optional')}
        error={longJob ?? fieldText(error, '/jobTitle')}
      >
        <Input
          ref={job}
          value={jobTitle}
          autoComplete="off"
          onChange={(event) => setJobTitle(event.target.value)}
        />
      </Field>
      <Field
        label={t('customers.new.company')}
        optional={t('common.field.optional')}
        hint={t('customers.new.companyHint')}
        error={fieldText(error, '/companyId')}
      >
        <PickRecord
          source={companies}
          value={company}
          onChange={setCompany}
          placeholder={t('customers.new.companyNone')}
        />
      </Field>
      <CustomInputs form={custom} error={error} />
      <Checkbox
        label={t('customers.new.claim')}
        checked={claim}
        onCheckedChange={(checked) => setClaim(checked === true)}
      />
      {existing ? (
        <Holder
          existing={existing}
          onOpen={(customerId) => {
            onClose();
            onOpen(customerId);
          }}
          onRestored={finish}
        />
      ) : error && !shownAtField ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {errorText(error)}
        </p>
      ) : null}
    </form>
  );
}

interface ContactInputProps {
  contact: Draft;
  error: string | null;
  removable: boolean;
  onChange: (to: Partial<Draft>) => void;
  onRemove: () => void;
  onOpen: (customerId: string) => void;
}

function ContactInput({ contact, error, removable, onChange, onRemove, onOpen }: ContactInputProps) {
  const t = useT();
  const info = channels[contact.channel];
  // Looked up while typing, so that a person is not entered twice.
  const asked = useDebounced(contact.value.trim().toLowerCase(), 350);
  const checked = isAddress(contact.channel, asked);
  const { data: holder } = useQuery({ ...holderQuery(contact.channel, asked), enabled: checked });
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-start gap-2">
        <Select
          aria-label={t('record.contact.channel')}
          value={contact.channel}
          onValueChange={(channel) => onChange({ channel, chosen: true })}
          options={channelNames.map((channel) => ({ value: channel, label: t(channels[channel].label) }))}
          className="w-32! shrink-0"
        />
        <Field label={t('record.contact.value')} hideLabel error={error} className="flex-1">
          <Input
            value={contact.value}
            inputMode={info.inputMode}
            placeholder={t(info.placeholder)}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              const value = event.target.value;
              const guess = contact.chosen ? null : guessChannel(value);
              onChange({ value, ...(guess ? { channel: guess } : {}) });
            }}
          />
        </Field>
        {removable ? (
          <IconButton label={t('customers.new.removeContact')} size="icon" onClick={onRemove}>
            <X aria-hidden className="size-4" />
          </IconButton>
        ) : null}
      </div>
      {checked && holder ? (
        <p
          role="status"
          className="flex items-center gap-2 rounded-md bg-warning-soft py-1 pr-1 pl-3 text-sm text-warning-fg"
        >
          <span className="min-w-0 flex-1">
            {t(contact.channel === 'phone' ? 'customers.new.shares' : 'customers.new.exists', {
              name: holder.name,
            })}
          </span>
          <Button size="small" onClick={() => onOpen(holder.id)}>
            {t('customers.new.open', { name: holder.name })}
          </Button>
        </p>
      ) : null}
    </div>
  );
}

interface HolderProps {
  existing: ExistingRecord;
  onOpen: (id: string) => void;
  onRestored: (customer: Customer) => void;
}

/** The address belongs to somebody already: lead there, or bring them back. */
function Holder({ existing, onOpen, onRestored }: HolderProps) {
  const t = useT();
  const restore = useMutation({
    mutationFn: () =>
      unwrap(client.POST('/customers/{id}/restore', { params: { path: { id: existing.id } } })),
    onSuccess: onRestored,
  });
  return (
    <div
      role="alert"
      className="flex flex-col gap-2 rounded-md bg-warning-soft px-3 py-2.5 text-sm text-warning-fg"
    >
      <p>
        {t(existing.archived ? 'customers.new.existsArchived' : 'customers.new.exists', {
          name: existing.name,
        })}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={() => onOpen(existing.id)}>
          {t('customers.new.open', { name: existing.name })}
        </Button>
        {existing.archived ? (
          <Button size="small" variant="primary" loading={restore.isPending} onClick={() => restore.mutate()}>
            {t('customers.new.restore', { name: existing.name })}
          </Button>
        ) : null}
      </div>
      {restore.error ? <p>{errorText(restore.error)}</p> : null}
    </div>
  );
}
