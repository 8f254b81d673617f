import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  EyeOff,
  type LucideIcon,
  MoveHorizontal,
  Pin,
  PinOff,
  Plus,
} from 'lucide-react';
import { useT } from '@/i18n/use-t';
import { AnchoredMenu, MenuItem, MenuSeparator } from '@/ui/menu';
import { type ColumnAction, WIDTH_STEP } from './columns';
import type { ShownColumn } from './grid-header';
import { type SortKey, setSort } from './sort';

interface HeaderMenuProps<Row> {
  shown: ShownColumn<Row>;
  anchor: HTMLElement | null;
  sort: readonly SortKey[];
  onSort: (keys: SortKey[]) => void;
  onColumns: (action: ColumnAction) => void;
  onClose: () => void;
}

/** Everything a column can do, without dragging. */
export function HeaderMenu<Row>({ shown, anchor, sort, onSort, onColumns, onClose }: HeaderMenuProps<Row>) {
  const t = useT();
  const { column, state } = shown;
  const field = column.sortField;
  const item = (icon: LucideIcon, text: string, run: () => void, keys?: string) => (
    <MenuItem icon={icon} keys={keys} onClick={run}>
      {text}
    </MenuItem>
  );
  return (
    <AnchoredMenu
      anchor={anchor}
      label={t('grid.menu.label', { column: column.header })}
      onClose={onClose}
      className="min-w-56"
    >
      {field === undefined ? null : (
        <>
          {item(ArrowUp, t('grid.menu.ascending'), () => onSort(setSort(sort, field, false, false)))}
          {item(ArrowDown, t('grid.menu.descending'), () => onSort(setSort(sort, field, true, false)))}
          {sort.length > 0 && !sort.some((key) => key.field === field)
            ? item(Plus, t('grid.menu.addSort'), () =>
                onSort(setSort(sort, field, column.firstDescending === true, true)),
              )
            : null}
          <MenuSeparator />
        </>
      )}
      {item(
        ArrowLeft,
        t('grid.menu.moveLeft'),
        () => onColumns({ kind: 'move', id: column.id, by: -1 }),
        '$mod+Shift+ArrowLeft',
      )}
      {item(
        ArrowRight,
        t('grid.menu.moveRight'),
        () => onColumns({ kind: 'move', id: column.id, by: 1 }),
        '$mod+Shift+ArrowRight',
      )}
      {item(
        MoveHorizontal,
        t('grid.menu.wider'),
        () => onColumns({ kind: 'resize', id: column.id, width: state.width + 3 * WIDTH_STEP }),
        'Shift+ArrowRight',
      )}
      {item(
        MoveHorizontal,
        t('grid.menu.narrower'),
        () => onColumns({ kind: 'resize', id: column.id, width: state.width - 3 * WIDTH_STEP }),
        'Shift+ArrowLeft',
      )}
      <MenuSeparator />
      {state.pinned
        ? item(PinOff, t('grid.menu.unpin'), () => onColumns({ kind: 'unpin', id: column.id }))
        : item(Pin, t('grid.menu.pin'), () => onColumns({ kind: 'pin', id: column.id }))}
      {column.required
        ? null
        : item(EyeOff, t('grid.menu.hide'), () => onColumns({ kind: 'hide', id: column.id }))}
    </AnchoredMenu>
  );
}
