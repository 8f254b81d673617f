import {
  Archive,
  ArchiveRestore,
  ChevronDown,
  Download,
  Hand,
  ListMinus,
  ListPlus,
  Merge,
  MoreHorizontal,
  Tag,
  Tags,
  UserMinus,
  UserPlus,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import type { CompanyAction, CustomerAction } from '@/api/types';
import { type Command, useCommands } from '@/commands/registry';
import type { Selection } from '@/grid/selection';
import type { ListView } from '@/grid/use-list';
import { withLateTexts } from '@/i18n/setup';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button, IconButton } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { deferComponent } from '@/ui/deferred';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import type { ExportDialogProps } from '../export/export-dialog';
import { MERGE_MAX } from '../merge/choices';
import type { MergeSubject } from '../merge/merge-dialog';
import { MergeDialog } from '../merge/parts';
import { isAdmin } from '../permissions';
import { OwnerForm, SegmentForm, TagsForm } from './bulk-forms';
import { type BulkAction, type BulkRecord, startBulk } from './jobs';
import { NAMED_MAX, selectOf, tooManyNamed } from './select';

const ExportDialog = deferComponent<ExportDialogProps>(
  () => withLateTexts(async () => (await import('../export/export-dialog')).ExportDialog),
  ({ open }) => open,
);

interface BulkActionsProps {
  record: BulkRecord;
  selection: Selection;
  count: number;
  /** The list, as it is filtered, sorted and shown: what an export is like. */
  view: ListView;
  columns: readonly string[];
  exact: boolean;
  clear: () => void;
  /** Further buttons, before the last menu. */
  children?: ReactNode;
  /** Further entries of the last menu: `MenuItem`s. */
  menu?: ReactNode;
}

