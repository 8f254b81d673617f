import { ExternalLink } from 'lucide-react';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { fieldText } from '@/api/field-text';
import type { CustomField, CustomFieldRecord } from '@/api/types';
import { PickList } from '@/grid/cell-editors/pick-list';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { useCustomFields, useCustomText } from './custom-fields';
import { customSource, pickedIds, pickedValue, toggled } from './custom-sources';
import { isWritten, LENGTHS, readWritten, writtenProblem, writtenText } from './custom-values';
import { Section } from './drawer-parts';
import { FieldRow, InlinePick, InlineText, PickPopover, valueStyle } from './inline-fields';
import { useSources } from './use-sources';

export interface CustomSectionProps {
  record: CustomFieldRecord;
  /** By key, as the record has them. */
  values: Readonly<Record<string, unknown>>;
  /** Absent: shown only. `refused` tells of a refusal beside the field; the answer is `null` then. */
  onSave?: (values: Record<string, unknown>, refused: (error: unknown) => boolean) => Promise<unknown>;
}

/** So many empty fields are shown; more of them wait behind a button. */
const EMPTY_SHOWN = 3;

/** The fields that the organisation has added, in their order. */
export function CustomSection({ record, values, onSave }: CustomSectionProps) {
  const t = useT();
  const fields = useCustomFields(record);
  const [all, setAll] = useState(false);
  // Those that were empty when the record was opened and are filled in or emptied meanwhile stay where they are.
  const [first] = useState(values);
  const list = useRef<HTMLDListElement>(null);
  if (fields.length === 0) return null;
  const isEmpty = ({ key, required }: CustomField) =>
    values[key] === undefined && first[key] === undefined && !required;
  const empty = fields.filter(isEmpty);
  const folds = !all && empty.length > EMPTY_SHOWN;
  const unfold = () => {
    flushSync(() => setAll(true));
    // The button is gone: the focus goes on with the first of those that it has shown.
    const at = fields.findIndex(isEmpty);
    list.current?.children[at]?.querySelector<HTMLElement>('button')?.focus();
  };
  return (
    <Section title={t('customValue.section.title')}>
      <dl ref={list} className="flex flex-col gap-0.5">
        {(folds ? fields.filter((field) => !isEmpty(field)) : fields).map((field) => (
          <ValueRow key={field.id} field={field} value={values[field.key]} onSave={onSave} />
        ))}
      </dl>
      {folds ? (
        <Button variant="ghost" size="small" className="-ml-2 w-fit" onClick={unfold}>
          {t('customValue.section.empty', { count: empty.length })}
        </Button>
      ) : null}
    </Section>
  );
}

interface ValueRowProps {
  field: CustomField;
  value: unknown;
  onSave: CustomSectionProps['onSave'];
}

function ValueRow({ field, value, onSave }: ValueRowProps) {
  const t = useT();
  const { locale } = useFormat();
  const shown = useCustomText()(field, value);
  const source = customSource(field, useSources().members, t, value);
  const [problem, setProblem] = useState<string | null>(null);
  const save =
    onSave &&
    ((next: unknown) => {
      setProblem(null);
      return onSave({ [field.key]: next }, (error) => {
        const text = fieldText(error, `/custom/${field.key}`);
        setProblem(text);
        return text !== null;
      });
    });
  const common = { label: field.label, problem };
  if (isWritten(field)) {
    const check = (text: string) => {
      const wrong = writtenProblem(field, text, locale);
      return wrong && t(wrong);
    };
    return (
      <InlineText
        {...common}
        value={value === undefined ? null : writtenText(value, locale)}
        required={field.required ? t('common.field.required') : undefined}
        maxLength={LENGTHS[field.kind] ?? 320}
        inputMode={
          field.kind === 'number' ? 'decimal' : field.kind === 'date' ? undefined : inputModes[field.kind]
        }
        date={field.kind === 'date' ? { incomplete: t('customValue.problem.date') } : undefined}
        check={check}
        after={<ValueLink field={field} value={value} />}
        onSave={save && ((text) => save(readWritten(field, text ?? '', locale)))}
      >
        <span className={field.kind === 'number' || field.kind === 'date' ? 'tabular' : undefined}>
          {shown}
        </span>
      </InlineText>
    );
  }
  if (field.kind === 'multi_select')
    return <Several field={field} value={value} save={save} problem={problem} setProblem={setProblem} />;
  return (
    <InlinePick
      {...common}
      value={pickedIds(value)[0] ?? null}
      source={source}
      clear={field.required ? undefined : t('record.edit.clear')}
      onSave={save && ((option) => save(pickedValue(field, option?.id)))}
    >
      {shown}
    </InlinePick>
  );
}

const inputModes: { [Kind in CustomField['kind']]?: 'url' | 'email' } = { url: 'url', email: 'email' };

/** Leads to the address that a field holds. */
function ValueLink({ field, value }: { field: CustomField; value: unknown }) {
  const t = useT();
  if (typeof value !== 'string' || field.kind !== 'url' || !/^https?:\/\//.test(value)) return null;
  return (
    <a
      href={value}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={t('customValue.link.open', { field: field.label })}
      className="flex size-control-small shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-fg"
    >
      <ExternalLink aria-hidden className="size-3.5" />
    </a>
  );
}

interface SeveralProps {
  field: CustomField;
  value: unknown;
  save: ((next: unknown) => void) | undefined;
  problem: string | null;
  setProblem: (problem: string | null) => void;
}

/** Options of which any number may be chosen. */
function Several({ field, value, save, problem, setProblem }: SeveralProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const source = customSource(field, useSources().members, t, value);
  const chosen = pickedIds(value);
  const names = chosen.map((id) => field.options.find((option) => option.id === id)?.label ?? id);
  const shown =
    names.length === 0 ? (
      <span className="text-faint">–</span>
    ) : (
      <span className="flex flex-wrap gap-1 py-1">
        {names.map((name, at) => (
          <span
            key={chosen[at]}
            data-tone="gray"
            className="max-w-full truncate rounded-sm bg-(--tint) px-1.5 font-medium text-(--tint-fg) text-xs leading-5 ring-1 ring-line ring-inset"
          >
            {name}
          </span>
        ))}
      </span>
    );
  if (save === undefined) return <FieldRow label={field.label}>{shown}</FieldRow>;
  return (
    <FieldRow label={field.label} problem={problem}>
      <PickPopover
        label={field.label}
        input={input}
        open={open}
        onOpenChange={setOpen}
        trigger={
          <button
            type="button"
            className={valueStyle}
            aria-label={t('record.edit.change', { field: field.label })}
          >
            {shown}
          </button>
        }
      >
        <PickList
          ref={input}
          label={field.label}
          placeholder={t('record.edit.find')}
          source={source}
          selected={chosen}
          multiple
          onPick={(option) => {
            const next = option && toggled(field, value, option.id);
            if (next === null && field.required) setProblem(t('common.field.required'));
            else save(next);
          }}
          onLeave={() => setOpen(false)}
        />
      </PickPopover>
    </FieldRow>
  );
}
