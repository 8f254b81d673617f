import { Download } from 'lucide-react';
import type { ListView } from '@/grid/use-list';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button, buttonStyle } from '@/ui/button';
import { exportAddress } from './api';

interface ExportLinkProps {
  view: ListView;
  columns: readonly string[];
  total: number;
  label: string;
  /** There is no row to export. */
  nothing?: boolean;
}

/** Downloads the whole list as it is filtered, sorted and laid out; a link, so that the browser shows its progress. */
export function ExportLink({ view, columns, total, label, nothing = false }: ExportLinkProps) {
  const t = useT();
  const format = useFormat();
  const face = (
    <>
      <Download aria-hidden className="size-4" />
      <span className="max-sm:sr-only">{label}</span>
    </>
  );
  if (nothing) {
    return (
      <Button variant="ghost" size="small" disabledReason={t('customers.action.exportNothing')}>
        {face}
      </Button>
    );
  }
  return (
    <a
      href={exportAddress(view, columns)}
      download="customers.csv"
      title={t('customers.action.exportHint', { total: format.number(total) })}
      className={buttonStyle({ variant: 'ghost', size: 'small' })}
    >
      {face}
    </a>
  );
}
