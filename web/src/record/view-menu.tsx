import { useQueryClient } from '@tanstack/react-query';
import {
  Check,
  ChevronDown,
  List,
  Lock,
  RotateCcw,
  Save,
  Settings2,
  SquarePen,
  Trash2,
  Users,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { bootstrapQuery, useBootstrap, useMe } from '@/api/bootstrap';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Bootstrap } from '@/api/types';
import type { ColumnShape } from '@/grid/columns';
import { withLateTexts } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import type { QuickFilter } from '@/rules/quick-filters';
import { Button } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { deferComponent } from '@/ui/deferred';
import { Menu, MenuGroup, MenuItem, MenuSeparator } from '@/ui/menu';
import { toast } from '@/ui/toast';
import type { ChangeParams } from './list-search-params';
import { isAdmin } from './permissions';
import type { ViewDialogProps } from './view-dialog';
import {
  type Arrangement,
  arranged,
  choiceOf,
  inChosenOrder,
  isChanged,
  NO_VIEW,
  paramsOf,
  type SavedView,
} from './views';
import type { ViewsDialogProps } from './views-dialog';

const ViewsDialog = deferComponent<ViewsDialogProps>(
  () => withLateTexts(async () => (await import('./views-dialog')).ViewsDialog),
  ({ open }) => open,
);

const ViewDialog = deferComponent<ViewDialogProps>(
  () => withLateTexts(async () => (await import('./view-dialog')).ViewDialog),
  ({ subject }) => subject !== null,
);

interface ViewMenuProps {
  record: SavedView['record'];
  /** What the list is called when no view is open. */
  title: string;
  /** The view that the address names. */
  id: string | undefined;
  now: Arrangement;
  filters: readonly QuickFilter[];
  columns: readonly ColumnShape[];
  onParams: ChangeParams;
  /** The address says nothing of the list: it opens with the view that was chosen for that. */
  untouched: boolean;
}

