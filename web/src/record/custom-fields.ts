/** Fields that the organisation has added to its records: which there are, what they are called, how values read. */
import { useMemo } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { CustomField, CustomFieldRecord } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { CUSTOM } from './custom-names';
import { useNames } from './use-sources';

/** Those of a record that are not archived, in their order. */
export function useCustomFields(record: CustomFieldRecord): readonly CustomField[] {
  const { customFields } = useBootstrap();
  return useMemo(
    () => customFields.filter((field) => field.record === record && field.archivedAt === null),
    [customFields, record],
  );
}

/** The field of a name such as `custom.tier`, also an archived one. */
export function customFieldNamed(
  fields: readonly CustomField[],
  record: CustomFieldRecord | undefined,
  name: string,
): CustomField | undefined {
  if (record === undefined || !name.startsWith(CUSTOM)) return undefined;
  const key = name.slice(CUSTOM.length);
  return fields.find((field) => field.record === record && field.key === key);
}

/** Values of custom fields as people read them; empty for none. */
export function useCustomText(): (field: CustomField, value: unknown) => string {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  return useMemo(
    () => (field, value) => {
      if (value === null || value === undefined) return '';
      const option = (id: unknown) => field.options.find((each) => each.id === id)?.label ?? String(id);
      switch (field.kind) {
        case 'number':
          return format.number(Number(value), { maximumFractionDigits: 15 });
        case 'date':
          return format.date(`${value}T12:00:00`);
        case 'boolean':
          return t(value ? 'record.value.yes' : 'record.value.no');
        case 'select':
          return option(value);
        case 'multi_select':
          return [value].flat().map(option).join(', ');
        case 'user':
          return names.member(String(value));
        default:
          return String(value);
      }
    },
    [t, format, names],
  );
}