/** What can be done with all that is selected; each act becomes a job that the strip at the foot tells of. */
export function BulkActions({
  record,
  selection,
  count,
  view,
  columns,
  exact,
  clear,
  children,
  menu,
}: BulkActionsProps) {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const [form, setForm] = useState<
    'owner' | 'add_tags' | 'remove_tags' | 'add_to_segment' | 'remove_from_segment' | null
  >(null);
  const [busy, setBusy] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [merging, setMerging] = useState<MergeSubject | null>(null);
  const what = t(`bulk.count.${record}`, { count });
  const tooMany = tooManyNamed(selection)
    ? t('bulk.refusal.tooMany', { max: format.number(NAMED_MAX) })
    : undefined;
  const adminOnly = tooMany ?? (isAdmin(me) ? undefined : t('record.owner.onlyAdmin'));
  const isCustomers = record === 'customer';
  const few = selection.mode === 'some' && selection.ids.size >= 2 && selection.ids.size <= MERGE_MAX;
  const unmergeable = !isAdmin(me)
    ? t('record.merge.onlyAdmin')
    : few
      ? undefined
      : t('merge.action.howMany', { max: format.number(MERGE_MAX) });
  const merge = () => {
    if (selection.mode === 'some') setMerging({ record, ids: [...selection.ids] });
  };

  const run = async (action: CustomerAction | CompanyAction) => {
    setBusy(true);
    setForm(null);
    if (await startBulk(selectOf(selection), { record, action } as BulkAction)) clear();
    setBusy(false);
  };
  const archive = async () => {
    const sure = await confirm({
      title: t('bulk.archive.title', { what }),
      description: t(isCustomers ? 'bulk.archive.customers' : 'bulk.archive.companies'),
      confirmLabel: t('bulk.archive.confirm', { what }),
      danger: true,
    });
    if (sure) await run({ kind: 'archive' });
  };
  const claim = () => void run({ kind: 'claim' } as CustomerAction);
  const release = () => void run({ kind: 'release' } as CustomerAction);

  const commands: Command[] = [
    ...(isCustomers
      ? ([
          { id: 'bulk.claim', label: 'bulk.command.claim', icon: Hand, disabledReason: tooMany, run: claim },
          {
            id: 'bulk.release',
            label: 'bulk.command.release',
            icon: UserMinus,
            disabledReason: adminOnly,
            run: release,
          },
          {
            id: 'bulk.addTags',
            label: 'bulk.command.addTags',
            icon: Tag,
            disabledReason: tooMany,
            run: () => setForm('add_tags'),
          },
          {
            id: 'bulk.removeTags',
            label: 'bulk.command.removeTags',
            icon: Tags,
            disabledReason: tooMany,
            run: () => setForm('remove_tags'),
          },
          {
            id: 'bulk.addToSegment',
            label: 'bulk.command.addToSegment',
            icon: ListPlus,
            disabledReason: tooMany,
            run: () => setForm('add_to_segment'),
          },
          {
            id: 'bulk.removeFromSegment',
            label: 'bulk.command.removeFromSegment',
            icon: ListMinus,
            disabledReason: tooMany,
            run: () => setForm('remove_from_segment'),
          },
        ] as const)
      : []),
    {
      id: 'bulk.reassign',
      label: 'bulk.command.reassign',
      icon: UserPlus,
      disabledReason: isCustomers ? adminOnly : tooMany,
      run: () => setForm('owner'),
    } as const,
    {
      id: 'bulk.merge',
      label: 'merge.action.command',
      icon: Merge,
      disabledReason: unmergeable,
      run: merge,
    } as const,
    {
      id: 'bulk.export',
      label: 'bulk.command.export',
      icon: Download,
      disabledReason: tooMany,
      run: () => setExporting(true),
    } as const,
    {
      id: 'bulk.archive',
      label: 'bulk.command.archive',
      icon: Archive,
      disabledReason: tooMany,
      run: () => void archive(),
    } as const,
    {
      id: 'bulk.restore',
      label: 'bulk.command.restore',
      icon: ArchiveRestore,
      disabledReason: tooMany,
      run: () => void run({ kind: 'restore' }),
    } as const,
  ].map((command) => ({ ...command, group: 'record', labelValues: { what } }));
  useCommands(commands);

  return (
    <>
      {isCustomers ? (
        <>
          <Menu
            side="top"
            trigger={
              <Button variant="ghost" size="small" loading={busy}>
                <UserPlus aria-hidden className="size-4" />
                {t('bulk.bar.owner')}
                <ChevronDown aria-hidden className="size-3.5" />
              </Button>
            }
          >
            <MenuItem icon={Hand} disabledReason={tooMany} onClick={claim}>
              {t('bulk.action.claim')}
            </MenuItem>
            <MenuItem icon={UserPlus} disabledReason={adminOnly} onClick={() => setForm('owner')}>
              {t('bulk.action.reassign')}
            </MenuItem>
            <MenuItem icon={UserMinus} disabledReason={adminOnly} onClick={release}>
              {t('bulk.action.release')}
            </MenuItem>
          </Menu>
          <Menu
            side="top"
            trigger={
              <Button variant="ghost" size="small" disabled={busy}>
                <Tag aria-hidden className="size-4" />
                {t('bulk.bar.tags')}
                <ChevronDown aria-hidden className="size-3.5" />
              </Button>
            }
          >
            <MenuItem icon={Tag} disabledReason={tooMany} onClick={() => setForm('add_tags')}>
              {t('bulk.action.addTags')}
            </MenuItem>
            <MenuItem icon={Tags} disabledReason={tooMany} onClick={() => setForm('remove_tags')}>
              {t('bulk.action.removeTags')}
            </MenuItem>
          </Menu>
        </>
      ) : (
        <Button
          variant="ghost"
          size="small"
          loading={busy}
          disabledReason={tooMany}
          onClick={() => setForm('owner')}
        >
          <UserPlus aria-hidden className="size-4" />
          {t('bulk.bar.owner')}
        </Button>
      )}
      <Button
        variant="ghost"
        size="small"
        disabled={busy}
        disabledReason={tooMany}
        onClick={() => void archive()}
      >
        <Archive aria-hidden className="size-4" />
        {t('bulk.action.archive')}
      </Button>
      <Button variant="ghost" size="small" disabled={busy} disabledReason={unmergeable} onClick={merge}>
        <Merge aria-hidden className="size-4" />
        {t('merge.action.button')}
      </Button>
      <Button variant="ghost" size="small" disabledReason={tooMany} onClick={() => setExporting(true)}>
        <Download aria-hidden className="size-4" />
        {t('bulk.action.export')}
      </Button>
      {children}
      <Menu
        side="top"
        align="end"
        trigger={
          <IconButton label={t('bulk.bar.more')}>
            <MoreHorizontal aria-hidden className="size-4" />
          </IconButton>
        }
      >
        {isCustomers ? (
          <>
            <MenuItem icon={ListPlus} disabledReason={tooMany} onClick={() => setForm('add_to_segment')}>
              {t('bulk.action.addToSegment')}
            </MenuItem>
            <MenuItem
              icon={ListMinus}
              disabledReason={tooMany}
              onClick={() => setForm('remove_from_segment')}
            >
              {t('bulk.action.removeFromSegment')}
            </MenuItem>
            <MenuSeparator />
          </>
        ) : null}
        <MenuItem
          icon={ArchiveRestore}
          disabledReason={tooMany}
          onClick={() => void run({ kind: 'restore' })}
        >
          {t('bulk.action.restore')}
        </MenuItem>
        {menu ? (
          <>
            <MenuSeparator />
            {menu}
          </>
        ) : null}
      </Menu>
      <OwnerForm
        open={form === 'owner'}
        record={record}
        what={what}
        onClose={() => setForm(null)}
        onSubmit={(userId) => void run({ kind: 'reassign', userId })}
      />
      <TagsForm
        mode={form === 'add_tags' || form === 'remove_tags' ? form : null}
        what={what}
        onClose={() => setForm(null)}
        onSubmit={(kind, tags) => void run({ kind, tags } as CustomerAction)}
      />
      <SegmentForm
        mode={form === 'add_to_segment' || form === 'remove_from_segment' ? form : null}
        what={what}
        onClose={() => setForm(null)}
        onSubmit={(kind, segmentId) => void run({ kind, segmentId } as CustomerAction)}
      />
      <ExportDialog
        open={exporting}
        onClose={() => setExporting(false)}
        record={isCustomers ? 'customers' : 'companies'}
        view={view}
        defaultSort={isCustomers ? '-lastActivityAt' : 'name'}
        columns={columns}
        total={count}
        exact={exact}
        // Everything that matches is the list itself, which the browser downloads as it comes.
        select={
          selection.mode === 'allMatching' && selection.except.size === 0 ? undefined : selectOf(selection)
        }
      />
      <MergeDialog
        subject={merging}
        onClose={() => setMerging(null)}
        onMerged={() => {
          setMerging(null);
          clear();
        }}
      />
    </>
  );
}
