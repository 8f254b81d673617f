import { address } from '@/api/client';
import type { ListView } from '@/grid/use-list';
import type { ExportRecord } from './export-columns';

export type ExportFormat = 'csv' | 'xlsx';

/** Where the list, as it is filtered and sorted, is downloaded from. */
export function exportAddress(
  record: ExportRecord,
  format: ExportFormat,
  view: ListView,
  defaultSort: string,
  columns: readonly string[],
): string {
  const query = new URLSearchParams();
  if (view.filter !== undefined) query.set('filter', JSON.stringify(view.filter));
  if (view.q !== '') query.set('q', view.q);
  query.set('sort', view.sort === '' ? defaultSort : view.sort);
  query.set('columns', columns.join(','));
  return `${address(`/${record}/export.${format}`)}?${query}`;
}
