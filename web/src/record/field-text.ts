import { useMemo } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { CustomFieldRecord } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { currencyDigits } from '@/lib/format';
import { customFieldNamed, useCustomText } from './custom-fields';
import { useNames } from './use-sources';

const labels = {
  work: 'record.label.work',
  personal: 'record.label.personal',
  other: 'record.label.other',
} as const;
const statuses = {
  active: 'record.status.active',
  bounced: 'record.status.bounced',
  unreachable: 'record.status.unreachable',
  opted_out: 'record.status.opted_out',
} as const;

/** Names of fields and values of records in words, as messages and timelines need them; custom fields are the record's. */
export function useFieldText(record?: CustomFieldRecord) {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  const { customFields, org } = useBootstrap();
  const { currency } = org;
  const customText = useCustomText();
  return useMemo(() => {
    const custom = (field: string) => customFieldNamed(customFields, record, field);
    const valueText = (field: string, value: unknown): string => {
      if (value === null || value === undefined || value === '') return t('record.value.empty');
      const own = custom(field);
      if (own) return customText(own, value) || t('record.value.empty');
      if (typeof value === 'boolean') return t(value ? 'record.value.yes' : 'record.value.no');
      if (field === 'lines' && Array.isArray(value)) return t('record.value.lines', { count: value.length });
      if (Array.isArray(value)) return value.length === 0 ? t('record.value.empty') : value.join(', ');
      if (typeof value === 'number' && field === 'probability')
        return format.number(value, { style: 'percent' });
      if (typeof value === 'number' && (field === 'amount' || field === 'price')) {
        // Without a word of the currency: the event, or the clash, does not say which it was.
        const digits = currencyDigits(currency);
        return format.number(value / 10 ** digits, { minimumFractionDigits: digits });
      }
      if (typeof value === 'number') return format.number(value);
      if (typeof value !== 'string') return JSON.stringify(value);
      if (field === 'expectedCloseDate') return format.date(`${value}T12:00:00`);
      if (field === 'country') return format.country(value);
      if (field === 'language') return format.language(value);
      if (field === 'claimedById' || field === 'ownerId') return names.member(value);
      if (field === 'label' && value in labels) return t(labels[value as keyof typeof labels]);
      if (field === 'status' && value in statuses) return t(statuses[value as keyof typeof statuses]);
      return value;
    };
    return {
      /** The label of a field; its own name when this build does not know it. */
      fieldLabel: (field: string) => {
        // Fields are named in the texts of their screens, of which some arrive later than this.
        const id = `record.field.${field}` as MessageId;
        const own = t(id);
        return own === id ? (custom(field)?.label ?? field) : own;
      },
      valueText,
    };
  }, [t, format, names, currency, customFields, customText, record]);
}
