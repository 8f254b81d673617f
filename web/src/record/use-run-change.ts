import type { QueryKey } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Identified } from '@/api/apply-patch';
import { errorText } from '@/api/error-text';
import { type RecordChange, useRecordMutation } from '@/api/use-record-mutation';
import { pushUndo, takeUndo } from '@/lib/undo';
import { toast } from '@/ui/toast';

/** What happens with the news of a change: an undo toast, a failure toast, or nothing because the caller tells. */
export type Voice = 'loud' | 'silent';

export function voice(silently: boolean | undefined): Voice {
  return silently ? 'silent' : 'loud';
}

export interface News<Item> {
  done: string;
  failed: string;
  undo: (item: Item) => Promise<unknown>;
  /** Tells of a refusal beside what was edited; answers whether it did. */
  refused?: (error: unknown) => boolean;
}

interface Change<Item, Fields> extends RecordChange<Fields> {
  write: () => Promise<Item>;
}

export type RunChange<Item> = (
  record: Item,
  fields: Partial<Item>,
  write: () => Promise<Item>,
  news: News<Item>,
  voice: Voice,
) => Promise<Item | null>;

interface Options<Item> {
  keys: QueryKey[];
  aggregates: QueryKey[];
  /** After a change was taken. */
  onDone: (item: Item) => void;
  /** Tells of a refusal in its own way; answers whether it did. */
  onRefused?: (error: unknown, record: Item) => boolean;
}

/**
 * Runs changes of a kind of record: shown at once, taken back when refused, with an undo toast or an offer to try again.
 * The answer is always the same function.
 */
export function useRunChange<Item extends Identified & { version: number }>(
  options: Options<Item>,
): RunChange<Item> {
  const { mutateAsync } = useRecordMutation<Item, Partial<Item>>({
    keys: options.keys,
    aggregates: options.aggregates,
    send: (change) => (change as Change<Item, Partial<Item>>).write(),
  });
  const latest = useRef({ mutateAsync, options });
  latest.current = { mutateAsync, options };

  const run = useRef<RunChange<Item>>(async (record, fields, write, news, voice) => {
    const change: Change<Item, Partial<Item>> = { id: record.id, fields, version: record.version, write };
    const writing = latest.current.mutateAsync(change);
    // What shows can be taken back, also before the server has answered: then the way back waits for it.
    let undone = false;
    const entry =
      voice === 'silent'
        ? null
        : pushUndo(news.done, async () => {
            undone = true;
            const item = await writing.catch(() => null);
            // What was refused is as it was.
            return item === null ? null : news.undo(item);
          });
    try {
      const item = await writing;
      latest.current.options.onDone(item);
      if (entry && !undone) toast.offerUndo(entry);
      return item;
    } catch (error) {
      if (entry === null) throw error;
      takeUndo(entry.id);
      if (!news.refused?.(error) && !latest.current.options.onRefused?.(error, record) && !undone) {
        toast.failed({
          title: news.failed,
          description: errorText(error),
          retry: () => void run.current(record, fields, write, news, voice),
        });
      }
      return null;
    }
  });
  return run.current;
}
