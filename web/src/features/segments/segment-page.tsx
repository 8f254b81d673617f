import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Archive,
  ArchiveRestore,
  ArrowLeft,
  CircleHelp,
  MoreHorizontal,
  Pencil,
  RefreshCw,
  UserMinus,
  UserPlus,
  UsersRound,
} from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import { tellOtherTabs } from '@/api/tabs-channel';
import type { Customer, Segment } from '@/api/types';
import { isSelected } from '@/grid/selection';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { ExplainDialog } from '@/record/explain-dialog';
import type { ListWithin, SelectionActions } from '@/record/list-screen';
import { isAdmin } from '@/record/permissions';
import {
  inSegment,
  MEMBERS_AT_ONCE,
  segmentQuery,
  useChangeMembers,
  useSegmentsChanged,
} from '@/record/segments';
import { RuleView, useReadRule } from '@/rules/rule-view';
import { ruleSentence } from '@/rules/sentence';
import { useRuleCatalogue } from '@/rules/use-rule-catalogue';
import { Alert } from '@/ui/alert';
import { Badge } from '@/ui/badge';
import { Button, buttonStyle, IconButton } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { PageHeader } from '@/ui/page-header';
import { Progress } from '@/ui/progress';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import type { AddMembersDialogProps } from './add-members-dialog';
import { jobQuery, usesQuery } from './api';
import type { SegmentDialogProps } from './segment-dialog';
import { KindBadge } from './segments-screen';
import { useArchive } from './use-archive';

const SegmentDialog = deferComponent<SegmentDialogProps>(
  async () => (await import('./segment-dialog')).SegmentDialog,
  ({ subject }) => subject !== null,
);
const AddMembersDialog = deferComponent<AddMembersDialogProps>(
  async () => (await import('./add-members-dialog')).AddMembersDialog,
  ({ open }) => open,
);

interface SegmentPageProps {
  id: string;
  /** Draws the list of its members. */
  children: (within: ListWithin<Customer>) => ReactNode;
}

/** A segment: what decides, what uses it, and who is in it. */
export function SegmentPage({ id, children }: SegmentPageProps) {
  const t = useT();
  const { data: segment, error, refetch } = useQuery(segmentQuery(id));
  if (segment !== undefined) return <Loaded segment={segment}>{children}</Loaded>;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={t('nav.segments.label')} leading={<Back />} />
      {error === null ? (
        <div role="status" aria-label={t('common.state.loading')} className="flex flex-col gap-2 p-5">
          <Skeleton className="h-6" />
          <Skeleton className="h-40" />
        </div>
      ) : isStatus(error, 404) || isStatus(error, 400) ? (
        <EmptyState
          icon={UsersRound}
          title={t('segments.page.notFound')}
          actions={
            <Link to="/crm/segments" className={buttonStyle()}>
              {t('segments.page.back')}
            </Link>
          }
        />
      ) : (
        <EmptyState
          icon={UsersRound}
          title={t('segments.page.failed')}
          description={errorText(error)}
          actions={<Button onClick={() => void refetch()}>{t('common.action.retry')}</Button>}
        />
      )}
    </div>
  );
}

function Back() {
  const t = useT();
  return (
    <Link
      to="/crm/segments"
      aria-label={t('segments.page.back')}
      title={t('segments.page.back')}
      className={buttonStyle({ variant: 'ghost', size: 'smallIcon', className: '-ml-1.5' })}
    >
      <ArrowLeft aria-hidden className="size-4" />
    </Link>
  );
}

type Open = 'edit' | 'add' | 'explain' | null;

