import { Search, X } from 'lucide-react';
import { type Ref, useEffect, useRef, useState } from 'react';
import { useT } from '@/i18n/use-t';

/** Pause after the last key before the list follows. */
const COMMIT_MS = 250;

interface ListSearchProps {
  label: string;
  value: string;
  onCommit: (text: string) => void;
  /** From the field down into the list. */
  onDown: () => void;
  ref?: Ref<HTMLInputElement>;
}

/**
 * The search of a list. What is typed belongs to the field alone; the list hears of it when typing pauses, and what the
 * list does meanwhile never touches the field.
 */
export function ListSearch({ label, value, onCommit, onDown, ref }: ListSearchProps) {
  const t = useT();
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** What this field sent last: another value from outside is a step back in history or a cleared filter. */
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (value === sent.current) return;
    clearTimeout(timer.current);
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const commit = (next: string) => {
    clearTimeout(timer.current);
    if (next.trim() === sent.current) return;
    sent.current = next.trim();
    onCommit(next.trim());
  };

  return (
    <div className="relative w-64 shrink-0 max-sm:w-full">
      <Search
        aria-hidden
        className="pointer-events-none absolute inset-y-0 left-2 my-auto size-4 text-faint"
      />
      <input
        ref={(element) => {
          input.current = element;
          if (typeof ref === 'function') ref(element);
          else if (ref) ref.current = element;
        }}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => commit(next), COMMIT_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit(text);
          else if (event.key === 'ArrowDown') {
            event.preventDefault();
            commit(text);
            onDown();
          } else if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            event.stopPropagation();
            setText('');
            commit('');
          }
        }}
        className="h-control-small w-full rounded-md border border-line-strong/60 bg-surface pr-7 pl-8 text-sm [&::-webkit-search-cancel-button]:hidden outline-offset-[-1px] hover:border-line-strong focus-visible:border-accent-fg pointer-coarse:text-lg"
      />
      {text === '' ? null : (
        <button
          type="button"
          aria-label={t('common.action.clear')}
          className="absolute inset-y-0 right-0.5 my-auto flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover pointer-coarse:size-11"
          onClick={() => {
            setText('');
            commit('');
            input.current?.focus();
          }}
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}
