import { ListFilter, ListTree, X } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { PickList } from '@/grid/cell-editors/pick-list';
import type { PickOption } from '@/grid/types';
import { useT } from '@/i18n/use-t';
import { Button, IconButton } from '@/ui/button';
import { deferModule } from '@/ui/deferred';
import { Popover } from '@/ui/popover';
import type { ValueCounts } from './filter-editors';
import { useFilterText } from './filter-text';
import { activeFilters, type FilterValues, type QuickFilter } from './quick-filters';

const editors = deferModule(() => import('./filter-editors'));

interface FilterBarProps {
  filters: readonly QuickFilter[];
  values: FilterValues;
  onChange: (key: string, value: string | undefined) => void;
  onClearAll: () => void;
  /** How many records each choice would find; asked when its filter is opened. */
  counts?: ValueCounts;
  /** The filter that the quick ones cannot say, and the way to the builder. */
  advanced?: AdvancedFilter;
}

export interface AdvancedFilter {
  /** How many conditions it has. */
  readonly conditions: number;
  /** Fields without a quick filter; choosing one begins a condition in the builder. */
  readonly fields: readonly PickOption[];
  readonly onOpen: (field?: string) => void;
  readonly onRemove: () => void;
}

/** Chips of the filters that are set, each editable and removable by key and pointer, and a button that adds one. */
export function FilterBar({ filters, values, onChange, onClearAll, counts, advanced }: FilterBarProps) {
  const t = useT();
  /** Filter whose editor is open; it shows as a chip even while it says nothing yet. */
  const [editing, setEditing] = useState<string | null>(null);
  const active = activeFilters(filters, values);
  const shown = filters.filter((filter) => active.includes(filter) || filter.key === editing);
  return (
    <>
      <AddFilter
        filters={filters.filter((filter) => !active.includes(filter))}
        fields={advanced?.fields ?? []}
        onAdd={setEditing}
        onField={advanced?.onOpen}
        compact={shown.length > 0 || (advanced?.conditions ?? 0) > 0}
      />
      {shown.map((filter) => (
        <FilterChip
          key={filter.key}
          filter={filter}
          value={values[filter.key]}
          open={editing === filter.key}
          // The one that closes may tell so after another one has opened.
          onOpenChange={(open) =>
            setEditing((current) => (open ? filter.key : current === filter.key ? null : current))
          }
          onChange={(value) => onChange(filter.key, value)}
          counts={counts}
        />
      ))}
      {advanced ? <AdvancedChip {...advanced} /> : null}
      {active.length + ((advanced?.conditions ?? 0) > 0 ? 1 : 0) > 1 ? (
        <Button variant="ghost" size="small" onClick={onClearAll}>
          {t('filters.bar.clear')}
        </Button>
      ) : null}
    </>
  );
}

interface AddFilterProps {
  filters: readonly QuickFilter[];
  fields: readonly PickOption[];
  onAdd: (key: string) => void;
  onField: ((field: string) => void) | undefined;
  compact: boolean;
}

/** Before the name of a field, so that it is no quick filter's. */
const FIELD = 'field ';

function AddFilter({ filters, fields, onAdd, onField, compact }: AddFilterProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const [added, setAdded] = useState(false);
  const options: PickOption[] = [
    ...filters.map((filter) => ({ id: filter.key, label: filter.label })),
    ...fields.map((field) => ({ ...field, id: FIELD + field.id })),
  ];
  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        if (next) setAdded(false);
        setOpen(next);
      }}
      trigger={
        <Button variant={compact ? 'ghost' : 'secondary'} size="small" disabled={options.length === 0}>
          <ListFilter aria-hidden className="size-4" />
          {t('filters.bar.add')}
        </Button>
      }
      label={t('filters.bar.add')}
      initialFocus={input}
      // The editor of the new chip takes the focus.
      finalFocus={!added}
      className="flex w-60 flex-col"
    >
      <PickList
        ref={input}
        label={t('filters.bar.add')}
        placeholder={t('filters.bar.placeholder')}
        source={{ name: 'filters', all: () => options }}
        selected={[]}
        onPick={(option) => {
          if (option === null) return;
          setAdded(true);
          if (option.id.startsWith(FIELD)) onField?.(option.id.slice(FIELD.length));
          else onAdd(option.id);
        }}
        onLeave={() => setOpen(false)}
      />
    </Popover>
  );
}

