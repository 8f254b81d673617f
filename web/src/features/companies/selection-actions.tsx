import { Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { errorText } from '@/api/error-text';
import type { Company } from '@/api/types';
import { isSelected } from '@/grid/selection';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { copyText } from '@/lib/copy';
import type { SelectionActions } from '@/record/list-screen';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';

const MAX_COPY = 1000;

export function CopyDomains({ selection, count, list }: SelectionActions<Company>) {
  const t = useT();
  const format = useFormat();
  const [busy, setBusy] = useState(false);
  // Rows may leave the page again after they were selected; what is copied of them is kept as it is seen.
  const domains = useRef(new Map<string, string>());
  if (selection.mode === 'some') {
    for (const id of selection.ids) {
      const index = domains.current.has(id) ? -1 : list.indexOf(id);
      const row = index < 0 ? undefined : list.rowAt(index);
      if (row) domains.current.set(id, row.domains[0] ?? '');
    }
  }

  const collect = async (): Promise<string[]> => {
    if (selection.mode === 'some') return [...selection.ids].map((id) => domains.current.get(id) ?? '');
    const rows = await list.rowsIn({ first: 0, end: Math.min(list.total, MAX_COPY + selection.except.size) });
    return rows.filter((row) => isSelected(selection, row.id)).map((row) => row.domains[0] ?? '');
  };

  const copy = async () => {
    setBusy(true);
    try {
      const found = [...new Set((await collect()).filter((domain) => domain !== ''))];
      if (found.length > 0 && !(await copyText(found.join('\n'))))
        toast.failed({ title: t('common.copy.failed') });
      else toast.done({ title: t('companies.action.domainsCopied', { count: found.length }) });
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
      disabledReason={
        count > MAX_COPY ? t('companies.action.copyLimit', { max: format.number(MAX_COPY) }) : undefined
      }
      onClick={() => void copy()}
    >
      <Copy aria-hidden className="size-4" />
      {t('companies.action.copyDomains')}
    </Button>
  );
}
