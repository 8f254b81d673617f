import { type QueryKey, type UseQueryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, ArchiveRestore, Merge } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { MenuItem } from '@/ui/menu';
import { DrawerSkeleton } from './drawer-parts';
import type { OpenRecord } from './list-screen';

/**
 * The record of a drawer, or what stands in its place. What the list already holds shows at once; the rest follows, and
 * the neighbours are read ahead, so that J and K show them at once and up to date.
 */
export function useOpenRecord<Row, Key extends QueryKey>(
  open: OpenRecord<Row> | undefined,
  queryOf: (id: string) => Pick<UseQueryOptions<Row, Error, Row, Key>, 'queryKey' | 'queryFn' | 'staleTime'>,
) {
  const t = useT();
  const queryClient = useQueryClient();
  const query = useQuery<Row, Error, Row, Key>({
    ...queryOf(open?.id ?? ''),
    enabled: open !== undefined,
  });

  const ahead = open?.neighbours.join(' ') ?? '';
  const latest = useRef(queryOf);
  latest.current = queryOf;
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const id of ahead.split(' ')) if (id !== '') void queryClient.prefetchQuery(latest.current(id));
    }, 150);
    return () => clearTimeout(timer);
  }, [ahead, queryClient]);

  const record = open === undefined ? undefined : (query.data ?? (query.isError ? undefined : open.row));
  if (open === undefined || record !== undefined)
    return { record, placeholder: null, title: t('record.drawer.noRecord') };
  if (!query.isError) return { record, placeholder: <DrawerSkeleton />, title: t('common.state.loading') };
  return {
    record,
    title: t('record.drawer.noRecord'),
    placeholder: isStatus(query.error, 404) ? (
      <EmptyState title={t('record.drawer.notFound')} description={t('record.drawer.notFoundHint')} />
    ) : (
      <EmptyState
        title={t('record.drawer.failed')}
        description={errorText(query.error)}
        actions={<Button onClick={() => void query.refetch()}>{t('common.action.retry')}</Button>}
      />
    ),
  };
}

interface ArchivableProps {
  archivedAt: string | null;
  onArchived: (archived: boolean) => void;
}

/** Who follows a link to a record that was merged comes to the one that it was merged into. */
export function useFollowMerge(mergedInto: string | null | undefined, open: (id: string) => void) {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    if (mergedInto) latest.current(mergedInto);
  }, [mergedInto]);
}

/** Why a record is not as others: it is archived, or somebody else's. */
export function RecordNotice({
  archivedAt,
  onArchived,
  owner,
  writable,
}: ArchivableProps & { owner: string; writable: boolean }) {
  const t = useT();
  const format = useFormat();
  if (archivedAt !== null) {
    return (
      <p className="flex items-center gap-2 rounded-md bg-warning-soft px-2.5 py-1.5 text-sm text-warning-fg">
        <span className="flex-1">{t('record.archived.note', { when: format.relative(archivedAt) })}</span>
        {writable ? (
          <Button size="small" onClick={() => onArchived(false)}>
            {t('record.drawer.restore')}
          </Button>
        ) : null}
      </p>
    );
  }
  if (writable) return null;
  return (
    <p className="rounded-md bg-sunken px-2.5 py-1.5 text-muted text-sm">
      {t('record.owner.readOnly', { name: owner })}
    </p>
  );
}

/** Makes one of this record and another. */
export function MergeItem({ disabledReason, onClick }: { disabledReason?: string; onClick: () => void }) {
  const t = useT();
  return (
    <MenuItem icon={Merge} disabledReason={disabledReason} onClick={onClick}>
      {t('record.merge.action')}
    </MenuItem>
  );
}

/** Archives a record, or brings it back. */
export function ArchiveItem({
  archivedAt,
  onArchived,
  disabledReason,
}: ArchivableProps & { disabledReason: string | undefined }) {
  const t = useT();
  return (
    <MenuItem
      icon={archivedAt === null ? Archive : ArchiveRestore}
      disabledReason={disabledReason}
      onClick={() => onArchived(archivedAt === null)}
    >
      {t(archivedAt === null ? 'record.drawer.archive' : 'record.drawer.restore')}
    </MenuItem>
  );
}
