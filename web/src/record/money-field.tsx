import { type RefObject, useMemo } from 'react';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { currencies } from '@/lib/currencies';
import { Combobox } from '@/ui/combobox';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';

interface MoneyFieldProps {
  label: string;
  optional?: string;
  /** As it was written; `parseMoney` reads it. */
  text: string;
  onText: (text: string) => void;
  currency: string;
  onCurrency: (currency: string) => void;
  error: string | null;
  currencyError: string | null;
  ref?: RefObject<HTMLInputElement | null>;
}

/** An amount and its currency side by side. */
export function MoneyField(props: MoneyFieldProps) {
  const t = useT();
  const options = useCurrencies();
  return (
    <div className="flex items-start gap-2">
      <Field label={props.label} optional={props.optional} error={props.error} className="flex-1">
        <Input
          ref={props.ref}
          value={props.text}
          inputMode="decimal"
          autoComplete="off"
          onValueChange={props.onText}
        />
      </Field>
      <Field label={t('money.currency.label')} error={props.currencyError} className="w-44 shrink-0">
        <Combobox
          options={options}
          value={options.find(({ value }) => value === props.currency) ?? null}
          onValueChange={(chosen) => chosen && props.onCurrency(chosen.value)}
        />
      </Field>
    </div>
  );
}

/** All currencies, with their names. */
export function useCurrencies() {
  const format = useFormat();
  return useMemo(
    () => currencies.map((code) => ({ value: code, label: code, hint: format.currency(code) })),
    [format],
  );
}
