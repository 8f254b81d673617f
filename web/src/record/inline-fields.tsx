import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { tooLong } from '@/api/field-text';
import { PickList } from '@/grid/cell-editors/pick-list';
import type { PickOption, PickSource } from '@/grid/types';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Popover } from '@/ui/popover';
import { toast } from '@/ui/toast';

interface FieldRowProps {
  label: string;
  id?: string;
  /** Why what was entered was not taken. */
  problem?: string | null;
  children: ReactNode;
}

/** Label at the left, value at the right; the label names whatever control the value is. */
export function FieldRow({ label, id, problem, children }: FieldRowProps) {
  return (
    <div className="grid grid-cols-[7.5rem_minmax(0,1fr)] items-start gap-x-2">
      <dt id={id} className="flex min-h-control-small items-center text-muted text-sm">
        {label}
      </dt>
      <dd className="min-w-0 text-sm">
        <span className="flex min-h-control-small min-w-0 items-center">{children}</span>
        {problem ? (
          <span role="alert" className="block pb-1 text-danger-fg text-xs">
            {problem}
          </span>
        ) : null}
      </dd>
    </div>
  );
}

export const valueStyle =
  '-ml-2 flex min-h-control-small w-full min-w-0 items-center rounded-md px-2 text-left text-sm hover:bg-hover data-popup-open:bg-hover';

interface InlineTextProps {
  label: string;
  value: string | null;
  /** Absent: shown only. An answer of `null` says that it was refused: the text is kept for the next edit. */
  onSave?: (value: string | null) => unknown;
  /** Characters that fit. */
  maxLength?: number;
  /** What is wrong with a value, or null. */
  check?: (value: string) => string | null;
  required?: string;
  inputMode?: 'text' | 'numeric' | 'decimal' | 'url' | 'email';
  /** A day is edited by the browser's own control; this is said of half of one. */
  date?: { incomplete: string };
  problem?: string | null;
  /** Beside the value, such as a link. */
  after?: ReactNode;
  /** How the value reads when nobody edits it. */
  children?: ReactNode;
}

/**
 * A text that turns into a field where it stands. Enter and leaving save, Escape puts the old one back; what is wrong is
 * said right below. The next edit begins with a text that was refused, so that it can be mended; Escape drops it.
 */
