import { useInfiniteQuery } from '@tanstack/react-query';
import { NotebookText } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { errorText } from '@/api/error-text';
import type { AnchorRef, Note } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { ListSearch } from '../list-search';
import { notesOfQuery } from './api';
import { NoteCard } from './note-card';
import { NoteEditor, type NoteEditorHandle } from './note-editor';
import { useNoteChanges } from './use-note-changes';
import './notes.css';

/** From so many on there is something to search in. */
const SEARCHED = 4;

export interface NotesOfProps {
  anchor: AnchorRef;
  /** Why nothing can be written about the record, if so. */
  readOnly: string | undefined;
  /** The person came to write. */
  writing: boolean;
  onWriting: () => void;
}

/** The notes about a record, in its drawer. */
export function NotesOf({ anchor, readOnly, writing, onWriting }: NotesOfProps) {
  const t = useT();
  const changes = useNoteChanges();
  const [q, setQ] = useState('');
  const query = useInfiniteQuery({ ...notesOfQuery(anchor, q), placeholderData: (before) => before });
  const editor = useRef<NoteEditorHandle>(null);
  const list = useRef<HTMLElement>(null);
  const notes = inOrderOfReading(query.data?.pages.flatMap(({ items }) => items) ?? []);
  useEffect(() => {
    if (!writing) return;
    editor.current?.focus();
    onWriting();
  }, [writing, onWriting]);

  useCommands([
    {
      id: 'notes.write',
      group: 'record',
      label: 'command.note.write',
      keys: 'n',
      disabledReason: readOnly,
      run: () => editor.current?.focus(),
    },
  ]);

  return (
    <section ref={list} className="note-list" aria-label={t('notes.list.label', { name: anchor.name })}>
      <h3 className="sr-only">{t('record.tab.notes')}</h3>
      {readOnly === undefined ? (
        <NoteEditor ref={editor} anchor={{ kind: anchor.kind, id: anchor.id }} />
      ) : (
        <p className="text-muted text-sm">{readOnly}</p>
      )}
      {q !== '' || notes.length >= SEARCHED ? (
        <ListSearch
          label={t('notes.list.search')}
          value={q}
          onCommit={setQ}
          onDown={() => list.current?.querySelector<HTMLElement>('[data-note]')?.focus()}
        />
      ) : null}
      {query.isPending ? (
        <>
          <Skeleton className="h-20" />
          <Skeleton className="h-20" />
        </>
      ) : query.isError && notes.length === 0 ? (
        <p role="alert" className="flex items-center gap-2 text-danger-fg text-sm">
          {errorText(query.error)}
          <Button size="small" onClick={() => void query.refetch()}>
            {t('common.action.retry')}
          </Button>
        </p>
      ) : notes.length === 0 ? (
        <EmptyState
          icon={NotebookText}
          title={t(q === '' ? 'notes.empty.title' : 'notes.empty.noMatch')}
          description={q === '' ? t('notes.empty.hint') : undefined}
          actions={q === '' ? undefined : <Button onClick={() => setQ('')}>{t('notes.empty.all')}</Button>}
        />
      ) : (
        notes.map((note) => (
          <NoteCard key={note.id} note={note} changes={changes} mayPin={readOnly === undefined} />
        ))
      )}
      {query.hasNextPage ? (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('common.action.loadMore')}
        </Button>
      ) : null}
    </section>
  );
}

/** Pinned ones first, then the newest: also before the server has answered that one was pinned. */
function inOrderOfReading(notes: Note[]): Note[] {
  return [...notes].sort(
    (a, b) => Number(b.pinned) - Number(a.pinned) || b.createdAt.localeCompare(a.createdAt),
  );
}