const chipStyle =
  'inline-flex h-control-small max-w-full shrink-0 items-stretch overflow-hidden rounded-md border border-line bg-surface text-sm shadow-1';

const chipFaceStyle =
  'focus-inset flex min-w-0 items-center gap-1 rounded-l-md pr-1.5 pl-2 hover:bg-hover data-popup-open:bg-hover';

const chipRemoveStyle =
  'focus-inset flex w-6 items-center justify-center rounded-r-md border-line border-l text-muted hover:bg-hover hover:text-fg pointer-coarse:w-11';

/** The way to the builder: a button at first, a chip once it holds something. */
function AdvancedChip({ conditions, onOpen, onRemove }: AdvancedFilter) {
  const t = useT();
  if (conditions === 0) {
    return (
      <IconButton label={t('filters.bar.advanced')} keys="f" onClick={() => onOpen()}>
        <ListTree aria-hidden className="size-4" />
      </IconButton>
    );
  }
  return (
    <span className={chipStyle}>
      <button
        type="button"
        className={chipFaceStyle}
        aria-label={t('filters.bar.advancedEdit', { count: conditions })}
        onClick={() => onOpen()}
      >
        <ListTree aria-hidden className="size-3.5 shrink-0 text-muted" />
        <span className="truncate font-medium text-fg">
          {t('filters.bar.conditions', { count: conditions })}
        </span>
      </button>
      <button
        type="button"
        aria-label={t('filters.bar.advancedRemove')}
        title={t('filters.bar.advancedRemove')}
        className={chipRemoveStyle}
        onClick={onRemove}
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}

interface FilterChipProps {
  filter: QuickFilter;
  value: string | undefined;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChange: (value: string | undefined) => void;
  counts: ValueCounts | undefined;
}

function FilterChip({ filter, value, open, onOpenChange, onChange, counts }: FilterChipProps) {
  const t = useT();
  const text = useFilterText()(filter, value);
  const focus = useRef<HTMLInputElement>(null);
  // The popup waits for what it holds, so that the focus finds its place.
  const parts = editors.useModule();
  useEffect(() => {
    if (open) void editors.load();
  }, [open]);
  return (
    <span className={chipStyle}>
      <Popover
        open={open && parts !== null}
        onOpenChange={onOpenChange}
        trigger={
          <button
            type="button"
            className={chipFaceStyle}
            aria-label={t('filters.chip.edit', { label: filter.label, value: text })}
          >
            <span className="shrink-0 text-muted">{filter.label}</span>
            <span className="max-w-48 truncate font-medium text-fg">{text}</span>
          </button>
        }
        label={filter.label}
        initialFocus={focus}
        className="flex w-64 flex-col"
      >
        <FilterEditor
          filter={filter}
          value={value}
          onChange={onChange}
          onClose={() => onOpenChange(false)}
          focus={focus}
          counts={counts}
        />
      </Popover>
      <button
        type="button"
        aria-label={t('filters.chip.remove', { label: filter.label })}
        title={t('filters.chip.remove', { label: filter.label })}
        className={chipRemoveStyle}
        onClick={() => {
          onOpenChange(false);
          onChange(undefined);
        }}
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}

interface FilterEditorProps {
  filter: QuickFilter;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  onClose: () => void;
  focus: RefObject<HTMLInputElement | null>;
  counts: ValueCounts | undefined;
}

function FilterEditor({ filter, counts, ...rest }: FilterEditorProps): ReactNode {
  const parts = editors.useModule();
  if (parts === null) return null;
  switch (filter.kind) {
    case 'choice':
      return <parts.ChoiceEditor filter={filter} counts={counts} {...rest} />;
    case 'text':
      return <parts.TextEditor filter={filter} {...rest} />;
    case 'time':
      return <parts.TimeEditor filter={filter} {...rest} />;
    case 'switch':
      return <parts.SwitchEditor filter={filter} {...rest} />;
  }
}