export function InlineText({
  label,
  value,
  onSave,
  maxLength = 200,
  check,
  required,
  inputMode,
  date,
  problem: refusal,
  after,
  children,
}: InlineTextProps) {
  const t = useT();
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  /** What the server did not take, and what was there instead of it. */
  const [refused, setRefused] = useState<{ text: string; over: string | null } | null>(null);
  /** Somebody has gone back to the old value: nothing is said of the refusal any more. */
  const [dropped, setDropped] = useState(false);
  const problemId = useId();
  const button = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const labelId = useId();
  // Taken away while it is edited, as by a step back in history: what was typed counts as when the field is left.
  const flush = useRef(() => {});
  flush.current = () => {};
  useEffect(() => () => flush.current(), []);

  const shown = value === null || value === '' ? <span className="text-faint">–</span> : (children ?? value);
  if (onSave === undefined) {
    return (
      <FieldRow label={label}>
        <span className="min-w-0 break-words py-1">{shown}</span>
        {after}
      </FieldRow>
    );
  }

  const close = (refocus: boolean) => {
    setText(null);
    setProblem(null);
    if (refocus) requestAnimationFrame(() => button.current?.focus());
  };
  // Once another value has come its place is taken.
  const kept = refused && !dropped && (refusal || refused.over === value) ? refused.text : null;
  const drop = () => {
    setRefused(null);
    setDropped(true);
  };
  const save = (entered: string) => {
    setDropped(false);
    setRefused(null);
    void Promise.resolve(onSave(entered === '' ? null : entered)).then((answer) => {
      if (answer !== null) return;
      setRefused({ text: entered, over: value });
      setDropped(false);
    });
  };
  const next = (text ?? '').trim();
  const wrong = next === '' ? (required ?? null) : (tooLong(next, maxLength) ?? check?.(next) ?? null);
  flush.current = () => {
    // A day that is gone may be one that is half written.
    if (text === null || next === (value ?? '') || next === kept || (date && next === '')) return;
    if (wrong === null) save(next);
    else toast.failed({ title: t('common.field.notSaved', { field: label }), description: wrong });
  };
  const commit = (refocus: boolean) => {
    if (date && input.current?.validity.badInput) return setProblem(date.incomplete);
    if (next === (value ?? '')) {
      drop();
      return close(refocus);
    }
    // Looked at and left: it would be refused again.
    if (next === kept && !refocus) return close(refocus);
    if (wrong !== null) {
      // The text stays to be mended, also when somebody leaves it.
      setProblem(wrong);
      return;
    }
    save(next);
    close(refocus);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      commit(true);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      drop();
      close(true);
    }
  };

  return (
    <FieldRow label={label} id={labelId} problem={text === null && !dropped ? refusal : null}>
      {text === null ? (
        <button
          ref={button}
          type="button"
          className={valueStyle}
          aria-label={t('record.edit.change', { field: label })}
          onClick={() => {
            setText(kept ?? value ?? '');
            setProblem(kept === null ? null : (refusal ?? null));
          }}
        >
          <span className="min-w-0 flex-1 break-words py-1">{shown}</span>
        </button>
      ) : (
        <div className="-ml-2 w-full">
          <input
            ref={input}
            type={date ? 'date' : 'text'}
            // Otherwise years have six digits.
            max={date ? '9999-12-31' : undefined}
            // biome-ignore lint/a11y/noAutofocus: the person asked to edit this very value
            autoFocus
            aria-labelledby={labelId}
            aria-invalid={problem !== null}
            aria-describedby={problem === null ? undefined : problemId}
            value={text}
            inputMode={inputMode}
            spellCheck={false}
            autoComplete="off"
            onFocus={(event) => event.target.select()}
            onChange={(event) => {
              setText(event.target.value);
              setProblem(null);
            }}
            onKeyDown={onKeyDown}
            onBlur={() => commit(false)}
            className="h-control-small w-full rounded-md border border-accent-fg bg-surface px-[7px] text-sm outline-none ring-1 ring-accent-fg pointer-coarse:text-lg"
          />
          {problem === null ? null : (
            <p id={problemId} role="alert" className="mt-1 px-2 text-danger-fg text-xs">
              {problem}
            </p>
          )}
        </div>
      )}
      {text === null ? after : null}
    </FieldRow>
  );
}

interface InlinePickProps {
  label: string;
  value: string | null;
  source: PickSource;
  onSave?: (option: PickOption | null) => void;
  clear?: string;
  create?: (query: string) => string | null;
  onCreate?: (query: string) => void;
  problem?: string | null;
  /** Beside the value, such as a link to the record. */
  after?: ReactNode;
  children?: ReactNode;
}

/** A value that is picked from a list. */
export function InlinePick({
  label,
  value,
  source,
  onSave,
  clear,
  create,
  onCreate,
  problem,
  after,
  children,
}: InlinePickProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const shown = value === null ? <span className="text-faint">–</span> : children;
  if (onSave === undefined) {
    return (
      <FieldRow label={label}>
        <span className="min-w-0 flex-1 break-words py-1">{shown}</span>
        {after}
      </FieldRow>
    );
  }
  return (
    <FieldRow label={label} problem={problem}>
      <PickPopover
        label={label}
        input={input}
        open={open}
        onOpenChange={setOpen}
        trigger={
          <button type="button" className={valueStyle} aria-label={t('record.edit.change', { field: label })}>
            <span className="min-w-0 flex-1 truncate">{shown}</span>
          </button>
        }
      >
        <PickList
          ref={input}
          label={label}
          placeholder={t('record.edit.find')}
          source={source}
          selected={value === null ? [] : [value]}
          clear={clear}
          create={create}
          onCreate={onCreate}
          onPick={(option) => {
            if ((option?.id ?? null) !== value) onSave(option);
          }}
          onLeave={() => setOpen(false)}
        />
      </PickPopover>
      {after}
    </FieldRow>
  );
}

interface PickPopoverProps {
  label: string;
  input: RefObject<HTMLInputElement | null>;
  trigger: ReactElement;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  className?: string;
  children: ReactNode;
}

/** A button that opens a `PickList`. */
export function PickPopover({ label, input, className, ...popover }: PickPopoverProps) {
  return (
    <Popover
      {...popover}
      label={label}
      initialFocus={input}
      className={cn('flex flex-col', className ?? 'w-[max(var(--anchor-width),16rem)]')}
    />
  );
}
