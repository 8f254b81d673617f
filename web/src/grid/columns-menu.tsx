import { ArrowDown, ArrowUp, Columns3, Pin } from 'lucide-react';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Button, IconButton } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Popover } from '@/ui/popover';
import type { ColumnAction, ColumnsState } from './columns';
import type { GridColumn } from './types';

interface ColumnsMenuProps<Row> {
  columns: readonly GridColumn<Row>[];
  state: ColumnsState;
  onColumns: (action: ColumnAction) => void;
}

/** Shows, hides, orders and pins columns, without any dragging. */
export function ColumnsMenu<Row>({ columns, state, onColumns }: ColumnsMenuProps<Row>) {
  const t = useT();
  const headerOf = (id: string) => columns.find((column) => column.id === id)?.header ?? id;
  return (
    <Popover
      align="end"
      className="w-72 p-1"
      trigger={
        <Button variant="ghost" size="small">
          <Columns3 aria-hidden className="size-4" />
          <span className="max-sm:sr-only">{t('grid.columns.button')}</span>
        </Button>
      }
    >
      <ul aria-label={t('grid.columns.title')} className="flex flex-col">
        {state.map((each) => {
          const column = columns.find((one) => one.id === each.id);
          const name = headerOf(each.id);
          return (
            <li
              key={each.id}
              className="group flex min-h-8 items-center gap-2 rounded-md pl-2 focus-within:bg-hover hover:bg-hover"
            >
              <Checkbox
                checked={!each.hidden}
                disabled={column?.required}
                onCheckedChange={(checked) => onColumns({ kind: checked ? 'show' : 'hide', id: each.id })}
                label={name}
                className="min-w-0 flex-1"
              />
              <IconButton
                label={t('grid.columns.up', { column: name })}
                disabled={each.hidden}
                onClick={() => onColumns({ kind: 'move', id: each.id, by: -1 })}
              >
                <ArrowUp aria-hidden className="size-3.5" />
              </IconButton>
              <IconButton
                label={t('grid.columns.down', { column: name })}
                disabled={each.hidden}
                onClick={() => onColumns({ kind: 'move', id: each.id, by: 1 })}
              >
                <ArrowDown aria-hidden className="size-3.5" />
              </IconButton>
              <IconButton
                label={t(each.pinned ? 'grid.columns.unpin' : 'grid.columns.pin', { column: name })}
                aria-pressed={each.pinned}
                onClick={() => onColumns({ kind: each.pinned ? 'unpin' : 'pin', id: each.id })}
              >
                <Pin aria-hidden className={cn('size-3.5', each.pinned && 'fill-current text-accent-fg')} />
              </IconButton>
            </li>
          );
        })}
      </ul>
      <div className="mt-1 border-line border-t p-1">
        <Button variant="ghost" size="small" full onClick={() => onColumns({ kind: 'reset' })}>
          {t('grid.columns.reset')}
        </Button>
      </div>
    </Popover>
  );
}
