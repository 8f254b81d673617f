import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText, tooLong } from '@/api/field-text';
import type { Deal, Id, NewDeal } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Combobox, type ComboboxOption } from '@/ui/combobox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { CustomInputs, useCustomForm } from '../custom-inputs';
import { parseMoney } from '../money';
import { MoneyField } from '../money-field';
import { isAdmin } from '../permissions';
import { PickRecord } from '../pick-record';
import { useSources } from '../use-sources';
import { dealCounts, dealQuery, usePipelines } from './api';
import { customerSource } from './sources';

const NAME_MAX = 200;

export interface NewDealDialogProps {
  open: boolean;
  /** What the form begins with. */
  pipelineId?: Id;
  stageId?: Id;
  customer?: { id: Id; name: string; company: { id: Id; name: string } | null };
  company?: { id: Id; name: string };
  onClose: () => void;
  onCreated: (deal: Deal) => void;
}

export function NewDealDialog(props: NewDealDialogProps) {
  const { open, onClose } = props;
  const t = useT();
  const formId = useId();
  const name = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('deals.new.title')}
      keepOpen
      initialFocus={name}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('deals.new.create')}
          </Button>
        </>
      }
    >
      {open ? <NewDealForm {...props} id={formId} name={name} onBusy={setBusy} /> : null}
    </Dialog>
  );
}

interface FormProps extends NewDealDialogProps {
  id: string;
  name: RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
}

const option = (record: { id: Id; name: string } | null | undefined): ComboboxOption | null =>
  record ? { value: record.id, label: record.name } : null;

