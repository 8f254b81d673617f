/** What the values of custom fields are picked from. */
import type { CustomField } from '@/api/types';
import type { PickOption, PickSource } from '@/grid/types';
import type { Translate } from '@/i18n/use-t';

/** Yes and no, the field's options, or members. Archived options only for who has them. */
export function customSource(
  field: CustomField,
  members: PickSource,
  t: Translate,
  current?: unknown,
): PickSource {
  if (field.kind === 'user') return members;
  const held = [current].flat();
  const options: PickOption[] =
    field.kind === 'boolean'
      ? [
          { id: 'true', label: t('record.value.yes') },
          { id: 'false', label: t('record.value.no') },
        ]
      : field.options.filter((option) => !option.archived || held.includes(option.id));
  return { name: `${field.info.field} of ${field.record}`, all: () => options };
}

/** Ids of what is picked now. */
export function pickedIds(value: unknown): string[] {
  return value === undefined || value === null ? [] : [value].flat().map(String);
}

/** What a picked id stands for. */
export function pickedValue(field: CustomField, id: string | undefined): unknown {
  if (id === undefined) return null;
  return field.kind === 'boolean' ? id === 'true' : id;
}

/** The list with one more or less of its ids, as the server keeps it: in the order of the options; null for none. */
export function toggled({ options }: CustomField, value: unknown, id: string): string[] | null {
  const before = pickedIds(value);
  const next = options
    .map((option) => option.id)
    .filter((each) => (each === id ? !before.includes(id) : before.includes(each)));
  return next.length === 0 ? null : next;
}
