import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button, IconButton } from '@/ui/button';

interface SelectionBarProps {
  count: number;
  total: number;
  exact: boolean;
  /** Offered while not all are selected. */
  onSelectAll?: () => void;
  onClear: () => void;
  children: ReactNode;
}

/** How many of how many are selected, and what can be done with them. */
export function SelectionBar({ count, total, exact, onSelectAll, onClear, children }: SelectionBarProps) {
  const t = useT();
  const format = useFormat();
  const all = exact ? format.number(total) : `${format.number(total)}+`;
  return (
    <section
      aria-label={t('grid.selection.label')}
      className="-translate-x-1/2 absolute bottom-4 left-1/2 z-10 flex max-w-[calc(100%-1.5rem)] items-center gap-1 overflow-x-auto rounded-lg bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-3"
    >
      <output className="tabular shrink-0 whitespace-nowrap pr-1 font-medium">
        {t('grid.selection.count', { count, total: all })}
      </output>
      {onSelectAll ? (
        <Button variant="ghost" size="small" onClick={onSelectAll}>
          {t('grid.selection.all', { total: all })}
        </Button>
      ) : null}
      <span aria-hidden className="mx-1 h-5 w-px shrink-0 bg-line" />
      {children}
      <IconButton label={t('grid.selection.clear')} onClick={onClear}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </section>
  );
}
