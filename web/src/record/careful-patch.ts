import { ApiError } from '@/api/errors';
import { clashingFields, flat } from './clash';
import { inOrder } from './in-order';

interface CarefulPatch<T> {
  id: string;
  /** The fields that are sent; `flat`. */
  body: Readonly<Record<string, unknown>>;
  version: number;
  /** The record as the person saw it; `flat`. */
  seen: Readonly<Record<string, unknown>>;
  send: (version: number) => Promise<T>;
  read: () => Promise<T>;
  /** Asks the person about fields that somebody else changed to something else. */
  ask: (current: T, fields: string[]) => Promise<'mine' | 'theirs'>;
}

/**
 * Writes with `If-Match`. When the record has moved on in other fields only, the edit is sent again over the newer
 * version; when the same field was changed, the person chooses.
 */
export function carefulPatch<T extends { id: string; version: number }>({
  id,
  body,
  version,
  seen,
  send,
  read,
  ask,
}: CarefulPatch<T>): Promise<T> {
  return inOrder(id, version, async (known) => {
    try {
      return await send(known ?? version);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      const current = isRecord<T>(error.problem.current, id) ? error.problem.current : await read();
      const fields = clashingFields(body, seen, flat(current as unknown as Record<string, unknown>));
      if (fields.length > 0 && (await ask(current, fields)) === 'theirs') return current;
      return send(current.version);
    }
  });
}

function isRecord<T>(value: unknown, id: string): value is T {
  return typeof value === 'object' && value !== null && (value as { id?: unknown }).id === id;
}
