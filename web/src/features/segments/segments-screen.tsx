import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Archive,
  ArchiveRestore,
  ArrowDown,
  ArrowUp,
  CircleAlert,
  ListChecks,
  MoreHorizontal,
  Pencil,
  Plus,
  SearchX,
  UsersRound,
  Zap,
} from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import { errorText } from '@/api/error-text';
import type { Segment, SegmentKind, SegmentUse } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { ListSearch } from '@/record/list-search';
import { isAdmin } from '@/record/permissions';
import { memberCountQuery } from '@/record/segments';
import { Badge } from '@/ui/badge';
import { Button, IconButton } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { segmentsQuery } from './api';
import { listed, type Order, orderOf, pressed, type SortField } from './listed';
import type { SegmentDialogProps } from './segment-dialog';
import { useArchive } from './use-archive';
import { usesOf } from './uses';

const SegmentDialog = deferComponent<SegmentDialogProps>(
  async () => (await import('./segment-dialog')).SegmentDialog,
  ({ subject }) => subject !== null,
);

export interface SegmentsParams {
  readonly q?: string;
  readonly sort?: string;
  readonly archived?: boolean;
  readonly new?: boolean;
}

interface SegmentsScreenProps {
  params: SegmentsParams;
  onParams: (change: SegmentsParams, replace?: boolean) => void;
  onOpen: (id: string) => void;
}

export function SegmentsScreen({ params, onParams, onOpen }: SegmentsScreenProps) {
  const t = useT();
  const format = useFormat();
  const { views } = useBootstrap();
  const { data: segments, error, refetch } = useQuery(segmentsQuery);
  const [editing, setEditing] = useState<Segment | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const order = orderOf(params.sort);
  const archived = params.archived === true;
  const q = params.q ?? '';
  const shown = listed(segments ?? [], { q, archived, order, compare: format.compare });
  const uses = useMemo(() => usesOf(segments ?? [], views), [segments, views]);
  const openNew = () => onParams({ new: true });
  const away = (segments ?? []).filter((segment) => segment.archivedAt !== null).length;

  useCommands([
    {
      id: 'list.search',
      group: 'view',
      label: 'command.list.search',
      keys: '/',
      run: () => search.current?.focus(),
    },
    { id: 'segment.new', group: 'create', label: 'command.newSegment.label', keys: 'n', run: openNew },
  ]);

  const newButton = (
    <Button variant="primary" size="small" onClick={openNew}>
      <Plus aria-hidden className="size-4" />
      {t('segments.action.new')}
    </Button>
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={t('nav.segments.label')}
        note={segments ? <span className="tabular">{format.number(segments.length - away)}</span> : null}
        actions={newButton}
      />
      <search
        aria-label={t('segments.page.search')}
        className="flex shrink-0 flex-wrap items-center gap-2 border-line border-b px-4 py-2 sm:px-5"
      >
        <ListSearch
          ref={search}
          label={t('segments.page.search')}
          value={q}
          onCommit={(text) => onParams({ q: text === '' ? undefined : text }, true)}
          onDown={() => document.querySelector<HTMLElement>('[data-segment]')?.focus()}
        />
        <Button
          variant={archived ? 'secondary' : 'ghost'}
          size="small"
          aria-pressed={archived}
          onClick={() => onParams({ archived: archived ? undefined : true })}
        >
          <Archive aria-hidden className="size-4" />
          {t('segments.page.archived', { count: away })}
        </Button>
      </search>
      <div className="min-h-0 flex-1 overflow-auto">
        {error && segments === undefined ? (
          <EmptyState
            icon={CircleAlert}
            title={t('segments.state.failed')}
            description={errorText(error)}
            actions={<Button onClick={() => void refetch()}>{t('common.action.retry')}</Button>}
          />
        ) : segments === undefined ? (
          <div role="status" aria-label={t('common.state.loading')} className="flex flex-col gap-2 p-5">
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
          </div>
        ) : shown.length > 0 ? (
          <Table
            segments={shown}
            uses={uses}
            order={order}
            onSort={(field) => onParams({ sort: pressed(order, field) })}
            onEdit={setEditing}
          />
        ) : q !== '' ? (
          <EmptyState
            icon={SearchX}
            title={t('segments.state.noMatch')}
            actions={<Button onClick={() => onParams({ q: undefined })}>{t('segments.state.clear')}</Button>}
          />
        ) : archived ? (
          <EmptyState
            icon={Archive}
            title={t('segments.state.noArchived')}
            actions={
              <Button onClick={() => onParams({ archived: undefined })}>{t('segments.state.living')}</Button>
            }
          />
        ) : (
          <EmptyState
            className="pt-[8vh]"
            icon={UsersRound}
            title={t('segments.empty.title')}
            description={t('segments.empty.hint')}
            actions={newButton}
          />
        )}
      </div>
      <SegmentDialog
        subject={params.new ? 'new' : editing}
        onClose={() => (params.new ? onParams({ new: undefined }, true) : setEditing(null))}
        onSaved={(segment) => {
          setEditing(null);
          if (params.new) onOpen(segment.id);
        }}
      />
    </div>
  );
}

interface TableProps {
  segments: readonly Segment[];
  uses: ReadonlyMap<string, readonly SegmentUse[]>;
  order: Order;
  onSort: (field: SortField) => void;
  onEdit: (segment: Segment) => void;
}

