import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Archive, ArchiveRestore, ChevronDown, ChevronUp, Ellipsis, Pencil, Plus } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { bootstrapQuery, useBootstrap } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { CustomField } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { Alert } from '@/ui/alert';
import { Badge } from '@/ui/badge';
import { Button, IconButton } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { toast } from '@/ui/toast';
import { auditQuery, useUpdateBootstrap } from './api';
import { CustomFieldDialog, type FieldSubject } from './custom-field-dialog';
import { placeBeside, withFieldAt } from './custom-field-draft';
import { kinds } from './custom-field-kinds';
import { managesWorkspace } from './roles';
import { Block, SectionIntro } from './section-parts';

const records = ['customer', 'company', 'deal'] as const;

export function CustomFieldsSection() {
  const t = useT();
  const { me, customFields } = useBootstrap();
  const [subject, setSubject] = useState<FieldSubject | null>(null);
  const [said, setSaid] = useState('');
  const reason = managesWorkspace(me.role) ? undefined : t('settings.reason.admins');
  const { archive, restore, move } = useFieldActs(setSaid);

  return (
    <>
      <SectionIntro>{t('customField.page.intro')}</SectionIntro>
      {reason ? (
        <Alert tone="info" className="mb-5">
          {t('customField.page.readOnly')}
        </Alert>
      ) : null}
      {records.map((record) => {
        const own = customFields.filter((field) => field.record === record);
        const living = own.filter(({ archivedAt }) => archivedAt === null);
        const archived = own.filter(({ archivedAt }) => archivedAt !== null);
        return (
          <Block key={record} title={t(`customField.page.${record}`)}>
            {living.length === 0 ? (
              <p className="rounded-lg border border-line border-dashed px-4 py-5 text-center text-muted text-sm">
                {t(`customField.empty.${record}`)}
              </p>
            ) : (
              <ol
                aria-label={t(`customField.page.${record}`)}
                className="divide-y divide-line rounded-lg border border-line bg-surface"
              >
                {living.map((field, at) => (
                  <FieldLine
                    key={field.id}
                    field={field}
                    first={at === 0}
                    last={at === living.length - 1}
                    reason={reason}
                    onEdit={() => setSubject({ field, record })}
                    onMove={(by) => move(field, by)}
                    onArchive={() => void archive(field)}
                  />
                ))}
              </ol>
            )}
            <Button
              size="small"
              className="mt-2.5"
              disabledReason={reason}
              onClick={() => setSubject({ field: null, record })}
            >
              <Plus aria-hidden className="size-4" />
              {t(`customField.add.${record}`)}
            </Button>
            {archived.length === 0 ? null : (
              <details className="mt-3 text-sm">
                <summary className="w-fit cursor-default rounded-sm text-muted hover:text-fg">
                  {t('customField.archived.title', { count: archived.length })}
                </summary>
                <p className="mt-1.5 text-muted">{t('customField.archived.text')}</p>
                <ul
                  aria-label={t(`customField.archived.${record}`)}
                  className="mt-2 divide-y divide-line rounded-lg border border-line"
                >
                  {archived.map((field) => (
                    <li key={field.id} className="flex min-h-11 items-center gap-3 py-1.5 pr-1.5 pl-4">
                      <FieldFacts field={field} />
                      <Button
                        size="small"
                        disabledReason={reason}
                        aria-label={t('customField.restore.named', { label: field.label })}
                        onClick={() => restore(field)}
                      >
                        <ArchiveRestore aria-hidden className="size-4" />
                        {t('customField.restore.action')}
                      </Button>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </Block>
        );
      })}
      <span role="status" className="sr-only">
        {said}
      </span>
      <CustomFieldDialog subject={subject} onClose={() => setSubject(null)} />
    </>
  );
}

/** Archives, restores and moves fields; all of it shows at once. */
function useFieldActs(say: (text: string) => void) {
  const t = useT();
  const queryClient = useQueryClient();
  const updateBootstrap = useUpdateBootstrap();
  const refresh = () => queryClient.invalidateQueries({ queryKey: bootstrapQuery.queryKey });

  const setArchived = async (field: CustomField, archived: boolean) => {
    const path = { params: { path: { id: field.id } } };
    const saved = await unwrap(
      archived
        ? client.POST('/custom-fields/{id}/archive', path)
        : client.POST('/custom-fields/{id}/restore', path),
    );
    await updateBootstrap((bootstrap) => ({
      ...bootstrap,
      customFields: bootstrap.customFields.map((each) => (each.id === saved.id ? saved : each)),
    }));
    void queryClient.invalidateQueries({ queryKey: auditQuery.queryKey });
  };
  const run = async (field: CustomField, archived: boolean) => {
    const { label } = field;
    try {
      await setArchived(field, archived);
      toast.undo({
        title: t(archived ? 'customField.archive.done' : 'customField.restore.done', { label }),
        undo: () => setArchived(field, !archived),
      });
    } catch (error) {
      toast.failed({
        title: t(archived ? 'customField.archive.failed' : 'customField.restore.failed', { label }),
        description: errorText(error),
      });
    }
  };

  const moving = useMutation({
    // One after the other: each counts from where the last one has left the fields.
    scope: { id: 'custom-field-order' },
    mutationFn: ({ field, place }: { field: CustomField; place: number }) =>
      unwrap(
        client.PATCH('/custom-fields/{id}', {
          params: { path: { id: field.id } },
          body: { position: place },
        }),
      ),
    onError: (error, { field }) =>
      toast.failed({
        title: t('customField.move.failed', { label: field.label }),
        description: errorText(error),
      }),
    onSettled: () => {
      if (
        queryClient.isMutating({ predicate: ({ options }) => options.scope?.id === 'custom-field-order' }) <=
        1
      )
        void refresh();
    },
  });

  return {
    archive: async (field: CustomField) => {
      const sure = await confirm({
        title: t('customField.archive.title', { label: field.label }),
        description: t(`customField.archive.text.${field.record}`),
        confirmLabel: t('customField.archive.confirm'),
      });
      if (sure) await run(field, true);
    },
    restore: (field: CustomField) => void run(field, false),
    move: (field: CustomField, by: 1 | -1) => {
      const { queryKey } = bootstrapQuery;
      const known = queryClient.getQueryData(queryKey);
      const place = known ? placeBeside(known.customFields, field, by) : null;
      if (known === undefined || place === null) return;
      const customFields = withFieldAt(known.customFields, field, place);
      void queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, { ...known, customFields });
      const living = customFields.filter((each) => each.record === field.record && each.archivedAt === null);
      const position = living.findIndex(({ id }) => id === field.id) + 1;
      say(t('customField.move.done', { label: field.label, position, count: living.length }));
      moving.mutate({ field, place });
    },
  };
}

function FieldFacts({ field }: { field: CustomField }) {
  const t = useT();
  const { icon: Icon, label } = kinds[field.kind];
  const options = field.options.filter(({ archived }) => !archived).length;
  return (
    <span className="flex min-w-0 flex-1 items-center gap-3">
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0">
        <span className="flex min-w-0 items-center gap-2">
          <span className="min-w-0 truncate font-medium">{field.label}</span>
          {field.required ? <Badge tone="outline">{t('customField.row.required')}</Badge> : null}
        </span>
        <span className="block truncate text-muted text-xs">
          {t(label)}
          {options > 0 ? ` · ${t('customField.row.options', { count: options })}` : null}
          {' · '}
          <span className="font-mono">{field.key}</span>
        </span>
      </span>
    </span>
  );
}

interface FieldLineProps {
  field: CustomField;
  first: boolean;
  last: boolean;
  /** Why nothing of it can be changed. */
  reason: string | undefined;
  onEdit: () => void;
  onMove: (by: 1 | -1) => void;
  onArchive: () => void;
}

function FieldLine({ field, first, last, reason, onEdit, onMove, onArchive }: FieldLineProps) {
  const t = useT();
  const line = useRef<HTMLLIElement>(null);
  const move = (by: 1 | -1) => {
    const focused = document.activeElement;
    onMove(by);
    // Its element may be put elsewhere in the page, which takes the focus away.
    requestAnimationFrame(() => {
      if (focused instanceof HTMLElement && line.current?.contains(focused)) focused.focus();
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const by = event.key === 'ArrowUp' ? -1 : 1;
    if (reason === undefined && !(by === -1 ? first : last)) move(by);
  };
  if (reason !== undefined)
    return (
      <li className="flex min-h-14 px-4 py-2 text-sm">
        <FieldFacts field={field} />
      </li>
    );
  return (
    // Keys pressed on the buttons inside.
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: see above
    <li
      ref={line}
      onKeyDown={onKeyDown}
      className="flex min-h-14 items-center gap-1 py-1 pr-1.5 pl-1.5 text-sm"
    >
      <button
        type="button"
        aria-label={t('customField.row.edit', { label: field.label })}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        className="flex min-h-11 min-w-0 flex-1 items-center rounded-md px-2.5 text-left hover:bg-hover"
        onClick={onEdit}
      >
        <FieldFacts field={field} />
      </button>
      <IconButton
        label={t('customField.move.up', { label: field.label })}
        keys="Alt+ArrowUp"
        disabled={first}
        onClick={() => move(-1)}
      >
        <ChevronUp aria-hidden className="size-4" />
      </IconButton>
      <IconButton
        label={t('customField.move.down', { label: field.label })}
        keys="Alt+ArrowDown"
        disabled={last}
        onClick={() => move(1)}
      >
        <ChevronDown aria-hidden className="size-4" />
      </IconButton>
      <Menu
        align="end"
        trigger={
          <IconButton label={t('customField.row.menu', { label: field.label })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
      >
        <MenuItem icon={Pencil} onClick={onEdit}>
          {t('common.action.edit')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={Archive} onClick={onArchive}>
          {t('customField.archive.action')}
        </MenuItem>
      </Menu>
    </li>
  );
}
