import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import type { Note, NotePatch, NoteVisibility, Page } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { pushUndo, takeUndo } from '@/lib/undo';
import { toast } from '@/ui/toast';
import { inOrder, noteVersion } from '../in-order';
import { useRunChange, type Voice } from '../use-run-change';
import { noteCounts, noteKeys, readNotesAgain } from './api';

export type NoteChanges = ReturnType<typeof useNoteChanges>;

/** Every change of a note. */
export function useNoteChanges() {
  const t = useT();
  const queryClient = useQueryClient();
  const run = useRunChange<Note>({
    keys: noteKeys,
    aggregates: noteCounts,
    onDone: (note) => readNotesAgain(queryClient, note),
    onRefused: (error, note) => {
      // Somebody else has written: what they wrote is shown instead.
      if (isStatus(error, 412)) readNotesAgain(queryClient, note);
      return false;
    },
  });
  const latest = useRef(t);
  latest.current = t;

  return useMemo(() => {
    const path = (id: string) => ({ params: { path: { id } } });
    const patch = (note: Note, body: NotePatch) =>
      inOrder(note.id, note.version, (version) =>
        unwrap(
          client.PATCH('/notes/{id}', { ...path(note.id), headers: ifMatch(version ?? note.version), body }),
        ),
      );

    /** Another text, as by a tick or by bringing back a former one. */
    const setBody = (note: Note, body: string, done: string, voice: Voice = 'loud'): Promise<Note | null> =>
      run(
        note,
        { body },
        () => patch(note, { body }),
        {
          done,
          failed: latest.current('notes.edit.failed'),
          undo: (item) => setBody(item, note.body, done, 'silent'),
        },
        voice,
      );

    const setPinned = (note: Note, pinned: boolean, voice: Voice = 'loud'): Promise<Note | null> => {
      const text = latest.current;
      return run(
        note,
        { pinned },
        () =>
          inOrder(note.id, undefined, () =>
            unwrap(
              pinned
                ? client.POST('/notes/{id}/pin', path(note.id))
                : client.POST('/notes/{id}/unpin', path(note.id)),
            ),
          ),
        {
          done: text(pinned ? 'notes.pin.done' : 'notes.pin.undone'),
          failed: text('notes.edit.failed'),
          undo: (item) => setPinned(item, !pinned, 'silent'),
        },
        voice,
      );
    };

    const setVisibility = (
      note: Note,
      visibility: NoteVisibility,
      voice: Voice = 'loud',
    ): Promise<Note | null> => {
      const text = latest.current;
      return run(
        note,
        { visibility },
        () => patch(note, { visibility }),
        {
          done: text(visibility === 'private' ? 'notes.private.done' : 'notes.private.undone'),
          failed: text('notes.edit.failed'),
          undo: (item) => setVisibility(item, note.visibility, 'silent'),
        },
        voice,
      );
    };

    /** Takes the note away at once; for thirty days it can be brought back. */
    const remove = async (note: Note): Promise<void> => {
      const text = latest.current;
      const hold = (data: InfiniteData<Page<Note>> | undefined) =>
        data?.pages === undefined
          ? data
          : {
              ...data,
              pages: data.pages.map((page) => ({
                ...page,
                items: page.items.filter(({ id }) => id !== note.id),
              })),
            };
      queryClient.setQueriesData<InfiniteData<Page<Note>>>({ queryKey: ['notes', 'list'] }, hold);
      const removing = inOrder(note.id, undefined, async () => {
        await unwrap(client.DELETE('/notes/{id}', path(note.id)));
        return undefined;
      });
      const entry = pushUndo(text('notes.delete.done'), async () => {
        const gone = await removing.then(
          () => true,
          () => false,
        );
        if (!gone) return;
        const back = await unwrap(client.POST('/notes/{id}/restore', path(note.id)));
        noteVersion(note.id, back.version);
        readNotesAgain(queryClient, note);
      });
      try {
        await removing;
        toast.offerUndo(entry);
      } catch (error) {
        takeUndo(entry.id);
        toast.failed({
          title: text('notes.delete.failed'),
          description: errorText(error),
          retry: () => void remove(note),
        });
      } finally {
        readNotesAgain(queryClient, note);
      }
    };

    return { setBody, setPinned, setVisibility, remove };
  }, [queryClient, run]);
}
