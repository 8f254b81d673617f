import { Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { errorText } from '@/api/error-text';
import { isSelected } from '@/grid/selection';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { copyText } from '@/lib/copy';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';
import type { SelectionActions } from './list-screen';

/** More than this is no longer something to paste. */
const MAX_COPY = 1000;

interface CopySelectedProps<Row> extends Pick<SelectionActions<Row>, 'selection' | 'count' | 'list'> {
  textOf: (row: Row) => string | undefined;
  separator: string;
  label: string;
  /** Says how many different values were copied. */
  done: (count: number) => string;
  /** Says why more than so many cannot be. */
  limit: (max: string) => string;
}

/** Copies one value of every selected record, each once. */
export function CopySelected<Row extends { id: string }>({
  selection,
  count,
  list,
  textOf,
  separator,
  label,
  done,
  limit,
}: CopySelectedProps<Row>) {
  const t = useT();
  const format = useFormat();
  const [busy, setBusy] = useState(false);
  // Rows may leave the page again after they were selected; what is copied of them is kept as it is seen.
  const seen = useRef(new Map<string, string>());
  if (selection.mode === 'some') {
    for (const id of selection.ids) {
      const index = seen.current.has(id) ? -1 : list.indexOf(id);
      const row = index < 0 ? undefined : list.rowAt(index);
      if (row) seen.current.set(id, textOf(row) ?? '');
    }
  }

  const collect = async (): Promise<Array<string | undefined>> => {
    if (selection.mode === 'some') return [...selection.ids].map((id) => seen.current.get(id));
    const rows = await list.rowsIn({ first: 0, end: Math.min(list.total, MAX_COPY + selection.except.size) });
    return rows.filter((row) => isSelected(selection, row.id)).map(textOf);
  };

  const copy = async () => {
    setBusy(true);
    try {
      const found = [...new Set((await collect()).filter(Boolean))];
      if (found.length > 0 && !(await copyText(found.join(separator)))) {
        toast.failed({ title: t('common.copy.failed') });
      } else {
        toast.done({ title: done(found.length) });
      }
    } catch (error) {
      toast.failed({ title: t('common.error.title'), description: errorText(error) });
    } finally {
      setBusy(false);
    }
  };

  return (
    <Button
      variant="ghost"
      size="small"
      loading={busy}
      disabledReason={count > MAX_COPY ? limit(format.number(MAX_COPY)) : undefined}
      onClick={() => void copy()}
    >
      <Copy aria-hidden className="size-4" />
      {label}
    </Button>
  );
}
