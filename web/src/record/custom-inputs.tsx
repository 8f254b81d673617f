import { CircleAlert } from 'lucide-react';
import { useId, useState } from 'react';
import { fieldText, tooLong } from '@/api/field-text';
import type { CustomField, CustomFieldRecord } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Checkbox } from '@/ui/checkbox';
import { Combobox } from '@/ui/combobox';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { useCustomFields } from './custom-fields';
import { customSource, pickedIds, pickedValue, toggled } from './custom-sources';
import { isWritten, LENGTHS, readWritten, writtenProblem } from './custom-values';
import { useSources } from './use-sources';

export interface CustomForm {
  readonly fields: readonly CustomField[];
  readonly drafts: Readonly<Record<string, unknown>>;
  readonly change: (key: string, value: unknown) => void;
  /** What is wrong with a field, once the form has been sent. */
  readonly problemOf: (field: CustomField) => string | null;
  /** The values, or null while something is wrong, which shows then. */
  readonly read: () => Record<string, unknown> | null;
}

/** The required fields of a new record. */
export function useCustomForm(record: CustomFieldRecord): CustomForm {
  const t = useT();
  const { locale } = useFormat();
  const all = useCustomFields(record);
  const fields = all.filter(({ required }) => required);
  const [drafts, setDrafts] = useState<Readonly<Record<string, unknown>>>({});
  const [checked, setChecked] = useState(false);
  const problemOf = (field: CustomField) => {
    const draft = drafts[field.key] ?? null;
    if (!isWritten(field)) return draft === null ? t('common.field.required') : null;
    const text = String(draft ?? '').trim();
    const wrong = writtenProblem(field, text, locale);
    return wrong ? t(wrong) : tooLong(text, LENGTHS[field.kind] ?? 320);
  };
  return {
    fields,
    drafts,
    change: (key, value) => setDrafts((before) => ({ ...before, [key]: value })),
    problemOf: (field) => (checked ? problemOf(field) : null),
    read: () => {
      setChecked(true);
      const wrong = fields.find((field) => problemOf(field) !== null);
      if (wrong) {
        document.querySelector<HTMLElement>(`[data-custom-input="${wrong.key}"] :is(input, button)`)?.focus();
        return null;
      }
      const value = (field: CustomField) => {
        const draft = drafts[field.key];
        return isWritten(field) ? readWritten(field, String(draft ?? '').trim(), locale) : draft;
      };
      return Object.fromEntries(fields.map((field) => [field.key, value(field)]));
    },
  };
}

/** Controls for the required fields of a new record; `error` is what the server said of them. */
export function CustomInputs({ form, error }: { form: CustomForm; error: unknown }) {
  return form.fields.map((field) => (
    <div key={field.id} data-custom-input={field.key}>
      <CustomInput
        field={field}
        value={form.drafts[field.key]}
        problem={form.problemOf(field) ?? fieldText(error, `/custom/${field.key}`)}
        onChange={(value) => form.change(field.key, value)}
      />
    </div>
  ));
}

interface CustomInputProps {
  field: CustomField;
  value: unknown;
  problem: string | null;
  onChange: (value: unknown) => void;
}

function CustomInput({ field, value, problem, onChange }: CustomInputProps) {
  const t = useT();
  const problemId = useId();
  const source = customSource(field, useSources().members, t);
  const options = 'all' in source ? source.all() : [];
  if (isWritten(field))
    return (
      <Field label={field.label} error={problem}>
        <Input
          type={field.kind === 'date' ? 'date' : 'text'}
          // Otherwise years have six digits.
          max={field.kind === 'date' ? '9999-12-31' : undefined}
          inputMode={inputModes[field.kind]}
          autoComplete="off"
          value={String(value ?? '')}
          onValueChange={onChange}
        />
      </Field>
    );
  if (field.kind === 'multi_select')
    return (
      <fieldset className="min-w-0" aria-describedby={problem ? problemId : undefined}>
        <legend className="mb-1 font-medium text-sm">{field.label}</legend>
        <div className="-m-1 flex max-h-40 flex-wrap gap-x-4 gap-y-1 overflow-y-auto p-1">
          {options.map((option) => (
            <Checkbox
              key={option.id}
              label={option.label}
              checked={pickedIds(value).includes(option.id)}
              onCheckedChange={() => onChange(toggled(field, value, option.id))}
            />
          ))}
        </div>
        {problem ? (
          <p id={problemId} className="mt-1 flex items-start gap-1.5 text-danger-fg text-sm">
            <CircleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
            {problem}
          </p>
        ) : null}
      </fieldset>
    );
  const choices = options.map(({ id, label }) => ({ value: id, label }));
  const [picked] = pickedIds(value);
  return (
    <Field label={field.label} error={problem}>
      <Combobox
        options={choices}
        value={choices.find((choice) => choice.value === picked) ?? null}
        placeholder={t('customValue.pick.choose')}
        onValueChange={(choice) => onChange(pickedValue(field, choice?.value))}
      />
    </Field>
  );
}

const inputModes: { [Kind in CustomField['kind']]?: 'decimal' | 'url' | 'email' } = {
  number: 'decimal',
  url: 'url',
  email: 'email',
};
