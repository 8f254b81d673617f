import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { ApiError } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import type { NewProduct } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { parseMoney } from '@/record/money';
import { MoneyField } from '@/record/money-field';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { productCounts, productQuery } from './api';
import { livingStatuses } from './filters';

const NAME_MAX = 200;
const DESCRIPTION_MAX = 10_000;

export interface NewProductDialogProps {
  open: boolean;
  onClose: () => void;
  onOpen: (id: string) => void;
}

export function NewProductDialog({ open, onClose, onOpen }: NewProductDialogProps) {
  const t = useT();
  const formId = useId();
  const name = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('products.new.title')}
      keepOpen
      initialFocus={name}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('products.new.create')}
          </Button>
        </>
      }
    >
      {open ? (
        <NewProductForm id={formId} name={name} onBusy={setBusy} onClose={onClose} onOpen={onOpen} />
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

function NewProductForm({ id, name, onBusy, onClose, onOpen }: FormProps) {
  const t = useT();
  const { locale } = useFormat();
  const { org } = useBootstrap();
  const queryClient = useQueryClient();
  const [productName, setProductName] = useState('');
  const [status, setStatus] = useState<(typeof livingStatuses)[number]>('active');
  const [price, setPrice] = useState('');
  const [currency, setCurrency] = useState(org.currency);
  const [description, setDescription] = useState('');
  const [checked, setChecked] = useState(false);
  const priceField = useRef<HTMLInputElement>(null);
  const descriptionField = useRef<HTMLTextAreaElement>(null);

  const create = useMutation({
    mutationFn: (body: NewProduct) => unwrap(client.POST('/products', { body })),
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: (product) => {
      queryClient.setQueryData(productQuery(product.id).queryKey, product);
      void queryClient.invalidateQueries({ queryKey: ['products', 'page'] });
      void queryClient.invalidateQueries({ queryKey: ['pick', 'products'] });
      for (const queryKey of productCounts) void queryClient.invalidateQueries({ queryKey });
      toast.done({ title: t('products.new.done', { name: product.name }) });
      onClose();
      onOpen(product.id);
    },
  });

  const amount = price.trim() === '' ? null : parseMoney(price, currency, locale);
  const wrong = {
    name: productName.trim() === '' ? t('record.edit.required') : tooLong(productName, NAME_MAX),
    price: price.trim() !== '' && amount === null ? t('money.amount.wrong') : null,
    description: tooLong(description, DESCRIPTION_MAX),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    setChecked(true);
    const first = wrong.name ? name : wrong.price ? priceField : wrong.description ? descriptionField : null;
    if (first) {
      first.current?.focus();
      return;
    }
    create.mutate({
      name: productName.trim(),
      status,
      ...(amount === null ? {} : { price: amount, currency }),
      ...(description.trim() === '' ? {} : { description: description.trim() }),
    });
  };

  const { error } = create;
  const existing = error instanceof ApiError && error.status === 409 ? error.existing : undefined;
  const shownAtField = ['/name', '/price', '/currency', '/description'].some(
    (path) => fieldText(error, path) !== null,
  );
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field
        label={t('record.field.name')}
        error={(checked ? wrong.name : null) ?? (existing ? null : fieldText(error, '/name'))}
      >
        <Input
          ref={name}
          value={productName}
          autoComplete="off"
          onValueChange={(text) => {
            setProductName(text);
            if (error) create.reset();
          }}
        />
      </Field>
      {existing ? (
        <p
          role="alert"
          className="flex items-center gap-2 rounded-md bg-warning-soft py-1.5 pr-1.5 pl-3 text-sm text-warning-fg"
        >
          <span className="min-w-0 flex-1">{t('products.new.exists', { name: existing.name })}</span>
          <Button
            size="small"
            onClick={() => {
              onClose();
              onOpen(existing.id);
            }}
          >
            {t('products.new.open', { name: existing.name })}
          </Button>
        </p>
      ) : null}
      <Field label={t('record.field.status')} hint={t(`products.new.hint_${status}`)}>
        <Select
          value={status}
          onValueChange={setStatus}
          options={livingStatuses.map((value) => ({ value, label: t(`products.status.${value}`) }))}
        />
      </Field>
      <MoneyField
        ref={priceField}
        label={t('record.field.price')}
        optional={t('common.field.optional')}
        text={price}
        onText={setPrice}
        currency={currency}
        onCurrency={setCurrency}
        error={(checked ? wrong.price : null) ?? fieldText(error, '/price')}
        currencyError={fieldText(error, '/currency')}
      />
      <Field
        label={t('record.field.description')}
        optional={t('common.field.optional')}
        error={wrong.description ?? fieldText(error, '/description')}
      >
        <Textarea ref={descriptionField} rows={2} value={description} onValueChange={setDescription} />
      </Field>
      {error && !existing && !shownAtField ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {errorText(error)}
        </p>
      ) : null}
    </form>
  );
}
