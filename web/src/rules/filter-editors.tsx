import { type RefObject, useEffect, useRef, useState } from 'react';
import { PickList } from '@/grid/cell-editors/pick-list';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { itemStyle } from '@/ui/popup-style';
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

export function ChoiceEditor({ filter, value, onChange, onClose, focus }: EditorProps<ChoiceFilter>) {
  const t = useT();
  const chosen = parseChoices(value);
  return (
    <PickList
      ref={focus}
      label={filter.label}
      placeholder={t('filters.editor.find')}
      source={filter.source}
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
