import { client, unwrap } from '@/api/client';
import type { Select } from '@/api/types';
import type { ExportFormat } from './export-address';
import type { ExportRecord } from './export-columns';

/** The file of chosen records: too many may be named for an address, so it is fetched and then saved. */
export async function fetchExport(
  record: ExportRecord,
  select: Select,
  format: ExportFormat,
  sort: string,
  columns: string[],
): Promise<Blob> {
  const body = { select, format, sort, columns };
  const file: unknown = await (record === 'customers'
    ? unwrap(client.POST('/customers/export', { body, parseAs: 'blob' }))
    : unwrap(client.POST('/companies/export', { body, parseAs: 'blob' })));
  // The document calls every file a text.
  return file as Blob;
}

/** Gives a file to the person as a download. */
export function saveFile(file: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
