import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Activity, Page } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Select } from '@/ui/select';
import { Skeleton } from '@/ui/skeleton';
import { EventText, eventIcon } from './event-text';
import { type Folded, newestMerges } from './merge/folded';
import { UndoMerge } from './merge/parts';
import { dayName, groupByDay } from './timeline-days';

const PAGE = 50;

const groups = {
  customers: ['customer', 'contact', 'tag', 'owner', 'call', 'deal', 'task', 'note'],
  companies: ['company', 'customer', 'contact', 'tag', 'owner', 'call', 'deal', 'task', 'note'],
  deals: ['deal', 'task', 'note'],
} as const;
type Group = (typeof groups)['companies' | 'deals'][number];

const groupLabels = {
  customer: 'record.timeline.groupCustomer',
  contact: 'record.timeline.groupContact',
  tag: 'record.timeline.groupTag',
  owner: 'record.timeline.groupOwner',
  company: 'record.timeline.groupCompany',
  call: 'record.timeline.groupCall',
  deal: 'record.timeline.groupDeal',
  task: 'record.timeline.groupTask',
  note: 'record.tab.notes',
} as const;

interface TimelineProps {
  record: keyof typeof groups;
  id: string;
  onOpenRecord: (record: string, id: string) => void;
  /** Beside the filter: what adds to the timeline. */
  action?: ReactNode;
}

/** Events of a record, newest first under their days; older ones come as one scrolls. */
export function Timeline({ record, id, onOpenRecord, action }: TimelineProps) {
  const t = useT();
  const [group, setGroup] = useState<Group | null>(null);
  const query = useInfiniteQuery({
    queryKey: [record, 'activity', id, group],
    queryFn: ({ pageParam, signal }): Promise<Page<Activity>> => {
      const asked = {
        params: {
          path: { id },
          query: { limit: PAGE, ...(group ? { group } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        },
        signal,
      };
      if (record === 'customers') return unwrap(client.GET('/customers/{id}/activity', asked));
      if (record === 'companies') return unwrap(client.GET('/companies/{id}/activity', asked));
      return unwrap(client.GET('/deals/{id}/activity', asked));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 15_000,
  });
  const events = query.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <div className="flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="sr-only">{t('record.timeline.label')}</h3>
        <Select
          aria-label={t('record.timeline.filter')}
          size="small"
          className="w-44!"
          value={group}
          onValueChange={setGroup}
          options={[
            { value: null, label: t('record.timeline.all') },
            ...groups[record].map((each) => ({ value: each, label: t(groupLabels[each]) })),
          ]}
        />
        {action}
      </div>
      {query.isPending ? (
        <TimelineSkeleton />
      ) : query.isError && events.length === 0 ? (
        <EmptyState
          title={t('record.timeline.failed')}
          description={errorText(query.error)}
          actions={<Button onClick={() => void query.refetch()}>{t('common.action.retry')}</Button>}
        />
      ) : events.length === 0 ? (
        <EmptyState title={t(group ? 'record.timeline.emptyGroup' : 'record.timeline.empty')} />
      ) : (
        <>
          <Days events={events} onOpenRecord={onOpenRecord} />
          {query.hasNextPage ? (
            <LoadOlder busy={query.isFetchingNextPage} onLoad={() => void query.fetchNextPage()} />
          ) : (
            <p className="pb-2 text-center text-muted text-xs">{t('record.timeline.end')}</p>
          )}
        </>
      )}
    </div>
  );
}

function Days({ events, onOpenRecord }: { events: Activity[] } & Pick<TimelineProps, 'onOpenRecord'>) {
  const t = useT();
  const format = useFormat();
  const now = Date.now();
  const merges = newestMerges(events);
  return groupByDay(events).map((day) => {
    const name = dayName(day.key, now);
    return (
      <section key={day.key} aria-label={format.date(`${day.key}T12:00:00`)}>
        <h4 className="sticky top-0 z-[1] bg-surface py-1 font-medium text-muted text-xs">
          {name === null ? format.date(`${day.key}T12:00:00`) : t(`record.timeline.${name}`)}
        </h4>
        <ol className="flex flex-col">
          {day.events.map((event) => (
            <Event key={event.id} event={event} folded={merges.get(event.id)} onOpenRecord={onOpenRecord} />
          ))}
        </ol>
      </section>
    );
  });
}

interface EventProps extends Pick<TimelineProps, 'onOpenRecord'> {
  event: Activity;
  /** Whom a merge has folded into the record. */
  folded: Folded | undefined;
}

function Event({ event, folded, onOpenRecord }: EventProps) {
  const t = useT();
  const format = useFormat();
  const Icon = eventIcon(event);
  const who =
    event.actor.kind === 'bot'
      ? t('record.timeline.byBot')
      : event.actor.kind === 'system'
        ? t('record.timeline.bySystem')
        : t('record.timeline.by', { name: event.actor.name });
  // "Claimed by Ada" has said it.
  const told = event.type === 'owner.claimed' && event.detail.name === event.actor.name;
  const exact = new Intl.DateTimeFormat(format.locale, { dateStyle: 'full', timeStyle: 'long' }).format(
    new Date(event.occurredAt),
  );
  return (
    <li className="relative flex gap-3 pb-3 before:absolute before:top-6 before:bottom-0 before:left-[11.5px] before:w-px before:bg-line last:before:hidden">
      <span className="z-[1] flex size-6 shrink-0 items-center justify-center rounded-full border border-line bg-surface text-muted">
        <Icon aria-hidden className="size-3.5" />
      </span>
      <div className="min-w-0 flex-1 pt-0.5 text-sm">
        <div className="break-words">
          <EventText event={event} />
        </div>
        {told ? null : <p className="text-muted text-xs">{who}</p>}
        {folded ? <UndoMerge {...folded} onOpenRecord={onOpenRecord} /> : null}
      </div>
      <time
        dateTime={event.occurredAt}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time must be reachable by keyboard too
        tabIndex={0}
        className="group relative h-fit shrink-0 rounded-sm pt-1 text-muted text-xs"
      >
        <span className="tabular">{format.time(event.occurredAt)}</span>
        <span className="absolute top-full right-0 z-[2] hidden w-max max-w-64 rounded-md bg-raised px-2 py-1 text-fg shadow-2 group-hover:block group-focus:block">
          {exact}
        </span>
      </time>
    </li>
  );
}

/** Asks for more as soon as it comes near the view; a button for those who get there by keyboard. */
function LoadOlder({ busy, onLoad }: { busy: boolean; onLoad: () => void }) {
  const t = useT();
  const mark = useRef<HTMLDivElement>(null);
  const load = useRef(onLoad);
  load.current = onLoad;
  useEffect(() => {
    const element = mark.current;
    if (element === null || busy) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) load.current();
      },
      { rootMargin: '400px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [busy]);
  return (
    <div ref={mark} className="flex justify-center pb-2">
      <Button size="small" variant="ghost" loading={busy} onClick={onLoad}>
        {t('common.action.loadMore')}
      </Button>
    </div>
  );
}

function TimelineSkeleton() {
  const t = useT();
  return (
    <div role="status" aria-label={t('common.state.loading')} className="flex flex-col gap-4 pt-2">
      {[70, 52, 64, 40, 58].map((width) => (
        <div key={width} className="flex items-start gap-3">
          <Skeleton className="size-6 rounded-full" />
          <div className="flex flex-1 flex-col gap-1.5 pt-1">
            <span style={{ width: `${width}%` }}>
              <Skeleton className="h-3" />
            </span>
            <Skeleton className="h-2.5 w-20" />
          </div>
        </div>
      ))}
    </div>
  );
}
