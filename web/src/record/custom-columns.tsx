import { useMemo } from 'react';
import type { CustomFieldRecord } from '@/api/types';
import { chips } from '@/grid/chips';
import type { GridColumn } from '@/grid/types';
import { withLateTexts } from '@/i18n/setup';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { deferModule } from '@/ui/deferred';
import type { SaveCustom } from './custom-editors';
import { useCustomFields, useCustomText } from './custom-fields';
import { useSources } from './use-sources';

const editors = deferModule(() => withLateTexts(() => import('./custom-editors')));

/** A column for every custom field, hidden until somebody asks for it. `blocked` and `save` stay the same. */
export function useCustomColumns<Item extends { custom: Readonly<Record<string, unknown>> }>(
  record: CustomFieldRecord,
  blocked: (row: Item) => string | null,
  save: SaveCustom<Item>,
): GridColumn<Item>[] {
  const t = useT();
  const { locale } = useFormat();
  const { members } = useSources();
  const fields = useCustomFields(record);
  const text = useCustomText();
  const editing = editors.useModule();
  return useMemo(
    () =>
      fields.map(
        (field): GridColumn<Item> => ({
          id: field.info.field,
          header: field.label,
          width: 150,
          optional: true,
          sortField: field.info.sortable ? field.info.field : undefined,
          firstDescending: field.kind === 'number' || field.kind === 'date',
          align: field.kind === 'number' ? 'end' : undefined,
          className: field.kind === 'date' ? 'tabular-cell' : undefined,
          text: ({ custom }) => text(field, custom[field.key]),
          ...(field.kind === 'multi_select'
            ? {
                title: ({ custom }) => text(field, custom[field.key]) || undefined,
                render: ({ custom }, width) =>
                  chips(
                    [custom[field.key] ?? []].flat().map((id) => ({
                      id: String(id),
                      label: text(field, id),
                      tone: 'gray',
                    })),
                    width,
                  ),
              }
            : {}),
          edit: editing?.editorOf(field, { t, locale, members, blocked, save }) ?? {
            kind: 'later',
            load: editors.load,
            blocked,
          },
        }),
      ),
    [t, locale, members, fields, text, editing, blocked, save],
  );
}
