import type { Id, ImportReading } from '@/api/types';

interface KeptFile {
  file: File;
  /** What the person decided about reading it, so far. */
  reading: ImportReading;
}

/**
 * Files that this page has uploaded. The server keeps rows, not files, so another way of reading means sending the file
 * once more; a handle costs nothing until it is read. Gone after a reload: then the person is asked for the file.
 */
const kept = new Map<Id, KeptFile>();

export function keepFile(id: Id, file: File, reading: ImportReading = {}) {
  kept.set(id, { file, reading });
}

export function forgetFile(id: Id) {
  kept.delete(id);
}

export function keptFile(id: Id): KeptFile | undefined {
  return kept.get(id);
}
