import { Globe, Plus, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useT } from '@/i18n/use-t';
import { toast } from '@/ui/toast';
import { domainOf } from './domains';

interface DomainEditorProps {
  domains: readonly string[];
  /** Absent: shown only. */
  onChange?: (domains: string[]) => void;
}

/** Internet domains as chips; the first is the main one. */
export function DomainEditor({ domains, onChange }: DomainEditorProps) {
  const t = useT();
  const [text, setText] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const problemId = useId();
  const add = useRef<HTMLButtonElement>(null);

  // Taken away while it is edited, as by a step back in history: what was typed counts as when the field is left.
  const flush = useRef(() => {});
  useEffect(() => () => flush.current(), []);

  const close = (refocus: boolean) => {
    setText(null);
    setWrong(false);
    if (refocus) requestAnimationFrame(() => add.current?.focus());
  };
  const typed = (text ?? '').trim();
  const domain = typed === '' ? null : domainOf(typed);
  flush.current = () => {
    if (typed === '') return;
    if (domain === null) {
      toast.failed({
        title: t('common.field.notSaved', { field: t('record.field.domains') }),
        description: t('companies.domains.wrong'),
      });
    } else if (!domains.includes(domain)) onChange?.([...domains, domain]);
  };
  const commit = (refocus: boolean) => {
    if (typed === '') return close(refocus);
    if (domain === null) {
      // The text stays to be mended, also when somebody leaves it.
      setWrong(true);
      return;
    }
    if (!domains.includes(domain)) onChange?.([...domains, domain]);
    close(refocus);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      commit(true);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    }
  };

  return (
    <ul className="flex min-w-0 flex-wrap items-center gap-1 py-1">
      {domains.map((domain) => (
        <li
          key={domain}
          className="inline-flex h-6 max-w-full items-center rounded-sm bg-tint-gray font-medium text-tint-gray-fg text-xs"
        >
          <a
            href={`https://${domain}`}
            target="_blank"
            rel="noreferrer"
            className="flex min-w-0 items-center gap-1 rounded-sm px-1.5 underline-offset-2 hover:underline"
          >
            <Globe aria-hidden className="size-3 shrink-0" />
            <span className="truncate">{domain}</span>
          </a>
          {onChange === undefined ? null : (
            <button
              type="button"
              aria-label={t('companies.domains.remove', { domain })}
              title={t('companies.domains.remove', { domain })}
              className="focus-inset flex h-6 w-6 shrink-0 items-center justify-center rounded-sm hover:bg-hover pointer-coarse:w-9"
              onClick={() => onChange(domains.filter((each) => each !== domain))}
            >
              <X aria-hidden className="size-3" />
            </button>
          )}
        </li>
      ))}
      {onChange === undefined ? (
        domains.length === 0 ? (
          <li className="text-faint">–</li>
        ) : null
      ) : (
        <li>
          {text === null ? (
            <button
              ref={add}
              type="button"
              className="inline-flex h-6 items-center gap-1 rounded-sm border border-line-strong/60 border-dashed px-1.5 text-muted text-xs hover:bg-hover hover:text-fg"
              onClick={() => setText('')}
            >
              <Plus aria-hidden className="size-3" />
              {t('companies.domains.add')}
            </button>
          ) : (
            <>
              <input
                // biome-ignore lint/a11y/noAutofocus: the person asked to add a domain
                autoFocus
                aria-label={t('companies.domains.add')}
                aria-invalid={wrong}
                aria-describedby={wrong ? problemId : undefined}
                value={text}
                inputMode="url"
                autoCapitalize="none"
                autoComplete="off"
                spellCheck={false}
                placeholder="example.com"
                onChange={(event) => {
                  setText(event.target.value);
                  setWrong(false);
                }}
                onKeyDown={onKeyDown}
                onBlur={() => commit(false)}
                className="h-6 w-40 rounded-sm border border-accent-fg bg-surface px-1.5 text-xs outline-none ring-1 ring-accent-fg pointer-coarse:h-9 pointer-coarse:text-lg"
              />
              {wrong ? (
                <p id={problemId} role="alert" className="mt-1 text-danger-fg text-xs">
                  {t('companies.domains.wrong')}
                </p>
              ) : null}
            </>
          )}
        </li>
      )}
    </ul>
  );
}
