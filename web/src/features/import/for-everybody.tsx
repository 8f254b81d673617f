import { ListChecks, Plus, X } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { useSegments } from '@/api/bootstrap';
import type { ImportAlways, OnDuplicate } from '@/api/types';
import { PickList } from '@/grid/cell-editors/pick-list';
import { useT } from '@/i18n/use-t';
import { PickPopover } from '@/record/inline-fields';
import { TagEditor } from '@/record/tag-editor';
import { Block } from './parts';

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

interface ForEverybodyProps {
  always: ImportAlways;
  onDuplicate: OnDuplicate;
  /** While somebody chooses among tags; what they mean is known once they have done. */
  onDraft: (always: ImportAlways) => void;
  onDone: (always: ImportAlways) => void;
}

/** What every row gets besides what it says itself: tags, and a static segment. */
export function ForEverybody({ always, onDuplicate, onDraft, onDone }: ForEverybodyProps) {
  const t = useT();
  const [tagging, setTagging] = useState(false);
  const before = useRef(always.tags);
  const onToggle = (name: string, on: boolean) => {
    const others = always.tags.filter((tag) => !sameName(tag, name));
    const next = { ...always, tags: on ? [...others, name] : others };
    if (tagging) onDraft(next);
    else onDone(next);
  };
  const onTagging = (open: boolean) => {
    setTagging(open);
    if (open) before.current = always.tags;
    else if (always.tags !== before.current) onDone(always);
  };
  return (
    <Block
      title={t('imports.always.title')}
      note={t(onDuplicate === 'skip' ? 'imports.always.noteSkip' : 'imports.always.note')}
    >
      <div className="flex flex-col gap-3 rounded-md border border-line p-3">
        <Choice label={t('imports.always.tags')}>
          <TagEditor tags={always.tags} onToggle={onToggle} open={tagging} onOpenChange={onTagging} />
        </Choice>
        <Choice label={t('imports.always.segment')}>
          <SegmentChoice segment={always.segment} onChange={(segment) => onDone({ ...always, segment })} />
        </Choice>
      </div>
    </Block>
  );
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="font-medium text-sm">{label}</legend>
      {children}
    </fieldset>
  );
}

interface SegmentChoiceProps {
  segment: string | null;
  onChange: (segment: string | null) => void;
}

function SegmentChoice({ segment, onChange }: SegmentChoiceProps) {
  const t = useT();
  const segments = useSegments();
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const choose = (name: string | null) => {
    setOpen(false);
    onChange(name);
  };
  const known = segments.find(({ name }) => segment !== null && sameName(name, segment));
  const create = (query: string) =>
    query.length > 100 || segments.some(({ name }) => sameName(name, query))
      ? null
      : t('imports.always.create', { name: query });
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1 py-1">
      {segment === null ? null : (
        <span className="inline-flex h-6 max-w-full items-center rounded-sm border border-line bg-surface font-medium text-fg text-xs">
          <ListChecks aria-hidden className="ml-1.5 size-3 shrink-0 text-muted" />
          <span className="truncate px-1">{segment}</span>
          {known ? null : (
            <span className="shrink-0 pr-1 font-normal text-muted">{t('imports.always.new')}</span>
          )}
          <button
            type="button"
            aria-label={t('imports.always.noSegment', { name: segment })}
            title={t('imports.always.noSegment', { name: segment })}
            className="focus-inset flex h-full w-6 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-hover pointer-coarse:w-9"
            onClick={() => onChange(null)}
          >
            <X aria-hidden className="size-3" />
          </button>
        </span>
      )}
      <PickPopover
        label={t('imports.always.segments')}
        input={input}
        open={open}
        onOpenChange={setOpen}
        className="w-64"
        trigger={
          <button
            type="button"
            className="inline-flex h-6 items-center gap-1 rounded-sm border border-line-strong/60 border-dashed px-1.5 text-muted text-xs hover:bg-hover hover:text-fg data-popup-open:bg-hover"
          >
            {segment === null ? <Plus aria-hidden className="size-3" /> : null}
            {t(segment === null ? 'imports.always.chooseSegment' : 'imports.always.otherSegment')}
          </button>
        }
      >
        <PickList
          ref={input}
          label={t('imports.always.segments')}
          placeholder={t('imports.always.find')}
          source={{
            name: 'segments to be put into',
            all: () =>
              segments.map(({ id, name, kind }) => ({
                id,
                label: name,
                disabled: kind === 'dynamic' ? t('imports.always.dynamic') : undefined,
              })),
          }}
          selected={known ? [known.id] : []}
          create={create}
          onPick={(option) => choose(option?.label ?? null)}
          onCreate={choose}
          onLeave={() => setOpen(false)}
        />
      </PickPopover>
    </div>
  );
}
