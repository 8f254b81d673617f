import { ApiError } from '@/api/errors';
import type { MessageId } from '@/i18n/message-id';

/** The product's limit for one file, in bytes. */
export const fileBytesMax = 100 * 1024 * 1024;

/** What a file dialog offers first. The server looks at the content, so any other file may still be chosen. */
export const accepted =
  '.csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What is plainly wrong with a file before it is sent; what it holds only the server can tell. */
export function refusedBefore(file: Pick<File, 'size'>): MessageId | null {
  if (file.size === 0) return 'imports.refused.empty';
  if (file.size > fileBytesMax) return 'imports.refused.tooLarge';
  return null;
}

const texts: Record<string, MessageId> = {
  file_empty: 'imports.refused.empty',
  file_without_rows: 'imports.refused.withoutRows',
  file_too_large: 'imports.refused.tooLarge',
  too_many_rows: 'imports.refused.tooManyRows',
  too_many_columns: 'imports.refused.tooManyColumns',
  not_a_table: 'imports.refused.notATable',
  other_spreadsheet: 'imports.refused.otherSpreadsheet',
  workbook_protected: 'imports.refused.protected',
  workbook_broken: 'imports.refused.broken',
  workbook_bomb: 'imports.refused.bomb',
  workbook_empty: 'imports.refused.noSheet',
  header_broken: 'imports.refused.header',
};

/** Why the server took no file, in the person's language; nothing when the error is of another kind. */
export function refusalText(error: unknown): MessageId | null {
  if (!(error instanceof ApiError)) return null;
  const code = error.problem.errors?.find((problem) => problem.code in texts)?.code ?? error.code;
  if (code in texts) return texts[code] ?? null;
  return error.status === 413 ? 'imports.refused.tooLarge' : null;
}
