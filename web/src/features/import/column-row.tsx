import { ArrowRight, CircleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { Import, ImportRecord } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useT } from '@/i18n/use-t';
import { Badge, type Tone } from '@/ui/badge';
import { Combobox, type ComboboxOption } from '@/ui/combobox';
import { fieldsOf } from './logic/fields';
import type { Certainty } from './logic/mapping';

const certainties: Record<Certainty, { label: MessageId; tone: Tone }> = {
  decided: { label: 'imports.certainty.decided', tone: 'green' },
  sure: { label: 'imports.certainty.sure', tone: 'green' },
  likely: { label: 'imports.certainty.likely', tone: 'blue' },
  unsure: { label: 'imports.certainty.unsure', tone: 'yellow' },
  none: { label: 'imports.certainty.none', tone: 'gray' },
};

/** Stands for `null` in the list, where every option needs a value. */
const leftOut = '';

interface ColumnRowProps {
  record: ImportRecord;
  column: Import['columns'][number];
  field: string | null;
  certainty: Certainty;
  /** The person chose otherwise than the guess. */
  own: boolean;
  /** Other columns that claim the same field. */
  clashes: string[];
  onFieldChange: (field: string | null) => void;
}

export function ColumnRow({ record, column, field, certainty, own, clashes, onFieldChange }: ColumnRowProps) {
  const t = useT();
  const { customFields } = useBootstrap();
  const options = useMemo<ComboboxOption[]>(
    () => [
      { value: leftOut, label: t('imports.columns.doNotImport') },
      ...fieldsOf(record, customFields).map(({ name, label, hint }) => ({
        value: name,
        label: typeof label === 'string' ? t(label) : label.text,
        hint: hint ? t(hint) : undefined,
      })),
    ],
    [record, customFields, t],
  );
  const value = options.find((option) => option.value === (field ?? leftOut)) ?? null;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-2 px-4 py-2.5 sm:grid-cols-[minmax(0,1fr)_auto_15rem_7.5rem] sm:items-center">
      <div className="min-w-0">
        <p className="truncate text-sm font-medium" title={column.name}>
          {column.name}
        </p>
        <p className="truncate text-xs text-muted" title={column.samples.join('\n')}>
          {column.samples.length > 0 ? column.samples.join(' · ') : t('imports.columns.empty')}
        </p>
      </div>
      <ArrowRight aria-hidden className="size-4 text-faint max-sm:hidden" />
      <div className="min-w-0 max-sm:order-1 max-sm:col-span-2">
        <Combobox
          aria-label={t('imports.columns.fieldOf', { column: column.name })}
          options={options}
          value={value}
          emptyText={t('imports.columns.noField')}
          onValueChange={(option) => {
            // Emptied text is not a choice; "Do not import" is.
            if (option) onFieldChange(option.value === leftOut ? null : option.value);
          }}
        />
      </div>
      <div className="flex">
        {own && field !== null ? (
          <Badge tone="outline">{t('imports.certainty.own')}</Badge>
        ) : (
          <Badge tone={certainties[certainty].tone}>
            {t(own ? 'imports.certainty.leftOut' : certainties[certainty].label)}
          </Badge>
        )}
      </div>
      {clashes.length > 0 ? (
        <p className="flex items-start gap-1.5 text-sm text-danger-fg max-sm:order-1 col-span-full">
          <CircleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
          {t('imports.clash.row', { columns: clashes.join(', ') })}
        </p>
      ) : null}
    </li>
  );
}