function NewDealForm({ id, name, onBusy, onClose, onCreated, ...start }: FormProps) {
  const t = useT();
  const { locale } = useFormat();
  const { org } = useBootstrap();
  const me = useMe();
  const queryClient = useQueryClient();
  const pipelines = usePipelines();
  const { members, companies } = useSources();
  const [dealName, setDealName] = useState('');
  const [customer, setCustomer] = useState(option(start.customer));
  const [company, setCompany] = useState(option(start.company ?? start.customer?.company));
  /** Chosen by hand; else it follows from the customer. */
  const [companyChosen, setCompanyChosen] = useState(start.company !== undefined);
  const [amount, setAmount] = useState('');
  const [currency, setCurrency] = useState(org.currency);
  const [chosenStage, setStage] = useState(start.stageId);
  const [close, setClose] = useState('');
  const [owner, setOwner] = useState<string | null>(me.id);
  const [reason, setReason] = useState('');
  const [checked, setChecked] = useState(false);
  const custom = useCustomForm('deal');
  const amountField = useRef<HTMLInputElement>(null);
  const reasonField = useRef<HTMLInputElement>(null);

  const pipeline = pipelines.of(start.pipelineId ?? '') ?? pipelines.usual;
  const stageId = chosenStage ?? pipeline?.stages[0]?.id ?? null;
  const stage = pipelines.stage(stageId ?? '');
  const lost = stage?.stage === 'lost';

  const create = useMutation({
    mutationFn: (body: NewDeal) => unwrap(client.POST('/deals', { body })),
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: (deal) => {
      queryClient.setQueryData(dealQuery(deal.id).queryKey, deal);
      for (const part of ['page', 'board', 'of'])
        void queryClient.invalidateQueries({ queryKey: ['deals', part] });
      for (const queryKey of dealCounts) void queryClient.invalidateQueries({ queryKey });
      toast.done({ title: t('deals.new.done', { name: deal.name }) });
      onClose();
      onCreated(deal);
    },
  });

  const minor = amount.trim() === '' ? null : parseMoney(amount, currency, locale);
  const wrong = {
    name: dealName.trim() === '' ? t('record.edit.required') : tooLong(dealName, NAME_MAX),
    amount: amount.trim() !== '' && minor === null ? t('money.amount.wrong') : null,
    reason: lost && reason.trim() === '' ? t('deals.lost.needed') : null,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    setChecked(true);
    const values = custom.read();
    const first = wrong.name ? name : wrong.amount ? amountField : wrong.reason ? reasonField : null;
    if (first) {
      first.current?.focus();
      return;
    }
    if (values === null) return;
    create.mutate({
      name: dealName.trim(),
      ...(customer ? { customerId: customer.value } : {}),
      // Without a word the server takes the company of the customer.
      ...(company && (companyChosen || !customer) ? { companyId: company.value } : {}),
      ...(owner === me.id ? {} : { ownerId: owner }),
      ...(stageId ? { stageId } : {}),
      ...(minor === null ? {} : { amount: minor }),
      currency,
      ...(close === '' ? {} : { expectedCloseDate: close }),
      ...(lost ? { lostReason: reason.trim() } : {}),
      custom: values,
    } as NewDeal);
  };

  const { error } = create;
  const at = (field: string) => fieldText(error, field);
  const paths = ['name', 'customerId', 'companyId', 'amount', 'currency', 'stageId', 'expectedCloseDate'];
  const shownAtField = [
    ...paths,
    'ownerId',
    'lostReason',
    ...custom.fields.map(({ key }) => `custom/${key}`),
  ].some((path) => at(`/${path}`) !== null);
  const optional = t('common.field.optional');
  const owners = members.all().map(({ id: value, label }) => ({ value, label }));
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label={t('record.field.name')} error={(checked ? wrong.name : null) ?? at('/name')}>
        <Input
          ref={name}
          value={dealName}
          autoComplete="off"
          placeholder={t('deals.new.namePlaceholder')}
          onValueChange={setDealName}
        />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('record.field.customerId')} optional={optional} error={at('/customerId')}>
          <PickRecord
            source={customerSource}
            value={customer}
            placeholder={t('deals.new.noCustomer')}
            onChange={(chosen) => {
              setCustomer(chosen);
              if (!companyChosen) setCompany(null);
            }}
          />
        </Field>
        <Field
          label={t('record.field.companyId')}
          optional={optional}
          error={at('/companyId')}
          hint={customer && !company ? t('deals.new.companyHint') : undefined}
        >
          <PickRecord
            source={companies}
            value={company}
            placeholder={t('deals.new.noCompany')}
            onChange={(chosen) => {
              setCompany(chosen);
              setCompanyChosen(chosen !== null);
            }}
          />
        </Field>
      </div>
      <MoneyField
        ref={amountField}
        label={t('record.field.amount')}
        optional={optional}
        text={amount}
        onText={setAmount}
        currency={currency}
        onCurrency={setCurrency}
        error={(checked ? wrong.amount : null) ?? at('/amount')}
        currencyError={at('/currency')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('record.field.stageId')} error={at('/stageId')}>
          <Select
            value={stageId}
            onValueChange={(next) => setStage(next ?? undefined)}
            options={(pipeline?.stages ?? []).map((each) => ({ value: each.id, label: each.name }))}
          />
        </Field>
        <Field
          label={t('record.field.expectedCloseDate')}
          optional={optional}
          error={at('/expectedCloseDate')}
        >
          <Input type="date" max="9999-12-31" value={close} onValueChange={setClose} />
        </Field>
      </div>
      {lost ? (
        <Field
          label={t('record.field.lostReason')}
          error={(checked ? wrong.reason : null) ?? at('/lostReason')}
        >
          <Input ref={reasonField} value={reason} onValueChange={setReason} />
        </Field>
      ) : null}
      <Field label={t('record.field.ownerId')} error={at('/ownerId')}>
        <Combobox
          options={isAdmin(me) ? owners : owners.filter(({ value }) => value === me.id)}
          value={owners.find(({ value }) => value === owner) ?? null}
          onValueChange={(chosen) => setOwner(chosen?.value ?? null)}
          placeholder={t('deals.owner.none')}
          clearable
        />
      </Field>
      <CustomInputs form={custom} error={error} />
      {error && !shownAtField ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {errorText(error)}
        </p>
      ) : null}
    </form>
  );
}
