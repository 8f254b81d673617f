import { useInfiniteQuery } from '@tanstack/react-query';
import { errorText } from '@/api/error-text';
import type { Note } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Skeleton } from '@/ui/skeleton';
import { revisionsQuery } from './api';
import { MarkdownView } from './markdown-view';

interface RevisionsProps {
  /** Null closes. */
  note: Note | null;
  writable: boolean;
  onClose: () => void;
  onRestore: (body: string) => void;
}

/** What a note said before: who wrote it and when, and the way back to it. */
export function Revisions({ note, writable, onClose, onRestore }: RevisionsProps) {
  const t = useT();
  return (
    <Dialog
      open={note !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t('notes.history.title')}
      description={t('notes.history.description')}
      size="large"
    >
      {note === null ? null : <Former note={note} writable={writable} onRestore={onRestore} />}
    </Dialog>
  );
}

function Former({
  note,
  writable,
  onRestore,
}: { note: Note } & Pick<RevisionsProps, 'writable' | 'onRestore'>) {
  const t = useT();
  const format = useFormat();
  const query = useInfiniteQuery(revisionsQuery(note.id, note.version));
  if (query.isPending) return <Skeleton className="h-20" />;
  if (query.isError)
    return (
      <p role="alert" className="flex items-center gap-2 text-danger-fg text-sm">
        {errorText(query.error)}
        <Button size="small" onClick={() => void query.refetch()}>
          {t('common.action.retry')}
        </Button>
      </p>
    );
  const revisions = query.data.pages.flatMap(({ items }) => items);
  return (
    <ol className="note-revisions" aria-label={t('notes.history.title')}>
      {revisions.map(({ version, author, body, writtenAt, replacedAt }) => (
        <li key={version} className="note-card">
          <header className="note-head">
            <span className="note-who">
              <span className="font-medium text-fg">{author.name}</span>{' '}
              <span className="text-muted text-xs">
                {t('notes.history.when', {
                  written: format.dateTime(writtenAt),
                  replaced: format.dateTime(replacedAt),
                })}
              </span>
            </span>
            {writable ? (
              <Button size="small" disabled={body === note.body} onClick={() => onRestore(body)}>
                {t('notes.history.restore')}
              </Button>
            ) : null}
          </header>
          <MarkdownView text={body} />
        </li>
      ))}
      {query.hasNextPage ? (
        <li>
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('common.action.loadMore')}
          </Button>
        </li>
      ) : null}
    </ol>
  );
}