function Table({ segments, uses, order, onSort, onEdit }: TableProps) {
  const t = useT();
  const head = (field: SortField, label: string, className = '') => (
    <th
      scope="col"
      aria-sort={order.field === field ? (order.descending ? 'descending' : 'ascending') : 'none'}
      className={`px-2 font-medium ${className}`}
    >
      <button
        type="button"
        className="-mx-1 inline-flex min-h-6 items-center gap-1 rounded-sm px-1 hover:bg-hover hover:text-fg"
        onClick={() => onSort(field)}
      >
        {label}
        {order.field !== field ? null : order.descending ? (
          <ArrowDown aria-hidden className="size-3" />
        ) : (
          <ArrowUp aria-hidden className="size-3" />
        )}
      </button>
    </th>
  );
  return (
    <table className="w-full table-fixed border-collapse text-sm">
      <thead className="sticky top-0 z-1 bg-canvas text-left text-muted text-xs">
        <tr className="h-8 shadow-[inset_0_-1px_0_var(--color-line)]">
          {head('name', t('segments.column.name'), 'pl-4 sm:pl-5')}
          {head('kind', t('segments.column.kind'), 'w-28 max-sm:hidden')}
          <th scope="col" className="w-24 px-2 text-right font-medium">
            {t('segments.column.members')}
          </th>
          <th scope="col" className="w-56 pr-2 pl-6 font-medium max-lg:hidden">
            {t('segments.column.uses')}
          </th>
          {head('updatedAt', t('segments.column.updated'), 'w-32 max-md:hidden')}
          <th scope="col" className="w-12">
            <span className="sr-only">{t('segments.column.menu')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {segments.map((segment) => (
          <Row key={segment.id} segment={segment} uses={uses.get(segment.id) ?? []} onEdit={onEdit} />
        ))}
      </tbody>
    </table>
  );
}

export function KindBadge({ kind }: { kind: SegmentKind }) {
  const t = useT();
  const Icon = kind === 'static' ? ListChecks : Zap;
  return (
    <Badge tone={kind === 'static' ? 'gray' : 'purple'}>
      <Icon aria-hidden className="size-3" />
      {t(`segments.kind.${kind}`)}
    </Badge>
  );
}

interface RowProps {
  segment: Segment;
  uses: readonly SegmentUse[];
  onEdit: (segment: Segment) => void;
}

function Row({ segment, uses, onEdit }: RowProps) {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const { archive, restore } = useArchive();
  const own = isAdmin(me) || segment.createdById === me.id;
  const reason = own ? undefined : t('segments.action.onlyMaker');
  return (
    <tr className="h-12 border-line border-b hover:bg-hover">
      <td className="py-1.5 pr-2 pl-4 sm:pl-5">
        <span className="flex min-w-0 items-center gap-2">
          <Link
            to="/crm/segments/$id"
            params={{ id: segment.id }}
            search={{}}
            data-segment
            className="min-w-0 truncate rounded-sm font-medium text-fg no-underline hover:underline"
          >
            {segment.name}
          </Link>
          <span className="sm:hidden">
            <KindBadge kind={segment.kind} />
          </span>
          {segment.problems.length > 0 ? (
            <Badge tone="orange">{t('segments.problem.mark', { count: segment.problems.length })}</Badge>
          ) : null}
        </span>
        {segment.description ? (
          <span className="block truncate text-muted text-xs">{segment.description}</span>
        ) : null}
      </td>
      <td className="px-2 max-sm:hidden">
        <KindBadge kind={segment.kind} />
      </td>
      <td className="tabular px-2 text-right">
        {segment.archivedAt === null ? (
          <MemberCount id={segment.id} />
        ) : (
          <span className="text-faint">–</span>
        )}
      </td>
      <td
        className="truncate pr-2 pl-6 text-muted max-lg:hidden"
        title={uses.map(({ name }) => name).join(', ')}
      >
        {uses.length === 0 ? '–' : uses.map(({ name }) => name).join(', ')}
      </td>
      <td className="tabular px-2 text-muted max-md:hidden" title={format.dateTime(segment.updatedAt)}>
        {format.relativeShort(segment.updatedAt)}
      </td>
      <td className="pr-1.5 text-right">
        <Menu
          align="end"
          trigger={
            <IconButton label={t('segments.action.menu', { name: segment.name })}>
              <MoreHorizontal aria-hidden className="size-4" />
            </IconButton>
          }
        >
          <MenuItem icon={Pencil} disabledReason={reason} onClick={() => onEdit(segment)}>
            {t('common.action.edit')}
          </MenuItem>
          <MenuSeparator />
          {segment.archivedAt === null ? (
            <MenuItem icon={Archive} disabledReason={reason} onClick={() => void archive(segment)}>
              {t('segments.action.archive')}
            </MenuItem>
          ) : (
            <MenuItem icon={ArchiveRestore} disabledReason={reason} onClick={() => void restore(segment)}>
              {t('segments.action.restore')}
            </MenuItem>
          )}
        </Menu>
      </td>
    </tr>
  );
}

/** Counted once its row comes into sight, since each is a question of its own. */
function MemberCount({ id }: { id: string }) {
  const t = useT();
  const format = useFormat();
  const place = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (place.current === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const { data, isError } = useQuery({ ...memberCountQuery(id), enabled: seen });
  return (
    <span ref={place}>
      {data ? (
        format.number(data.count)
      ) : isError ? (
        <span title={t('segments.state.notCounted')} className="text-muted">
          ?<span className="sr-only">{t('segments.state.notCounted')}</span>
        </span>
      ) : (
        <span className="text-faint">…</span>
      )}
    </span>
  );
}
