import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { tooLong } from '@/api/field-text';
import { useT } from '@/i18n/use-t';
import { toast } from '@/ui/toast';
import type { Leave } from './pick-list';

interface TextCellProps {
  label: string;
  value: string;
  maxLength?: number;
  check?: (value: string) => string | null;
  date?: { readonly incomplete: string };
  onCommit: (value: string) => void;
  onLeave: (leave: Leave) => void;
}

/** Enter and Tab take the text over, Escape puts the old one back; what is wrong is said right below. */
export function TextCell({
  label,
  value,
  maxLength = Number.POSITIVE_INFINITY,
  check,
  date,
  onCommit,
  onLeave,
}: TextCellProps) {
  const t = useT();
  const [text, setText] = useState(value);
  const [problem, setProblem] = useState<string | null>(null);
  const problemId = useId();
  const input = useRef<HTMLInputElement>(null);
  /** Leaving by key also takes the focus away; that must not commit a second time. */
  const left = useRef(false);

  /** Answers what is wrong with the text; a sound one is taken over. */
  const commit = (): string | null => {
    // The browser gives half a day as none.
    if (date && input.current?.validity.badInput) return date.incomplete;
    const next = text.trim();
    const wrong = next === value ? null : (tooLong(next, maxLength) ?? check?.(next) ?? null);
    if (wrong === null && next !== value) onCommit(next);
    return wrong;
  };

  // Taken away while it is edited, as by a step back in history: that is leaving, too.
  const flush = useRef(() => {});
  flush.current = () => {
    // A day that is gone with its field may be one that was half written.
    if (left.current || (date && text === '' && input.current === null)) return;
    const wrong = commit();
    if (wrong !== null)
      toast.failed({ title: t('common.field.notSaved', { field: label }), description: wrong });
  };
  useEffect(() => () => flush.current(), []);

  const leave = (how: Leave) => {
    left.current = true;
    onLeave(how);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      const wrong = commit();
      if (wrong === null) leave('stay');
      else setProblem(wrong);
    } else if (event.key === 'Tab') {
      event.preventDefault();
      const wrong = commit();
      if (wrong === null) leave(event.shiftKey ? 'back' : 'forward');
      else setProblem(wrong);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      leave('stay');
    }
  };

  return (
    <>
      <input
        ref={input}
        // biome-ignore lint/a11y/noAutofocus: the person asked to edit this very cell
        autoFocus
        type={date ? 'date' : 'text'}
        // Otherwise years have six digits.
        max={date ? '9999-12-31' : undefined}
        aria-label={label}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        value={text}
        spellCheck={false}
        autoComplete="off"
        className="grid-editor-input"
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (left.current) return;
          // Leaving with the pointer keeps a sound text; a faulty one is dropped, and that is said.
          flush.current();
          leave('away');
        }}
      />
      {problem === null ? null : (
        <p id={problemId} role="alert" className="grid-editor-problem">
          {problem}
        </p>
      )}
    </>
  );
}
