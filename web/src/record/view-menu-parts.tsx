import { useQueryClient } from '@tanstack/react-query';
import { Check, List, Lock, RotateCcw, Save, Settings2, SquarePen, Trash2, Users } from 'lucide-react';
import { bootstrapQuery, useMe } from '@/api/bootstrap';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Bootstrap } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { confirm } from '@/ui/confirm';
import { MenuGroup, MenuItem, MenuSeparator } from '@/ui/menu';
import { toast } from '@/ui/toast';
import { isAdmin } from './permissions';
import { ViewDialog } from './view-dialog';
import type { ViewParts } from './view-menu';
import { arranged, paramsOf, type SavedView } from './views';
import { ViewsDialog } from './views-dialog';

/** What can be done with a view. */
function useViewActs({ id, now, filters, columns, onParams, onSubject }: ViewParts) {
  const t = useT();
  const me = useMe();
  const queryClient = useQueryClient();
  const reasonFor = (of: SavedView) =>
    of.authorId === me.id || (of.visibility === 'org' && isAdmin(me))
      ? undefined
      : t('views.menu.onlyAuthor');
  const open = (next: SavedView | null) => onParams(paramsOf(next, filters, columns));
  const keep = (change: (views: SavedView[]) => SavedView[]) => {
    queryClient.setQueryData(bootstrapQuery.queryKey, (before: Bootstrap | undefined) =>
      before === undefined ? before : { ...before, views: change(before.views) },
    );
    void queryClient.invalidateQueries({ queryKey: bootstrapQuery.queryKey });
  };
  const saved = (next: SavedView, made: boolean) => {
    keep((before) => [...before.filter((each) => each.id !== next.id), next]);
    onSubject(null);
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

  return { reasonFor, open, saved, update, remove };
}

/** The items of the menu. */
export function ViewItems(props: ViewParts) {
  const { title, id, views, view, changed, onSubject, onManaging } = props;
  const t = useT();
  const { reasonFor, open, update, remove } = useViewActs(props);
  const reason = view && reasonFor(view);
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
  return (
    <>
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
      <MenuItem icon={Save} onClick={() => onSubject('new')}>
        {t('views.menu.saveAs')}
      </MenuItem>
      {view === undefined ? null : (
        <>
          <MenuItem icon={SquarePen} disabledReason={reason} onClick={() => onSubject(view)}>
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
          <MenuItem icon={Settings2} onClick={() => onManaging(true)}>
            {t('views.menu.manage')}
          </MenuItem>
        </>
      )}
    </>
  );
}

/** What the items open. */
export function ViewDialogs(props: ViewParts) {
  const { record, title, now, subject, onSubject, managing, onManaging } = props;
  const { reasonFor, saved, remove } = useViewActs(props);
  return (
    <>
      <ViewsDialog
        open={managing}
        onClose={() => onManaging(false)}
        record={record}
        title={title}
        reasonFor={reasonFor}
        onEdit={(of) => {
          onManaging(false);
          onSubject(of);
        }}
        onDelete={(of) => void remove(of)}
        onCopied={(of) => saved(of, false)}
      />
      <ViewDialog
        subject={subject}
        record={record}
        now={now}
        onClose={() => onSubject(null)}
        onSaved={(next) => saved(next, subject === 'new')}
      />
    </>
  );
}
