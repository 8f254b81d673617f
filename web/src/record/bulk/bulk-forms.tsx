import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useSegments } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Id } from '@/api/types';
import { type Leave, PickList } from '@/grid/cell-editors/pick-list';
import type { PickOption, PickSource } from '@/grid/types';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { toast } from '@/ui/toast';
import { useAssignable } from '../ownership';
import { useSegmentsChanged } from '../segments';
import { useCreateTagLabel } from '../tag-editor';
import { useNames, useSources } from '../use-sources';
import type { BulkRecord } from './jobs';

/** Around a list that is filtered by typing. */
const frame = 'overflow-hidden rounded-md border border-line bg-surface';

interface OwnerFormProps {
  open: boolean;
  record: BulkRecord;
  what: string;
  onClose: () => void;
  onSubmit: (userId: string) => void;
}

/** To whom all that is selected is given. */
export function OwnerForm({ open, record, what, onClose, onSubmit }: OwnerFormProps) {
  const t = useT();
  const sources = useSources();
  const own = useAssignable(t('companies.owner.onlyAdmin'));
  const [chosen, setChosen] = useState<PickOption | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const submit = useRef<HTMLButtonElement>(null);
  const picked = useRef(false);
  useEffect(() => {
    if (!open) setChosen(null);
  }, [open]);
  const leave = (how: Leave) => {
    // Enter on an entry chooses it; on nothing, and Escape, leave the form.
    if (how === 'stay' && !picked.current) onClose();
    else requestAnimationFrame(() => submit.current?.focus());
    picked.current = false;
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('bulk.owner.title', { what })}
      description={t('bulk.owner.hint')}
      size="small"
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button
            ref={submit}
            variant="primary"
            disabled={chosen === null}
            onClick={() => chosen && onSubmit(chosen.id)}
          >
            {chosen ? t('bulk.owner.submitTo', { name: chosen.label }) : t('bulk.owner.submit')}
          </Button>
        </>
      }
    >
      <div className={frame}>
        <PickList
          ref={input}
          label={t('record.owner.choose')}
          placeholder={t('record.owner.choose')}
          source={record === 'company' ? own : sources.members}
          selected={chosen ? [chosen.id] : []}
          onPick={(option) => {
            picked.current = option !== null;
            setChosen(option);
          }}
          onLeave={leave}
        />
      </div>
    </Dialog>
  );
}

interface TagsFormProps {
  /** Null: closed. */
  mode: 'add_tags' | 'remove_tags' | null;
  what: string;
  onClose: () => void;
  onSubmit: (mode: 'add_tags' | 'remove_tags', tags: string[]) => void;
}

