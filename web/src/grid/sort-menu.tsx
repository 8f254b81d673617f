import { ArrowUpDown } from 'lucide-react';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Menu, MenuRadioGroup } from '@/ui/menu';
import { formatSort, parseSort, type SortKey } from './sort';
import type { GridColumn } from './types';

interface SortMenuProps<Row> {
  columns: readonly GridColumn<Row>[];
  sort: readonly SortKey[];
  onSort: (keys: SortKey[]) => void;
}

/** The order of the list where there is no header to press: on phones. */
export function SortMenu<Row>({ columns, sort, onSort }: SortMenuProps<Row>) {
  const t = useT();
  const options = columns.flatMap(({ sortField, header: column }) =>
    sortField === undefined
      ? []
      : [
          { value: sortField, label: t('grid.sort.ascending', { column }) },
          { value: `-${sortField}`, label: t('grid.sort.descending', { column }) },
        ],
  );
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" size="small" aria-label={t('grid.sort.button')}>
          <ArrowUpDown aria-hidden className="size-4" />
        </Button>
      }
    >
      <MenuRadioGroup
        label={t('grid.sort.title')}
        value={formatSort(sort)}
        onValueChange={(value) => onSort(parseSort(value))}
        options={[{ value: '', label: t('grid.sort.none') }, ...options]}
      />
    </Menu>
  );
}
