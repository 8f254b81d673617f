/**
 * A read that had begun before a write may answer after it, with what was true before. Such an answer is corrected by
 * what this page itself has written: nothing shown goes back to an older state, and no read has to be stopped.
 */
import type { MutationCache } from '@tanstack/react-query';
import { type Identified, mapRecords } from './apply-patch';

/** Records as the server answered the last writes, oldest first. */
const written = new Map<string, Identified>();
const LIMIT = 500;

/** First part of the key of every mutation that changes a record; its variables are a `RecordChange`. */
export const RECORD_CHANGE = 'record';

interface Showing {
  id: string;
  fields: Readonly<Record<string, unknown>>;
}

/** Notes what a write answered. */
export function noteWritten(item: Identified) {
  if (item.version === undefined || (written.get(item.id)?.version ?? 0) > item.version) return;
  written.delete(item.id);
  written.set(item.id, item);
  for (const [oldest] of written) {
    if (written.size <= LIMIT) break;
    written.delete(oldest);
  }
}

/** What a read answered, with the records that it knows in an older version, or without a change under way, put right. */
export function withOwnWrites(data: unknown, mutations: MutationCache): unknown {
  const underWay = mutations
    .findAll({ mutationKey: [RECORD_CHANGE], status: 'pending' })
    .map((mutation) => mutation.state.variables as Showing);
  if (written.size === 0 && underWay.length === 0) return data;
  return mapRecords(data, (record) => {
    const own = written.get(record.id);
    const newest =
      own !== undefined && record.version !== undefined && record.version < (own.version ?? 0)
        ? { ...record, ...own }
        : record;
    const fields = underWay.filter(({ id }) => id === record.id).map((change) => change.fields);
    return fields.length === 0 ? newest : Object.assign({}, newest, ...fields);
  });
}
