import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Facet } from '@/api/types';
import { PickList } from '@/grid/cell-editors/pick-list';
import type { PickSource } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { itemStyle } from '@/ui/popup-style';
import { withCounts } from './facet-options';
import { lastText } from './filter-text';
import {
  type ChoiceFilter,
  formatChoices,
  formatTime,
  parseChoices,
  parseTime,
  type SwitchFilter,
  type TextFilter,
  type TimeFilter,
} from './quick-filters';

interface EditorProps<F> {
  filter: F;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  onClose: () => void;
  focus: RefObject<HTMLInputElement | null>;
}

/** Asks how many records of a list each value of a field would leave. */
export interface ValueCounts {
  /** Names the list, for the cache. */
  readonly of: readonly unknown[];
  readonly fetch: (field: string, signal: AbortSignal) => Promise<Facet>;
}

export function ChoiceEditor({
  filter,
  value,
  onChange,
  onClose,
  focus,
  counts,
}: EditorProps<ChoiceFilter> & { counts: ValueCounts | undefined }) {
  const t = useT();
  const format = useFormat();
  const chosen = parseChoices(value);
  const { source, uncounted, standsFor = (id: string) => id } = filter;
  const facet = useQuery({
    queryKey: [...(counts?.of ?? []), 'facet', filter.field],
    queryFn: ({ signal }) => counts?.fetch(filter.field, signal),
    enabled: counts !== undefined && uncounted !== true,
    staleTime: 10_000,
    // The counts of one field do not depend on what is chosen of it.
    placeholderData: keepPreviousData,
  });
  const counted: PickSource =
    'search' in source
      ? source
      : {
          name: source.name,
          all: () =>
            withCounts(source.all(), facet.data, standsFor, (count, exact) =>
              exact ? format.number(count) : t('grid.count.atLeast', { count }),
            ),
        };
  return (
    <PickList
      ref={focus}
      label={filter.label}
      placeholder={t('filters.editor.find')}
      source={counted}
      selected={chosen}
      multiple
      onPick={(option) => {
        if (option === null) return;
        const next = chosen.includes(option.id)
          ? chosen.filter((id) => id !== option.id)
          : [...chosen, option.id];
        onChange(formatChoices(next));
      }}
      onLeave={onClose}
    />
  );
}

/** Pause after the last key before the list follows. */
const COMMIT_MS = 250;

export function TextEditor({ filter, value, onChange, onClose, focus }: EditorProps<TextFilter>) {
  const t = useT();
  const [text, setText] = useState(value ?? '');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const commit = (next: string) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    onChange(next.trim() === '' ? undefined : next.trim());
  };
  // Closed before the pause was over: what was typed counts all the same.
  const flush = useRef(() => {});
  flush.current = () => {
    if (timer.current !== undefined) commit(text);
  };
  useEffect(() => () => flush.current(), []);
  return (
    <div className="p-3">
      <Field label={t('filters.editor.contains', { label: filter.label })}>
        <Input
          ref={focus}
          value={text}
          maxLength={200}
          onChange={(event) => {
            const next = event.target.value;
            setText(next);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => commit(next), COMMIT_MS);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            commit(text);
            onClose();
          }}
        />
      </Field>
    </div>
  );
}

const SPANS = ['1d', '7d', '30d', '90d', '1y'] as const;

export function TimeEditor({ value, onChange, onClose }: EditorProps<TimeFilter>) {
  const t = useT();
  const time = parseTime(value);
  const range = time?.kind === 'range' ? time : { from: null, to: null };
  const setRange = (from: string | null, to: string | null) =>
    onChange(formatTime({ kind: 'range', from: from || null, to: to || null }));
  return (
    <div className="flex flex-col">
      <div className="flex flex-col p-1">
        {SPANS.map((span) => {
          const chosen = time?.kind === 'last' && time.span === span;
          return (
            <button
              key={span}
              type="button"
              aria-pressed={chosen}
              className={cn(itemStyle, 'focus-inset hover:bg-hover', chosen && 'bg-accent-soft')}
              onClick={() => {
                onChange(chosen ? undefined : span);
                onClose();
              }}
            >
              <span className="block first-letter:uppercase">{lastText(t, span)}</span>
            </button>
          );
        })}
      </div>
      <div className="flex flex-col gap-2 border-line border-t p-3">
        <Field label={t('filters.time.from')}>
          <Input
            type="date"
            max={range.to ?? undefined}
            value={range.from ?? ''}
            onChange={(event) => setRange(event.target.value, range.to)}
          />
        </Field>
        <Field label={t('filters.time.to')}>
          <Input
            type="date"
            min={range.from ?? undefined}
            value={range.to ?? ''}
            onChange={(event) => setRange(range.from, event.target.value)}
          />
        </Field>
      </div>
    </div>
  );
}

export function SwitchEditor({ filter, value, onChange, onClose }: EditorProps<SwitchFilter>) {
  return (
    <div className="flex flex-col p-1">
      {filter.options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          className={cn(itemStyle, 'focus-inset hover:bg-hover', option.value === value && 'bg-accent-soft')}
          onClick={() => {
            onChange(option.value);
            onClose();
          }}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