/** The views of a list: opens, saves, renames and deletes them, and marks what is not saved. */
export function ViewMenu({ record, title, id, now, filters, columns, onParams, untouched }: ViewMenuProps) {
  const t = useT();
  const me = useMe();
  const queryClient = useQueryClient();
  const bootstrap = useBootstrap();
  const choice = choiceOf(bootstrap.viewChoices, record);
  const views = inChosenOrder(
    bootstrap.views.filter((view) => view.record === record),
    choice,
  );
  const [managing, setManaging] = useState(false);
  const view = views.find((each) => each.id === id);
  const [subject, setSubject] = useState<ViewDialogProps['subject']>(null);
  const changed = view !== undefined && isChanged(view, now, filters, columns);
  const reasonFor = (of: SavedView) =>
    of.authorId === me.id || (of.visibility === 'org' && isAdmin(me))
      ? undefined
      : t('views.menu.onlyAuthor');
  const reason = view && reasonFor(view);

  const first = views.find((each) => each.id === choice.defaultViewId);
  const open = (next: SavedView | null) =>
    onParams({
      ...paramsOf(next, filters, columns),
      ...(next === null && first !== undefined ? { view: NO_VIEW } : {}),
    });
  const atStart = useRef(() => {});
  atStart.current = () => {
    if (untouched && first !== undefined) onParams(paramsOf(first, filters, columns), true);
  };
  useEffect(() => atStart.current(), []);
  const keep = (change: (views: SavedView[]) => SavedView[]) => {
    queryClient.setQueryData(bootstrapQuery.queryKey, (before: Bootstrap | undefined) =>
      before === undefined ? before : { ...before, views: change(before.views) },
    );
    void queryClient.invalidateQueries({ queryKey: bootstrapQuery.queryKey });
  };
  const saved = (next: SavedView, made: boolean) => {
    keep((before) => [...before.filter((each) => each.id !== next.id), next]);
    setSubject(null);
    if (made) open(next);
  };

  const update = async (of: SavedView) => {
    try {
      const next = await unwrap(
        client.PATCH('/views/{id}', {
          params: { path: { id: of.id } },
          headers: ifMatch(of.version),
          body: arranged(now),
        }),
      );
      saved(next, false);
      toast.done({ title: t('views.menu.saved', { name: next.name }) });
    } catch (error) {
      toast.failed({ title: t('views.menu.failed', { name: of.name }), description: errorText(error) });
      void queryClient.invalidateQueries({ queryKey: bootstrapQuery.queryKey });
    }
  };

  const remove = async (of: SavedView) => {
    const sure = await confirm({
      title: t('views.delete.title', { name: of.name }),
      description: t(of.visibility === 'org' ? 'views.delete.org' : 'views.delete.private'),
      confirmLabel: t('views.delete.confirm'),
      danger: true,
    });
    if (!sure) return;
    try {
      await unwrap(
        client.DELETE('/views/{id}', { params: { path: { id: of.id } }, headers: ifMatch(of.version) }),
      );
      keep((before) => before.filter((each) => each.id !== of.id));
      if (of.id === id) onParams({ view: undefined }, true);
      toast.done({ title: t('views.delete.done', { name: of.name }) });
    } catch (error) {
      toast.failed({ title: t('views.delete.failed', { name: of.name }), description: errorText(error) });
      void queryClient.invalidateQueries({ queryKey: bootstrapQuery.queryKey });
    }
  };

  const group = (visibility: SavedView['visibility']) => {
    const own = views.filter((each) => each.visibility === visibility);
    if (own.length === 0) return null;
    return (
      <MenuGroup label={t(`views.menu.${visibility}`)}>
        {own.map((each) => (
          <MenuItem
            key={each.id}
            icon={each.id === id ? Check : visibility === 'org' ? Users : Lock}
            onClick={() => open(each)}
          >
            {each.name}
          </MenuItem>
        ))}
      </MenuGroup>
    );
  };
  const name = view?.name ?? (id === undefined ? t('views.menu.all', { title }) : t('views.menu.gone'));
  return (
    <>
      <Menu
        trigger={
          <Button
            variant="ghost"
            size="small"
            className="max-w-56"
            aria-label={t(changed ? 'views.menu.labelChanged' : 'views.menu.label', { name })}
          >
            <span className="truncate">{name}</span>
            {changed ? <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-accent" /> : null}
            <ChevronDown aria-hidden className="size-3.5 shrink-0" />
          </Button>
        }
      >
        <MenuItem icon={id === undefined ? Check : List} onClick={() => open(null)}>
          {t('views.menu.all', { title })}
        </MenuItem>
        {group('private')}
        {group('org')}
        <MenuSeparator />
        {view !== undefined && changed ? (
          <>
            <MenuItem icon={Save} disabledReason={reason} onClick={() => void update(view)}>
              {t('views.menu.save')}
            </MenuItem>
            <MenuItem icon={RotateCcw} onClick={() => open(view)}>
              {t('views.menu.reset')}
            </MenuItem>
          </>
        ) : null}
        <MenuItem icon={Save} onClick={() => setSubject('new')}>
          {t('views.menu.saveAs')}
        </MenuItem>
        {view === undefined ? null : (
          <>
            <MenuItem icon={SquarePen} disabledReason={reason} onClick={() => setSubject(view)}>
              {t('views.menu.rename')}
            </MenuItem>
            <MenuItem icon={Trash2} danger disabledReason={reason} onClick={() => void remove(view)}>
              {t('views.menu.delete')}
            </MenuItem>
          </>
        )}
        {views.length === 0 ? null : (
          <>
            <MenuSeparator />
            <MenuItem icon={Settings2} onClick={() => setManaging(true)}>
              {t('views.menu.manage')}
            </MenuItem>
          </>
        )}
      </Menu>
      <ViewsDialog
        open={managing}
        onClose={() => setManaging(false)}
        record={record}
        title={title}
        reasonFor={reasonFor}
        onEdit={(of) => {
          setManaging(false);
          setSubject(of);
        }}
        onDelete={(of) => void remove(of)}
        onCopied={(of) => saved(of, false)}
      />
      <ViewDialog
        subject={subject}
        record={record}
        now={now}
        onClose={() => setSubject(null)}
        onSaved={(next) => saved(next, subject === 'new')}
      />
    </>
  );
}

/** Said above a list whose view names what is not there any more. */
export function ViewProblems({ record, id }: { record: SavedView['record']; id: string | undefined }) {
  const t = useT();
  const view = useBootstrap().views.find((each) => each.id === id && each.record === record);
  if (id === undefined || (view !== undefined && view.problems.length === 0)) return null;
  return (
    <p role="status" className="bg-warning-soft px-5 py-1.5 text-sm text-warning-fg">
      {view === undefined
        ? t('views.problem.gone')
        : t('views.problem.some', { problems: view.problems.map(({ message }) => message).join('; ') })}
    </p>
  );
}
