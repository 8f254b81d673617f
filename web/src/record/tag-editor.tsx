import { Bot, Plus, X } from 'lucide-react';
import { useCallback, useRef, useState } from 'react';
import { PickList } from '@/grid/cell-editors/pick-list';
import { useT } from '@/i18n/use-t';
import { PickPopover } from './inline-fields';
import { useNames, useSources } from './use-sources';

interface TagEditorProps {
  tags: readonly string[];
  /** Absent: shown only. */
  onToggle?: (name: string, on: boolean) => void;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** Names beginning so belong to the product. */
export const SYSTEM_PREFIX = 'bot:';

/** What the list offers for a name that does not exist yet; nothing for a reserved one. */
export function useCreateTagLabel() {
  const t = useT();
  return useCallback(
    (query: string): string | null =>
      query.toLowerCase().startsWith(SYSTEM_PREFIX) || query.includes(',') || query.length > 60
        ? null
        : t('record.tags.create', { name: query }),
    [t],
  );
}

/** Tags as chips, each removable, and a list to filter or create. */
export function TagEditor({ tags, onToggle, open, onOpenChange }: TagEditorProps) {
  const t = useT();
  const sources = useSources();
  const names = useNames();
  const create = useCreateTagLabel();
  const [ownOpen, setOwnOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const shown = open ?? ownOpen;
  const setOpen = onOpenChange ?? setOwnOpen;
  const isSystem = names.isSystemTag;
  return (
    <ul className="flex min-w-0 flex-wrap items-center gap-1 py-1">
      {tags.map((name) => (
        <li
          key={name}
          data-tone={names.tagColor(name)}
          className="inline-flex h-6 max-w-full items-center rounded-sm bg-(--tint) font-medium text-(--tint-fg) text-xs"
        >
          {isSystem(name) ? <Bot aria-hidden className="ml-1.5 size-3.5 shrink-0" /> : null}
          <span className="truncate px-1.5">{name}</span>
          {isSystem(name) ? (
            <span className="pr-1.5 font-normal" title={t('record.tags.system')}>
              {t('record.tags.systemMark')}
            </span>
          ) : onToggle === undefined ? null : (
            <button
              type="button"
              aria-label={t('record.tags.remove', { name })}
              title={t('record.tags.remove', { name })}
              className="focus-inset flex h-6 w-6 shrink-0 items-center justify-center rounded-sm hover:bg-hover pointer-coarse:w-9"
              onClick={() => onToggle(name, false)}
            >
              <X aria-hidden className="size-3" />
            </button>
          )}
        </li>
      ))}
      {onToggle === undefined ? (
        tags.length === 0 ? (
          <li className="text-faint">–</li>
        ) : null
      ) : (
        <li>
          <PickPopover
            label={t('record.tags.add')}
            input={input}
            open={shown}
            onOpenChange={setOpen}
            className="w-64"
            trigger={
              <button
                type="button"
                className="inline-flex h-6 items-center gap-1 rounded-sm border border-line-strong/60 border-dashed px-1.5 text-muted text-xs hover:bg-hover hover:text-fg data-popup-open:bg-hover"
              >
                <Plus aria-hidden className="size-3" />
                {t('record.tags.add')}
              </button>
            }
          >
            <PickList
              ref={input}
              label={t('record.field.tags')}
              placeholder={t('record.tags.find')}
              source={{
                name: 'own tags',
                all: () =>
                  ('all' in sources.tags ? sources.tags.all() : []).map((option) =>
                    isSystem(option.id) ? { ...option, disabled: t('record.tags.system') } : option,
                  ),
              }}
              selected={tags}
              multiple
              create={create}
              onPick={(option) => option && onToggle(option.id, !tags.includes(option.id))}
              onCreate={(name) => onToggle(name, true)}
              onLeave={() => setOpen(false)}
            />
          </PickPopover>
        </li>
      )}
    </ul>
  );
}
