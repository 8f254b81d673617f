import { Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { errorText } from '@/api/error-text';
import type { Customer } from '@/api/types';
import { isSelected } from '@/grid/selection';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { copyText } from '@/lib/copy';
import type { SelectionActions } from '@/record/list-screen';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import { primaryContact } from './columns';
import { ExportLink } from './export-link';

/** More addresses than this do not fit a letter; a file does. */
const MAX_COPY = 1000;

export function CustomerSelection({ selection, count, list, view, columns }: SelectionActions<Customer>) {
  const t = useT();
  const format = useFormat();
  const [busy, setBusy] = useState(false);
  // Rows may leave the page again after they were selected; their addresses are kept as they are seen.
  const emails = useRef(new Map<string, string>());
  if (selection.mode === 'some') {
    for (const id of selection.ids) {
      const index = emails.current.has(id) ? -1 : list.indexOf(id);
      const row = index < 0 ? undefined : list.rowAt(index);
      if (row) emails.current.set(id, primaryContact(row, 'email')?.value ?? '');
    }
  }

  const collect = async (): Promise<string[]> => {
    if (selection.mode === 'some') return [...selection.ids].map((id) => emails.current.get(id) ?? '');
    const rows = await list.rowsIn({ first: 0, end: Math.min(list.total, MAX_COPY + selection.except.size) });
    return rows
      .filter((row) => isSelected(selection, row.id))
      .map((row) => primaryContact(row, 'email')?.value ?? '');
  };

  const copy = async () => {
    setBusy(true);
    try {
      const found = [...new Set((await collect()).filter((email) => email !== ''))];
      if (found.length > 0 && !(await copyText(found.join(', ')))) {
        toast.failed({ title: t('common.copy.failed') });
      } else {
        toast.done({ title: t('customers.action.emailsCopied', { count: found.length }) });
      }
    } catch (error) {
      toast.failed({ title: t('common.error.title'), description: errorText(error) });
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button
        variant="ghost"
        size="small"
        loading={busy}
        disabledReason={
          count > MAX_COPY ? t('customers.action.copyLimit', { max: format.number(MAX_COPY) }) : undefined
        }
        onClick={() => void copy()}
      >
        <Copy aria-hidden className="size-4" />
        {t('customers.action.copyEmails')}
      </Button>
      <ExportLink view={view} columns={columns} total={list.total} label={t('customers.action.exportList')} />
    </>
  );
}
