import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { AtSign, BellOff, Check, CheckCheck, ListTodo, X } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Notification, Page } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button, IconButton } from '@/ui/button';
import { DrawerClose, DrawerTitle } from '@/ui/drawer';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { firstLine } from '../notes/excerpt';
import { isOverdue } from '../tasks/api';
import { dueQuery, notificationsQuery, unreadQuery } from './api';

const lists = { customer: '/crm/customers', company: '/crm/companies', deal: '/crm/deals' } as const;

interface NotificationsProps {
  onGo: (to: string) => void;
}

/** What the person is to see: who named them, and which of their tasks are due. */
export function Notifications({ onGo }: NotificationsProps) {
  const t = useT();
  const [unread, setUnread] = useState(false);
  const query = useInfiniteQuery({ ...notificationsQuery(unread), placeholderData: (before) => before });
  const { data: count } = useQuery(unreadQuery);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const list = useRef<HTMLDivElement>(null);
  const { readOne, readAll } = useReading();

  /** The arrows go from one to the next. */
  const onKeys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const all = [...(list.current?.querySelectorAll<HTMLElement>('.bell-open') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    event.preventDefault();
    all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  };

  return (
    <>
      <header className="bell-head">
        <DrawerTitle className="min-w-0 flex-1 truncate text-base font-semibold">
          {t('notifications.list.title')}
        </DrawerTitle>
        <Button size="small" variant="ghost" aria-pressed={unread} onClick={() => setUnread(!unread)}>
          {t(unread ? 'notifications.list.all' : 'notifications.list.unread')}
        </Button>
        <IconButton
          label={t('notifications.list.readAll')}
          disabled={items.length === 0 || count?.count === 0}
          onClick={() => items[0] && readAll.mutate(items[0].id)}
        >
          <CheckCheck aria-hidden className="size-4" />
        </IconButton>
        <DrawerClose
          render={
            <IconButton label={t('common.action.close')} keys="Escape">
              <X aria-hidden className="size-4" />
            </IconButton>
          }
        />
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are meant for the entries inside */}
      {/* biome-ignore lint/a11y/noNoninteractiveElementInteractions: as above */}
      <div ref={list} className="bell-list" onKeyDown={onKeys}>
        <Due onGo={onGo} />
        <section aria-label={t('notifications.list.label')}>
          {query.isPending ? (
            <Skeleton className="h-20" />
          ) : query.isError && items.length === 0 ? (
            <p role="alert" className="bell-failed text-danger-fg text-sm">
              {errorText(query.error)}
              <Button size="small" onClick={() => void query.refetch()}>
                {t('common.action.retry')}
              </Button>
            </p>
          ) : items.length === 0 ? (
            <EmptyState
              icon={BellOff}
              title={t(unread ? 'notifications.empty.unread' : 'notifications.empty.title')}
              description={t('notifications.empty.hint')}
            />
          ) : (
            <ul>
              {items.map((item) => (
                <Entry
                  key={item.id}
                  item={item}
                  onRead={() => readOne.mutate(item.id)}
                  onOpen={() => {
                    if (item.readAt === null) readOne.mutate(item.id);
                    if (item.note)
                      onGo(`${lists[item.note.anchor.kind]}?open=${item.note.anchor.id}&tab=notes`);
                  }}
                />
              ))}
            </ul>
          )}
          {query.hasNextPage ? (
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('common.action.loadMore')}
            </Button>
          ) : null}
        </section>
      </div>
    </>
  );
}

interface EntryProps {
  item: Notification;
  onRead: () => void;
  onOpen: () => void;
}

function Entry({ item, onRead, onOpen }: EntryProps) {
  const t = useT();
  const format = useFormat();
  return (
    <li className="bell-entry" data-unread={item.readAt === null ? '' : undefined}>
      <button type="button" className="bell-open focus-inset" onClick={onOpen}>
        <AtSign aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <span className="block text-sm">
            {t('notifications.entry.mentioned', {
              name: item.actor.name,
              record: item.note?.anchor.name ?? '',
            })}
            {item.readAt === null ? (
              <span className="sr-only"> {t('notifications.entry.isUnread')}</span>
            ) : null}
          </span>
          <span className="bell-excerpt text-muted text-sm">{firstLine(item.note?.excerpt ?? '')}</span>
          <time
            dateTime={item.createdAt}
            title={format.dateTime(item.createdAt)}
            className="block text-muted text-xs"
          >
            {format.relative(item.createdAt)}
          </time>
        </span>
      </button>
      {item.readAt === null ? (
        <IconButton label={t('notifications.entry.read', { name: item.actor.name })} onClick={onRead}>
          <Check aria-hidden className="size-4" />
        </IconButton>
      ) : null}
    </li>
  );
}

/** Reminders: own tasks that are overdue, or due within a day. */
function Due({ onGo }: NotificationsProps) {
  const t = useT();
  const format = useFormat();
  const { data } = useQuery(dueQuery);
  if (data === undefined || data.items.length === 0) return null;
  const now = Date.now();
  return (
    <section aria-label={t('notifications.due.title')} className="bell-due">
      <h3 className="font-medium text-muted text-xs">{t('notifications.due.title')}</h3>
      <ul>
        {data.items.map((task) => (
          <li key={task.id} className="bell-entry">
            <button
              type="button"
              className="bell-open focus-inset"
              onClick={() => onGo(`/tasks?open=${task.id}`)}
            >
              <ListTodo aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
              <span className="min-w-0 flex-1">
                <span className="block truncate text-sm">{task.subject}</span>
                <span className={isOverdue(task, now) ? 'text-danger-fg text-xs' : 'text-muted text-xs'}>
                  {t(isOverdue(task, now) ? 'notifications.due.overdue' : 'notifications.due.soon', {
                    when: format.dateTime(task.dueAt ?? now),
                  })}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {data.nextCursor === null ? null : (
        <Button size="small" variant="link" onClick={() => onGo('/tasks?show=today')}>
          {t('notifications.due.all')}
        </Button>
      )}
    </section>
  );
}

/** Marks as read at once; a refusal is told and what is true is read again. */
function useReading() {
  const t = useT();
  const queryClient = useQueryClient();
  const mark = (isMeant: (item: Notification) => boolean) => {
    const at = new Date().toISOString();
    queryClient.setQueriesData<InfiniteData<Page<Notification>>>(
      { queryKey: ['notifications', 'list'] },
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            items: page.items.map((item) =>
              item.readAt === null && isMeant(item) ? { ...item, readAt: at } : item,
            ),
          })),
        },
    );
  };
  const failed = (error: unknown) =>
    toast.failed({ title: t('notifications.list.failed'), description: errorText(error) });
  const settled = () => void queryClient.invalidateQueries({ queryKey: ['notifications'] });
  const readOne = useMutation({
    mutationFn: (id: string) => unwrap(client.POST('/notifications/{id}/read', { params: { path: { id } } })),
    onMutate: (id) => mark((item) => item.id === id),
    onError: failed,
    onSettled: settled,
  });
  const readAll = useMutation({
    mutationFn: (until: string) => unwrap(client.POST('/notifications/read', { body: { until } })),
    onMutate: (until) => mark((item) => item.id <= until),
    onError: failed,
    onSettled: settled,
  });
  return { readOne, readAll };
}
