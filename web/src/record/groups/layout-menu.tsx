import { Rows3, SquareKanban, Table2 } from 'lucide-react';
import { useState } from 'react';
import { useT } from '@/i18n/use-t';
import type { ChoiceFilter } from '@/rules/quick-filters';
import { Button } from '@/ui/button';
import { Menu, MenuRadioGroup, MenuSeparator } from '@/ui/menu';

interface LayoutMenuProps {
  fields: readonly ChoiceFilter[];
  by: ChoiceFilter | undefined;
  board: boolean;
  onChange: (change: { group: string | undefined; layout: string | undefined }) => void;
}

/** What a list is grouped by, and whether it is a table or a board. */
export function LayoutMenu({ fields, by, board, onChange }: LayoutMenuProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const layout = board ? 'board' : undefined;
  const change: typeof onChange = (next) => {
    setOpen(false);
    onChange(next);
  };
  return (
    <Menu
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button
          variant="ghost"
          size="small"
          aria-label={by ? t('grid.group.now', { field: by.label }) : t('grid.group.button')}
        >
          {board ? <SquareKanban aria-hidden className="size-4" /> : <Rows3 aria-hidden className="size-4" />}
          <span className="max-sm:sr-only">{by?.label ?? t('grid.group.button')}</span>
        </Button>
      }
    >
      <MenuRadioGroup
        label={t('grid.layout.title')}
        value={board ? 'board' : 'table'}
        onValueChange={(next) =>
          change({
            // A board has columns by something.
            group: by?.field ?? (next === 'board' ? fields[0]?.field : undefined),
            layout: next === 'board' ? 'board' : undefined,
          })
        }
        options={[
          { value: 'table', label: t('grid.layout.table'), icon: Table2 },
          { value: 'board', label: t('grid.layout.board'), icon: SquareKanban },
        ]}
      />
      <MenuSeparator />
      <MenuRadioGroup
        label={t('grid.group.by')}
        value={by?.field ?? ''}
        onValueChange={(field) =>
          change(field === '' ? { group: undefined, layout: undefined } : { group: field, layout })
        }
        options={[
          { value: '', label: t('grid.group.none') },
          ...fields.map(({ field, label }) => ({ value: field, label })),
        ]}
      />
    </Menu>
  );
}
