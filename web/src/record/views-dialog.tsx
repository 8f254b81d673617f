import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Copy, List, Lock, SquarePen, Star, Trash2, Users } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { bootstrapQuery, useBootstrap } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Bootstrap } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { IconButton } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { toast } from '@/ui/toast';
import { choiceOf, inChosenOrder, moved, type SavedView, type ViewChoice } from './views';

export interface ViewsDialogProps {
  open: boolean;
  onClose: () => void;
  record: SavedView['record'];
  /** What the list is called when no view is open. */
  title: string;
  /** Why a view cannot be changed, or undefined. */
  reasonFor: (view: SavedView) => string | undefined;
  onEdit: (view: SavedView) => void;
  onDelete: (view: SavedView) => void;
  onCopied: (view: SavedView) => void;
}

/** The views of a list in the order that one likes, and the one that the list opens with. */
export function ViewsDialog({
  open,
  onClose,
  record,
  title,
  reasonFor,
  onEdit,
  onDelete,
  onCopied,
}: ViewsDialogProps) {
  const t = useT();
  const queryClient = useQueryClient();
  const { views, viewChoices } = useBootstrap();
  const choice = choiceOf(viewChoices, record);
  const shown = inChosenOrder(
    views.filter((view) => view.record === record),
    choice,
  );
  const list = useRef<HTMLUListElement>(null);
  /** The button that has moved its view, which keeps the focus. */
  const follow = useRef<{ id: string; by: -1 | 1 } | null>(null);
  useEffect(() => {
    const wanted = follow.current;
    if (wanted === null) return;
    follow.current = null;
    const row = list.current?.querySelector(`[data-view="${wanted.id}"]`);
    const buttons = [wanted.by, -wanted.by].map((by) =>
      row?.querySelector<HTMLButtonElement>(`[data-by="${by}"]:not(:disabled)`),
    );
    buttons.find((button) => button)?.focus();
  });

  const scope = { id: `views of ${record}` };
  const keeping = useMutation({
    // One after the other: each holds the whole order, and the last one is to stay.
    scope,
    mutationFn: ({ defaultViewId, order }: ViewChoice) =>
      unwrap(
        client.PUT('/me/views/{record}', { params: { path: { record } }, body: { defaultViewId, order } }),
      ),
    onError: (error) => {
      // One that follows says the same and more.
      if (queryClient.isMutating({ predicate: ({ options }) => options.scope?.id === scope.id }) > 1) return;
      toast.failed({ title: t('views.manage.failed'), description: errorText(error) });
      void queryClient.invalidateQueries({ queryKey: bootstrapQuery.queryKey });
    },
  });
  const keep = (next: ViewChoice) => {
    queryClient.setQueryData(bootstrapQuery.queryKey, (data: Bootstrap | undefined) =>
      data === undefined
        ? data
        : { ...data, viewChoices: [...data.viewChoices.filter((each) => each.record !== record), next] },
    );
    keeping.mutate(next);
  };
  const move = (view: SavedView, by: -1 | 1) => {
    follow.current = { id: view.id, by };
    keep({ ...choice, order: moved(shown, view.id, by) });
  };
  const copying = useMutation({
    mutationFn: (view: SavedView) =>
      unwrap(
        client.POST('/views', {
          body: {
            record,
            name: t('views.manage.copyName', { name: view.name }).slice(0, 100),
            visibility: 'private',
            columns: view.columns,
            filter: (view.filter ?? null) as Record<string, unknown> | null,
            sort: view.sort,
            groupBy: view.groupBy,
            layout: view.layout,
          },
        }),
      ),
    onSuccess: onCopied,
    onError: (error, view) =>
      toast.failed({ title: t('views.menu.failed', { name: view.name }), description: errorText(error) }),
  });
  const star = (id: string | null, name: string) => (
    <IconButton
      label={t('views.manage.default', { name })}
      aria-pressed={choice.defaultViewId === id}
      onClick={() => keep({ ...choice, defaultViewId: id })}
    >
      <Star
        aria-hidden
        className={cn('size-4', choice.defaultViewId === id && 'fill-current text-accent-fg')}
      />
    </IconButton>
  );
  const all = t('views.menu.all', { title });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('views.manage.title')}
      description={t('views.manage.hint')}
    >
      <ul ref={list} className="-mx-1 flex flex-col pb-1">
        <li className="flex min-h-10 items-center gap-2 border-line border-b px-1">
          {star(null, all)}
          <List aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 flex-1 truncate text-sm">{all}</span>
        </li>
        {shown.map((view, at) => {
          const reason = reasonFor(view);
          const { name } = view;
          return (
            <li
              key={view.id}
              data-view={view.id}
              aria-label={name}
              className="flex min-h-10 flex-wrap items-center gap-x-2 border-line border-b px-1 last:border-b-0"
            >
              {star(view.id, name)}
              {view.visibility === 'org' ? (
                <Users aria-label={t('views.menu.org')} className="size-4 shrink-0 text-muted" />
              ) : (
                <Lock aria-label={t('views.menu.private')} className="size-4 shrink-0 text-muted" />
              )}
              <span className="min-w-0 flex-1 basis-32 truncate text-sm">{name}</span>
              <span className="ml-auto flex shrink-0 items-center">
                <IconButton
                  label={t('views.manage.up', { name })}
                  data-by={-1}
                  disabled={at === 0}
                  onClick={() => move(view, -1)}
                >
                  <ArrowUp aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t('views.manage.down', { name })}
                  data-by={1}
                  disabled={at === shown.length - 1}
                  onClick={() => move(view, 1)}
                >
                  <ArrowDown aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t('views.manage.copy', { name })}
                  loading={copying.isPending && copying.variables.id === view.id}
                  disabled={copying.isPending}
                  onClick={() => copying.mutate(view)}
                >
                  <Copy aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t('views.manage.edit', { name })}
                  disabledReason={reason}
                  onClick={() => onEdit(view)}
                >
                  <SquarePen aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t('views.manage.delete', { name })}
                  disabledReason={reason}
                  onClick={() => onDelete(view)}
                >
                  <Trash2 aria-hidden className="size-4" />
                </IconButton>
              </span>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
