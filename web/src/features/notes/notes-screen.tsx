import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { NotebookText, SearchX } from 'lucide-react';
import { useRef } from 'react';
import { useMe } from '@/api/bootstrap';
import { isStatus } from '@/api/errors';
import { type Command, useCommands } from '@/commands/registry';
import { useT } from '@/i18n/use-t';
import { ListSearch } from '@/record/list-search';
import { ListFailed } from '@/record/list-states';
import { feedQuery, noteQuery } from '@/record/notes/api';
import { NoteCard } from '@/record/notes/note-card';
import { useNoteChanges } from '@/record/notes/use-note-changes';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { filterOf, type NotesParams, readShow, shows } from './params';

interface NotesScreenProps {
  params: NotesParams;
  onParams: (change: NotesParams, replace?: boolean) => void;
}

/** All notes that the person may see, the newest first, with what they are about. */
export function NotesScreen({ params, onParams }: NotesScreenProps) {
  const t = useT();
  const changes = useNoteChanges();
  const me = useMe();
  const show = readShow(params.show);
  const q = params.q ?? '';
  const query = useInfiniteQuery({
    ...feedQuery(filterOf(show, me.id), q),
    placeholderData: (before) => before,
  });
  const wanted = useQuery({ ...noteQuery(params.open ?? ''), enabled: params.open !== undefined });
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const notes = (query.data?.pages.flatMap(({ items }) => items) ?? []).filter(
    ({ id }) => id !== params.open,
  );
  const found = params.open === undefined ? undefined : wanted.data;

  const cards = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-note]') ?? [])];
  const step = (by: 1 | -1) => {
    const all = cards();
    const at = all.findIndex((card) => card.contains(document.activeElement));
    all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
    if (by === 1 && at >= all.length - 2 && query.hasNextPage) void query.fetchNextPage();
  };
  useCommands([
    {
      id: 'notes.next',
      group: 'view',
      label: 'notes.key.next',
      keys: 'j',
      keysOnly: true,
      run: () => step(1),
    },
    {
      id: 'notes.previous',
      group: 'view',
      label: 'notes.key.previous',
      keys: 'k',
      keysOnly: true,
      run: () => step(-1),
    },
    {
      id: 'notes.search',
      group: 'view',
      label: 'notes.list.search',
      keys: 'f',
      run: () => search.current?.focus(),
    },
    ...shows.map(
      (each, index): Command => ({
        id: `notes.show.${each}`,
        group: 'view',
        label: `notes.show.${each}`,
        keys: String(index + 1),
        run: () => onParams({ show: each === 'all' ? undefined : each, open: undefined }),
      }),
    ),
  ]);

  const isFiltered = q !== '' || show !== 'all';
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <PageHeader title={t('nav.notes.label')} />
      <div className="note-bar">
        <ListSearch
          ref={search}
          label={t('notes.list.search')}
          value={q}
          onCommit={(text) => onParams({ q: text === '' ? undefined : text, open: undefined }, true)}
          onDown={() => cards()[0]?.focus()}
        />
        <fieldset aria-label={t('notes.show.label')} className="note-shows">
          {shows.map((each) => (
            <Button
              key={each}
              size="small"
              variant="ghost"
              aria-pressed={show === each}
              onClick={() => onParams({ show: each === 'all' ? undefined : each, open: undefined })}
            >
              {t(`notes.show.${each}`)}
            </Button>
          ))}
        </fieldset>
      </div>
      <div ref={list} className="note-feed">
        {params.open === undefined ? null : (
          <section aria-label={t('notes.feed.found')} className="note-found">
            {found !== undefined ? (
              <NoteCard key={found.id} note={found} changes={changes} mayPin={false} showAnchor />
            ) : wanted.isError ? (
              <p role="alert" className="text-muted text-sm">
                {t(isStatus(wanted.error, 404) ? 'notes.feed.gone' : 'notes.feed.failed')}
              </p>
            ) : (
              <Skeleton className="h-20" />
            )}
            <Button
              size="small"
              variant="link"
              className="w-fit"
              onClick={() => onParams({ open: undefined })}
            >
              {t('notes.feed.others')}
            </Button>
          </section>
        )}
        {query.isPending ? (
          [1, 2, 3].map((line) => <Skeleton key={line} className="h-20" />)
        ) : query.isError && notes.length === 0 ? (
          <ListFailed className="flex-1" error={query.error} onRetry={() => void query.refetch()} />
        ) : notes.length === 0 && found === undefined ? (
          <EmptyState
            className="pt-[8vh]"
            icon={isFiltered ? SearchX : NotebookText}
            title={t(isFiltered ? 'notes.empty.noMatch' : 'notes.empty.title')}
            description={t(isFiltered ? 'notes.feed.noMatchHint' : 'notes.feed.emptyHint')}
            actions={
              isFiltered ? (
                <Button onClick={() => onParams({ q: undefined, show: undefined })}>
                  {t('notes.empty.all')}
                </Button>
              ) : undefined
            }
          />
        ) : (
          notes.map((note) => (
            <NoteCard key={note.id} note={note} changes={changes} mayPin={false} showAnchor />
          ))
        )}
        {query.hasNextPage ? (
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('common.action.loadMore')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