function Loaded({ segment, children }: { segment: Segment; children: SegmentPageProps['children'] }) {
  const t = useT();
  const me = useMe();
  const [open, setOpen] = useState<Open>(null);
  const { archive, restore } = useArchive();
  const again = useRecompute(segment);
  const living = segment.archivedAt === null;
  const reason = isAdmin(me) || segment.createdById === me.id ? undefined : t('segments.action.onlyMaker');
  const fixed = segment.kind === 'static';
  const addButton = (
    <Button variant="primary" size="small" onClick={() => setOpen('add')}>
      <UserPlus aria-hidden className="size-4" />
      {t('segments.action.add')}
    </Button>
  );
  const within: ListWithin<Customer> = {
    filter: inSegment(segment.id),
    title: segment.name,
    leading: <Back />,
    note: (
      <span className="flex items-center gap-1.5">
        <KindBadge kind={segment.kind} />
        {living ? null : <Badge tone="yellow">{t('segments.page.archivedMark')}</Badge>}
      </span>
    ),
    headerActions: (
      <>
        {fixed && living ? addButton : null}
        <Button size="small" disabledReason={reason} onClick={() => setOpen('edit')}>
          <Pencil aria-hidden className="size-4" />
          {t('common.action.edit')}
        </Button>
        <Menu
          align="end"
          trigger={
            <IconButton label={t('segments.action.menu', { name: segment.name })}>
              <MoreHorizontal aria-hidden className="size-4" />
            </IconButton>
          }
        >
          <MenuItem icon={CircleHelp} onClick={() => setOpen('explain')}>
            {t('segments.action.explain')}
          </MenuItem>
          {!fixed && living ? (
            <MenuItem icon={RefreshCw} disabledReason={reason} onClick={() => void again.start()}>
              {t('segments.action.recompute')}
            </MenuItem>
          ) : null}
          <MenuSeparator />
          {living ? (
            <MenuItem icon={Archive} disabledReason={reason} onClick={() => void archive(segment)}>
              {t('segments.action.archive')}
            </MenuItem>
          ) : (
            <MenuItem icon={ArchiveRestore} disabledReason={reason} onClick={() => void restore(segment)}>
              {t('segments.action.restore')}
            </MenuItem>
          )}
        </Menu>
      </>
    ),
    intro: (
      <Intro
        segment={segment}
        progress={again.progress}
        onRecompute={reason === undefined && again.progress === null ? () => void again.start() : undefined}
        onRepair={reason === undefined ? () => setOpen('edit') : undefined}
        onRestore={reason === undefined ? () => void restore(segment) : undefined}
      />
    ),
    selectionActions:
      fixed && living ? (about) => <RemoveSelected {...about} segment={segment} /> : undefined,
    emptyState: (
      <EmptyState
        className="pt-[6vh]"
        icon={UsersRound}
        title={t(living ? 'segments.members.none' : 'segments.members.archived')}
        description={t(
          !living
            ? 'segments.members.archivedHint'
            : fixed
              ? 'segments.members.noneStatic'
              : 'segments.members.noneDynamic',
        )}
        actions={
          !living ? undefined : fixed ? (
            addButton
          ) : (
            <Button disabledReason={reason} onClick={() => setOpen('edit')}>
              {t('segments.action.editRule')}
            </Button>
          )
        }
      />
    ),
  };
  const close = () => setOpen(null);
  return (
    <>
      {children(within)}
      <SegmentDialog subject={open === 'edit' ? segment : null} onClose={close} onSaved={close} />
      <AddMembersDialog open={open === 'add'} segment={segment} onClose={close} />
      <ExplainDialog open={open === 'explain'} segment={segment} onClose={close} />
    </>
  );
}

interface IntroProps {
  segment: Segment;
  progress: ReactNode;
  onRecompute: (() => void) | undefined;
  onRepair: (() => void) | undefined;
  onRestore: (() => void) | undefined;
}

function Intro({ segment, progress, onRecompute, onRepair, onRestore }: IntroProps) {
  const t = useT();
  const format = useFormat();
  const uses = useQuery(usesQuery(segment.id));
  return (
    <section
      aria-label={t('segments.page.about')}
      className="flex max-h-[40vh] shrink-0 flex-col gap-1.5 overflow-y-auto border-line border-b px-4 py-2.5 text-sm sm:px-5"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long one is scrolled by keys
      tabIndex={0}
    >
      {segment.description ? <p className="[overflow-wrap:anywhere]">{segment.description}</p> : null}
      {segment.archivedAt === null ? null : (
        <Alert
          tone="warning"
          action={
            onRestore ? (
              <Button size="small" onClick={onRestore}>
                {t('segments.action.restore')}
              </Button>
            ) : null
          }
        >
          {t('segments.page.archivedNote', { when: format.relative(segment.archivedAt) })}
        </Alert>
      )}
      {segment.kind === 'dynamic' ? <RuleOf segment={segment} onRepair={onRepair} /> : null}
      <p className="text-muted text-xs">
        {t('segments.page.updated', { when: format.relative(segment.updatedAt) })}
        {' · '}
        {uses.isError ? (
          t('segments.page.usesFailed')
        ) : uses.data === undefined ? (
          '…'
        ) : uses.data.length === 0 ? (
          t('segments.page.unused')
        ) : (
          <>
            {t('segments.page.uses')}{' '}
            {uses.data.map((use, at) => (
              <span key={use.id}>
                {at > 0 ? ', ' : ''}
                {use.record === 'segment' ? (
                  <Link to="/crm/segments/$id" params={{ id: use.id }} search={{}} className="text-accent-fg">
                    {use.name}
                  </Link>
                ) : (
                  t('segments.page.view', { name: use.name })
                )}
              </span>
            ))}
          </>
        )}
      </p>
      {segment.kind === 'dynamic' && segment.archivedAt === null ? (
        <p className="flex flex-wrap items-center gap-x-2 text-muted text-xs">
          <span title={segment.computedAt === null ? undefined : format.dateTime(segment.computedAt)}>
            {segment.computedAt === null
              ? t('segments.page.notComputed')
              : t('segments.page.computed', { when: format.relative(segment.computedAt) })}
          </span>
          {onRecompute ? (
            <button
              type="button"
              className="inline-flex min-h-6 items-center gap-1 rounded-sm px-1 text-accent-fg hover:bg-hover"
              onClick={onRecompute}
            >
              <RefreshCw aria-hidden className="size-3" />
              {t('segments.action.recompute')}
            </button>
          ) : null}
        </p>
      ) : null}
      {progress}
    </section>
  );
}

