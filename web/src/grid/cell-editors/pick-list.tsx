import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Check, Plus } from 'lucide-react';
import { type KeyboardEvent, type Ref, useEffect, useId, useRef, useState } from 'react';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { useDebounced } from '@/lib/debounce';
import { asBefore, chosenFirst, filterOptions, hasExact, MAX_OPTIONS } from '../pick-options';
import type { PickOption, PickSource } from '../types';

/** How an editor is left: staying on its cell, going on to the next or previous one, or for something else in the page. */
export type Leave = 'stay' | 'forward' | 'back' | 'away';

interface PickListProps {
  label: string;
  placeholder: string;
  source: PickSource;
  /** Ids of what is chosen now. */
  selected: readonly string[];
  multiple?: boolean;
  /** Label of the entry that empties the value. */
  clear?: string;
  /** Label of the entry that makes a new option of what was typed; null when that cannot be. */
  create?: (query: string) => string | null;
  onPick: (option: PickOption | null) => void;
  onCreate?: (query: string) => void;
  onLeave: (leave: Leave) => void;
  ref?: Ref<HTMLInputElement>;
}

type Entry =
  | { readonly kind: 'option'; readonly option: PickOption }
  | { readonly kind: 'clear'; readonly label: string }
  | { readonly kind: 'create'; readonly label: string; readonly query: string };

/** A field that filters a list below it: the body of every editor that picks from a list. */
export function PickList({
  label,
  placeholder,
  source,
  selected,
  multiple = false,
  clear,
  create,
  onPick,
  onCreate,
  onLeave,
  ref,
}: PickListProps) {
  const t = useT();
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  /** Null until somebody moves: then the first entry that can be chosen. */
  const [highlight, setHighlight] = useState<number | null>(null);
  /** The person typed or moved: Tab then takes the highlighted entry along. */
  const [touched, setTouched] = useState(false);

  const asked = useDebounced(query.trim(), 150);
  const remote = useQuery({
    queryKey: ['pick', source.name, asked],
    queryFn: ({ signal }) => ('search' in source ? source.search(asked, signal) : []),
    enabled: 'search' in source,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  // As it was on opening, so that no entry moves while somebody chooses.
  const [chosenBefore] = useState(selected);
  const all = 'all' in source ? source.all() : [];
  /** The order when the list was first touched: what is counted later moves no entry away from under the hand. */
  const [order, setOrder] = useState<readonly string[] | null>(null);
  const hold = () => setOrder((was) => was ?? all.map(({ id }) => id));
  const options = order === null ? all : asBefore(all, order);
  const matching = 'all' in source ? filterOptions(options, query) : (remote.data ?? []);
  const found = query.trim() === '' ? chosenFirst(matching, chosenBefore) : matching;
  const waiting = 'search' in source && (remote.isFetching || asked !== query.trim());

  const entries: Entry[] = found.slice(0, MAX_OPTIONS).map((option) => ({ kind: 'option', option }));
  if (clear !== undefined && selected.length > 0 && query.trim() === '')
    entries.unshift({ kind: 'clear', label: clear });
  const newLabel = query.trim() === '' || waiting || hasExact(found, query) ? null : create?.(query.trim());
  if (newLabel) entries.push({ kind: 'create', label: newLabel, query: query.trim() });
  const first = entries.findIndex((entry) => entry.kind !== 'option' || entry.option.disabled === undefined);
  const at = Math.min(highlight ?? Math.max(first, 0), entries.length - 1);

  useEffect(() => {
    list.current?.querySelector('[data-highlighted]')?.scrollIntoView({ block: 'nearest' });
  });

  const take = (entry: Entry | undefined): boolean => {
    if (entry === undefined) return false;
    hold();
    if (entry.kind === 'clear') onPick(null);
    else if (entry.kind === 'create') onCreate?.(entry.query);
    else if (entry.option.disabled !== undefined) return false;
    else onPick(entry.option);
    if (multiple) {
      setQuery('');
      // Tab right after it leaves, and takes nothing more along.
      setTouched(false);
    }
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      hold();
      setTouched(true);
      if (entries.length > 0) setHighlight((at + step + entries.length) % entries.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (take(entries[at]) && !multiple) onLeave('stay');
      else if (entries.length === 0 && query === '') onLeave('stay');
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onLeave('stay');
    } else if (event.key === 'Tab') {
      event.preventDefault();
      if (touched && !(waiting && found.length === 0)) {
        const entry = entries[at];
        // Tab adds to a set but never takes away from it.
        if (!multiple || (entry?.kind === 'option' && !selected.includes(entry.option.id))) take(entry);
      }
      onLeave(event.shiftKey ? 'back' : 'forward');
    }
  };

  return (
    <div className="flex min-h-0 flex-col">
      <input
        ref={ref}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `${listId}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setHighlight(null);
          hold();
          setTouched(true);
        }}
        onKeyDown={onKeyDown}
        className="h-9 w-full shrink-0 border-line border-b bg-transparent px-3 text-sm outline-none pointer-coarse:h-11 pointer-coarse:text-lg"
      />
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label={label}
        aria-multiselectable={multiple}
        tabIndex={-1}
        className={cn(
          'max-h-72 min-h-0 overflow-y-auto p-1',
          entries.length === 0 && 'p-0',
          waiting && 'opacity-60',
        )}
      >
        {entries.map((entry, index) => {
          const option = entry.kind === 'option' ? entry.option : null;
          const chosen = option !== null && selected.includes(option.id);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the field
            <div
              key={option?.id ?? entry.kind}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={chosen}
              aria-disabled={option?.disabled !== undefined}
              data-highlighted={index === at ? '' : undefined}
              className="flex min-h-7 select-none items-center gap-2 rounded-md px-2 py-1 text-sm aria-disabled:text-faint data-highlighted:bg-hover pointer-coarse:min-h-11"
              onMouseDown={(event) => event.preventDefault()}
              onMouseMove={() => {
                hold();
                setHighlight(index);
              }}
              onClick={() => {
                if (take(entry) && !multiple) onLeave('stay');
              }}
            >
              {entry.kind === 'create' ? <Plus aria-hidden className="size-4 shrink-0 text-muted" /> : null}
              {option?.tint ? (
                <span
                  aria-hidden
                  className="size-2.5 shrink-0 rounded-full bg-(--tint-fg)"
                  data-tone={option.tint}
                />
              ) : null}
              <span className="min-w-0 flex-1">
                <span
                  className={cn('block truncate', (entry.kind === 'clear' || option?.quiet) && 'text-muted')}
                >
                  {entry.kind === 'option' ? entry.option.label : entry.label}
                </span>
                {option?.disabled !== undefined ? (
                  <span className="block text-muted text-xs">{option.disabled}</span>
                ) : null}
              </span>
              {option?.hint && option.disabled === undefined ? (
                <span className="tabular max-w-40 shrink-0 truncate text-muted text-xs">{option.hint}</span>
              ) : null}
              {chosen ? <Check aria-hidden className="size-4 shrink-0 text-accent-fg" /> : null}
            </div>
          );
        })}
      </div>
      {entries.length === 0 ? (
        <p role="status" className="px-3 py-2.5 text-muted text-sm">
          {waiting ? t('grid.pick.searching') : remote.isError ? t('grid.pick.failed') : t('grid.pick.none')}
        </p>
      ) : null}
      {found.length > MAX_OPTIONS ? (
        <p className="border-line border-t px-3 py-2 text-muted text-xs">{t('grid.pick.more')}</p>
      ) : null}
    </div>
  );
}