/** Which tags all that is selected gets or loses. */
export function TagsForm({ mode, what, onClose, onSubmit }: TagsFormProps) {
  const t = useT();
  const sources = useSources();
  const names = useNames();
  const create = useCreateTagLabel();
  const [tags, setTags] = useState<string[]>([]);
  // The words stay while the form fades out.
  const [kind, setKind] = useState<'add_tags' | 'remove_tags'>('add_tags');
  if (mode !== null && mode !== kind) setKind(mode);
  const input = useRef<HTMLInputElement>(null);
  const submit = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (mode === null) setTags([]);
  }, [mode]);
  const toggle = (name: string) =>
    setTags((before) => (before.includes(name) ? before.filter((tag) => tag !== name) : [...before, name]));
  const source: PickSource = {
    name: 'own tags',
    all: () =>
      sources.tags
        .all()
        .map((option) =>
          names.isSystemTag(option.id) ? { ...option, disabled: t('record.tags.system') } : option,
        ),
  };
  const isAdding = kind === 'add_tags';
  return (
    <Dialog
      open={mode !== null}
      onOpenChange={(next) => !next && onClose()}
      title={t(isAdding ? 'bulk.tags.addTitle' : 'bulk.tags.removeTitle', { what })}
      size="small"
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button
            ref={submit}
            variant="primary"
            disabled={tags.length === 0}
            onClick={() => onSubmit(kind, tags)}
          >
            {t(isAdding ? 'bulk.tags.add' : 'bulk.tags.remove', { count: tags.length })}
          </Button>
        </>
      }
    >
      {tags.length > 0 ? (
        <ul className="mb-2 flex flex-wrap gap-1" aria-label={t('bulk.tags.chosen')}>
          {tags.map((name) => (
            <li
              key={name}
              data-tone={names.tagColor(name)}
              className="inline-flex h-6 max-w-full items-center rounded-sm bg-(--tint) font-medium text-(--tint-fg) text-xs"
            >
              <span className="truncate pl-1.5">{name}</span>
              <button
                type="button"
                aria-label={t('record.tags.remove', { name })}
                className="focus-inset flex size-6 shrink-0 items-center justify-center rounded-sm hover:bg-hover pointer-coarse:w-9"
                onClick={() => toggle(name)}
              >
                <X aria-hidden className="size-3" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <div className={frame}>
        <PickList
          ref={input}
          label={t('record.field.tags')}
          placeholder={t('record.tags.find')}
          source={source}
          selected={tags}
          multiple
          create={isAdding ? create : undefined}
          onPick={(option) => option && toggle(option.id)}
          onCreate={toggle}
          onLeave={(how) => (how === 'stay' ? onClose() : submit.current?.focus())}
        />
      </div>
    </Dialog>
  );
}

interface SegmentFormProps {
  /** Null: closed. */
  mode: 'add_to_segment' | 'remove_from_segment' | null;
  what: string;
  onClose: () => void;
  onSubmit: (mode: 'add_to_segment' | 'remove_from_segment', segmentId: Id) => void;
}

/** Into which static segment all that is selected is put, or out of which it is taken. */
export function SegmentForm({ mode, what, onClose, onSubmit }: SegmentFormProps) {
  const t = useT();
  const segments = useSegments();
  const changed = useSegmentsChanged();
  // The words stay while the form fades out.
  const [kind, setKind] = useState<'add_to_segment' | 'remove_from_segment'>('add_to_segment');
  if (mode !== null && mode !== kind) setKind(mode);
  const [chosen, setChosen] = useState<{ id: Id | null; name: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const submit = useRef<HTMLButtonElement>(null);
  const picked = useRef(false);
  useEffect(() => {
    if (mode === null) setChosen(null);
  }, [mode]);
  const isAdding = kind === 'add_to_segment';
  const source: PickSource = {
    name: 'static segments',
    all: () =>
      segments
        .filter((segment) => segment.kind === 'static')
        .map((segment) => ({ id: segment.id, label: segment.name })),
  };
  const create = (query: string) => {
    const name = query.trim();
    const taken = segments.some((segment) => segment.name.toLowerCase() === name.toLowerCase());
    return name === '' || taken ? null : t('bulk.segment.create', { name });
  };
  const leave = (how: Leave) => {
    // Enter on an entry chooses it; on nothing, and Escape, leave the form.
    if (how === 'stay' && !picked.current) onClose();
    else requestAnimationFrame(() => submit.current?.focus());
    picked.current = false;
  };
  const choose = (next: { id: Id | null; name: string } | null) => {
    picked.current = next !== null;
    setChosen(next);
  };
  const send = async () => {
    if (chosen === null) return;
    setBusy(true);
    try {
      let id = chosen.id;
      if (id === null) {
        const made = await unwrap(client.POST('/segments', { body: { name: chosen.name, kind: 'static' } }));
        changed();
        id = made.id;
      }
      onSubmit(kind, id);
    } catch (error) {
      toast.failed({ title: t('bulk.segment.notCreated'), description: errorText(error) });
    }
    setBusy(false);
  };
  return (
    <Dialog
      open={mode !== null}
      onOpenChange={(next) => !next && onClose()}
      title={t(isAdding ? 'bulk.segment.addTitle' : 'bulk.segment.removeTitle', { what })}
      description={t('bulk.segment.hint')}
      size="small"
      initialFocus={input}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button
            ref={submit}
            variant="primary"
            loading={busy}
            disabled={chosen === null}
            onClick={() => void send()}
          >
            {chosen
              ? t(isAdding ? 'bulk.segment.addTo' : 'bulk.segment.removeFrom', { name: chosen.name })
              : t(isAdding ? 'bulk.segment.add' : 'bulk.segment.remove')}
          </Button>
        </>
      }
    >
      <div className={frame}>
        <PickList
          ref={input}
          label={t('bulk.segment.choose')}
          placeholder={t('bulk.segment.choose')}
          source={source}
          selected={chosen?.id ? [chosen.id] : []}
          create={isAdding ? create : undefined}
          onPick={(option) => choose(option && { id: option.id, name: option.label })}
          onCreate={(name) => choose({ id: null, name: name.trim() })}
          onLeave={leave}
        />
      </div>
    </Dialog>
  );
}