function RuleOf({ segment, onRepair }: { segment: Segment; onRepair: (() => void) | undefined }) {
  const t = useT();
  const read = useReadRule(useRuleCatalogue('customer'), segment.rule);
  const sentence = ruleSentence(read.root, read.catalogue, read.words);
  const messages = new Map<string, string>();
  for (const { path, message } of segment.problems) {
    const pointer = [...read.pointers.values()]
      .filter((each) => `${path.replace(/^\/rule/, '')}/`.startsWith(`${each}/`))
      .sort((a, b) => b.length - a.length)[0];
    if (pointer !== undefined && !messages.has(pointer)) messages.set(pointer, message);
  }
  if (segment.problems.length === 0)
    return (
      <p className="line-clamp-2 text-muted" title={sentence ?? undefined}>
        {sentence === null
          ? t('rule.sentence.everyCustomer')
          : t('rule.sentence.customer', { rule: sentence })}
      </p>
    );
  return (
    <>
      <Alert
        tone="warning"
        title={t('segments.problem.title', { count: segment.problems.length })}
        action={
          onRepair ? (
            <Button size="small" onClick={onRepair}>
              {t('segments.problem.repair')}
            </Button>
          ) : null
        }
      />
      <RuleView
        rule={read}
        mark={(pointer) => {
          const message = messages.get(pointer);
          return {
            before: null,
            after: message ? <span className="block text-warning-fg text-xs">{message}</span> : null,
          };
        }}
      />
    </>
  );
}

/** Looks anew who is in a dynamic segment, and shows how far that is. */
function useRecompute(segment: Segment): { start: () => Promise<void>; progress: ReactNode } {
  const t = useT();
  const changed = useSegmentsChanged();
  const [jobId, setJobId] = useState<string | null>(null);
  const { data: job, error } = useQuery(jobQuery(jobId));
  const ended = job?.id === jobId && job?.finishedAt ? job : null;
  const failed = jobId !== null && error !== null ? error : null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when the job has ended
  useEffect(() => {
    if (jobId === null || (ended === null && failed === null)) return;
    setJobId(null);
    if (ended === null || ended.state !== 'completed') {
      toast.failed({
        title: t('segments.recompute.failed', { name: segment.name }),
        description: ended?.error ?? (failed === null ? undefined : errorText(failed)),
      });
      return;
    }
    changed();
    tellOtherTabs();
    const number = (name: string) => Number((ended.result as Record<string, unknown> | null)?.[name] ?? 0);
    toast.done({
      title: t('segments.recompute.done', { name: segment.name }),
      description: t('segments.recompute.result', { joined: number('joined'), left: number('left') }),
    });
  }, [ended, failed, jobId]);

  const start = async () => {
    if (jobId !== null) return;
    try {
      const started = await unwrap(
        client.POST('/segments/{id}/recompute', { params: { path: { id: segment.id } } }),
      );
      setJobId(started.jobId);
    } catch (cause) {
      toast.failed({
        title: t('segments.recompute.failed', { name: segment.name }),
        description: errorText(cause),
      });
    }
  };
  const done = job?.total ? Math.round((job.done / job.total) * 100) : null;
  return {
    start,
    progress:
      jobId === null ? null : (
        <div className="flex items-center gap-3 text-muted text-xs">
          <span className="shrink-0" role="status">
            {t('segments.recompute.running')}
          </span>
          <Progress value={done} label={t('segments.recompute.running')} className="max-w-60" />
        </div>
      ),
  };
}

/** Takes the selected members out of a static segment. */
function RemoveSelected({
  selection,
  count,
  list,
  segment,
}: SelectionActions<Customer> & { segment: Segment }) {
  const t = useT();
  const format = useFormat();
  const changeMembers = useChangeMembers();
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      const ids =
        selection.mode === 'some'
          ? [...selection.ids]
          : (await list.rowsIn({ first: 0, end: list.total }))
              .filter((row) => isSelected(selection, row.id))
              .map(({ id }) => id);
      await changeMembers(segment, { remove: ids });
    } catch (error) {
      toast.failed({
        title: t('segments.members.failed', { name: segment.name }),
        description: errorText(error),
      });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      variant="ghost"
      size="small"
      loading={busy}
      disabledReason={
        count > MEMBERS_AT_ONCE
          ? t('segments.members.limit', { max: format.number(MEMBERS_AT_ONCE) })
          : undefined
      }
      onClick={() => void remove()}
    >
      <UserMinus aria-hidden className="size-4" />
      {t('segments.members.remove')}
    </Button>
  );
}
