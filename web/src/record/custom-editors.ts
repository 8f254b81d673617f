import type { CustomField } from '@/api/types';
import type { EditorSpec, PickSource } from '@/grid/types';
import type { Translate } from '@/i18n/use-t';
import { customSource, pickedIds, pickedValue, toggled } from './custom-sources';
import { isWritten, LENGTHS, readWritten, writtenProblem, writtenText } from './custom-values';

interface Row {
  custom: Readonly<Record<string, unknown>>;
}

/** Silently: whoever asks tells of it. */
export type SaveCustom<Item> = (
  row: Item,
  values: Record<string, unknown>,
  silently?: boolean,
) => Promise<Item | null> | undefined;

interface Editing<Item> {
  t: Translate;
  locale: string;
  members: PickSource;
  blocked: (row: Item) => string | null;
  save: SaveCustom<Item>;
}

/** How a cell of a custom field is edited. */
export function editorOf<Item extends Row>(field: CustomField, editing: Editing<Item>): EditorSpec<Item> {
  const { t, locale, members, blocked, save } = editing;
  const { key } = field;
  const placeholder = t('record.edit.find');
  if (isWritten(field))
    return {
      kind: 'text',
      blocked,
      maxLength: LENGTHS[field.kind],
      date: field.kind === 'date' ? { incomplete: t('customValue.problem.date') } : undefined,
      get: ({ custom }) => writtenText(custom[key], locale),
      check: (value) => {
        const wrong = writtenProblem(field, value, locale);
        return wrong && t(wrong);
      },
      set: (row, value, silently) => save(row, { [key]: readWritten(field, value, locale) }, silently),
    };
  const options = customSource(field, members, t);
  if (field.kind === 'multi_select')
    return {
      kind: 'tags',
      blocked,
      options,
      placeholder,
      get: ({ custom }) => pickedIds(custom[key]),
      toggle: (row, id) => void save(row, { [key]: toggled(field, row.custom[key], id) }),
    };
  return {
    kind: 'pick',
    blocked,
    options,
    placeholder,
    get: ({ custom }) => pickedIds(custom[key])[0] ?? null,
    clear: field.required ? undefined : t('record.edit.clear'),
    set: (row, option, silently) => save(row, { [key]: pickedValue(field, option?.id) }, silently),
  };
}
