import type { Import, ImportForm, ImportReading, ImportRecord } from '@/api/types';
import { sendFile } from '@/record/send-file';

interface UploadOptions {
  record: ImportRecord;
  file: File;
  /** What the person decided instead of leaving it to detection. */
  reading?: ImportReading;
  signal: AbortSignal;
  /** Bytes sent so far; called often. */
  onSent: (bytes: number) => void;
}

/** Sends a file and answers the import that the server made of it. Rejects as `sendFile` does. */
export function upload({ record, file, reading = {}, signal, onSent }: UploadOptions): Promise<Import> {
  const fields: Omit<ImportForm, 'file'> = { record, ...reading };
  return sendFile<Import>({ path: '/imports', file, fields, signal, onSent });
}
