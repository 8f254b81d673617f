import { useMemo } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { CustomFieldRecord } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { customFieldNamed, useCustomText } from './custom-fields';
import { useNames } from './use-sources';

const fields = {
  firstName: 'record.field.firstName',
  lastName: 'record.field.lastName',
  fullName: 'record.field.fullName',
  jobTitle: 'record.field.jobTitle',
  avatarUrl: 'record.field.avatarUrl',
  language: 'record.field.language',
  timezone: 'record.field.timezone',
  country: 'record.field.country',
  companyId: 'record.field.companyId',
  claimedById: 'record.field.claimedById',
  tags: 'record.field.tags',
  contacts: 'record.field.contacts',
  doNotContact: 'record.field.doNotContact',
  name: 'record.field.name',
  legalName: 'record.field.legalName',
  domains: 'record.field.domains',
  website: 'record.field.website',
  linkedinUrl: 'record.field.linkedinUrl',
  industry: 'record.field.industry',
  sizeBand: 'record.field.sizeBand',
  employeeCount: 'record.field.employeeCount',
  annualRevenue: 'record.field.annualRevenue',
  city: 'record.field.city',
  parentId: 'record.field.parentId',
  ownerId: 'record.field.ownerId',
  value: 'record.field.value',
  label: 'record.field.label',
  amount: 'record.field.amount',
  currency: 'record.field.currency',
  probability: 'record.field.probability',
  expectedCloseDate: 'record.field.expectedCloseDate',
  lostReason: 'record.field.lostReason',
  source: 'record.field.source',
  lines: 'record.field.lines',
  customerId: 'record.field.customerId',
  ownerName: 'record.field.ownerName',
  isPrimary: 'record.field.isPrimary',
  status: 'record.field.status',
} as const satisfies Record<string, MessageId>;

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
  const { customFields } = useBootstrap();
  const customText = useCustomText();
  return useMemo(() => {
    const custom = (field: string) => customFieldNamed(customFields, record, field);
    const valueText = (field: string, value: unknown): string => {
      if (value === null || value === undefined || value === '') return t('record.value.empty');
      const own = custom(field);
      if (own) return customText(own, value) || t('record.value.empty');
      if (typeof value === 'boolean') return t(value ? 'record.value.yes' : 'record.value.no');
      if (Array.isArray(value)) return value.length === 0 ? t('record.value.empty') : value.join(', ');
      if (typeof value === 'number') return format.number(value);
      if (typeof value !== 'string') return JSON.stringify(value);
      if (field === 'country') return format.country(value);
      if (field === 'language') return format.language(value);
      if (field === 'claimedById' || field === 'ownerId') return names.member(value);
      if (field === 'label' && value in labels) return t(labels[value as keyof typeof labels]);
      if (field === 'status' && value in statuses) return t(statuses[value as keyof typeof statuses]);
      return value;
    };
    return {
      /** The label of a field; its own name when this build does not know it. */
      fieldLabel: (field: string) =>
        field in fields ? t(fields[field as keyof typeof fields]) : (custom(field)?.label ?? field),
      valueText,
    };
  }, [t, format, names, customFields, customText, record]);
}
