import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import type { ImportBrief } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Avatar } from '@/ui/avatar';
import { Button, IconButton } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { importsQuery } from './api';
import { percentOf } from './logic/progress';
import { isActive, mayDiscard } from './logic/steps';
import { StateBadge } from './parts';
import { recordTexts } from './record-texts';
import { useDiscard } from './use-discard';

/** Earlier imports, newest first. Renders nothing for a workspace that has none. */
export function ImportList() {
  const t = useT();
  const {
    data: items,
    error,
    refetch,
    hasNextPage,
    fetchNextPage,
    isFetchingNextPage,
  } = useInfiniteQuery(importsQuery);
  const { discard, pending } = useDiscard(() => {
    // The button that was pressed goes away, and with the last import the whole list.
    document.getElementById(items?.length === 1 ? 'new-import' : 'past-imports')?.focus();
  });
  const discardable = items?.some(mayDiscard) ?? false;
  if (items?.length === 0) return null;
  return (
    <section aria-labelledby="past-imports" className="mt-8">
      <h2 id="past-imports" tabIndex={-1} className="mb-2.5 text-sm font-semibold outline-none">
        {t('imports.list.title')}
      </h2>
      {error && !items ? (
        <EmptyState
          title={t(isStatus(error, 403) ? 'imports.forbidden.title' : 'imports.list.failed')}
          description={errorText(error)}
          actions={<Button onClick={() => void refetch()}>{t('common.action.retry')}</Button>}
        />
      ) : null}
      {!items && !error ? <Skeleton className="h-44 rounded-lg" /> : null}
      {items ? (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line shadow-1">
          {items.map((item) => (
            <li key={item.id} className="flex items-center hover:bg-hover">
              <ImportRow item={item} />
              {mayDiscard(item) ? (
                <IconButton
                  label={t('imports.discard.label', { fileName: item.fileName })}
                  loading={pending === item.id}
                  onClick={() => discard(item)}
                  className="mr-2"
                >
                  <Trash2 aria-hidden className="size-4" />
                </IconButton>
              ) : discardable ? (
                <span className="mr-2 w-control-small shrink-0 pointer-coarse:w-11" />
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {hasNextPage ? (
        <div className="mt-4 flex justify-center">
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('common.action.loadMore')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function ImportRow({ item }: { item: ImportBrief }) {
  const t = useT();
  const format = useFormat();
  const { icon: Icon, label } = recordTexts[item.record];
  return (
    <Link
      to="/imports/$id"
      params={{ id: item.id }}
      className="focus-inset grid min-h-13 min-w-0 flex-1 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 px-4 py-2 text-sm text-fg no-underline sm:grid-cols-[auto_minmax(0,1fr)_8.5rem_9rem_7rem]"
    >
      <Icon aria-hidden className="size-4 text-muted" />
      <span className="min-w-0">
        <span className="block truncate font-medium">{item.fileName}</span>
        <span className="block truncate text-xs text-muted">
          {t(label)} · <Outcome item={item} />
        </span>
      </span>
      <span className="flex sm:justify-start">
        <StateBadge state={item.state} />
      </span>
      <span className="flex min-w-0 items-center gap-2 text-muted max-sm:hidden">
        <Avatar name={item.createdBy.name} />
        <span className="truncate">{item.createdBy.name}</span>
      </span>
      <time
        dateTime={item.createdAt}
        title={format.dateTime(item.createdAt)}
        className="text-right text-xs whitespace-nowrap text-muted max-sm:hidden"
      >
        {format.relative(item.createdAt)}
      </time>
    </Link>
  );
}

const outcomes = {
  created: 'imports.outcome.created',
  updated: 'imports.outcome.updated',
  failed: 'imports.outcome.failed',
} as const;

/** "318 new · 3 failed", as far as the import has come. */
function Outcome({ item }: { item: ImportBrief }) {
  const t = useT();
  const format = useFormat();
  if (isActive(item.state)) {
    const percent = percentOf(item.processed, item.rows);
    return percent === null ? null : (
      <span className="tabular">{format.number(percent / 100, { style: 'percent' })}</span>
    );
  }
  const parts = (['created', 'updated', 'failed'] as const)
    .filter((name) => item[name] > 0)
    .map((name) => t(outcomes[name], { count: format.number(item[name]) }));
  const rows = t('imports.list.rows', { count: item.rows });
  return <span className="tabular">{item.startedAt && parts.length > 0 ? parts.join(' · ') : rows}</span>;
}
