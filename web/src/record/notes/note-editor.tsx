import { useQueryClient } from '@tanstack/react-query';
import { Bold, Code, Italic, Link2, List, ListChecks, Paperclip, Table2 } from 'lucide-react';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import { noteWritten } from '@/api/own-writes';
import type { Anchor, Attachment, Note } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button, IconButton } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { toast } from '@/ui/toast';
import { mayDiscard } from '@/ui/unsaved';
import { inOrder } from '../in-order';
import { BODY_MAX, readNotesAgain } from './api';
import { type Draft, draftKey, forgetOldDrafts, readDraft, writeDraft } from './drafts';
import { type Asking, asking, difference, type Edit, nextItem, type Tool, tools, use } from './editing';
import { Files } from './files';
import { hasStructure, htmlToMarkdown } from './html-to-markdown';
import { forField, withLineEnds } from './line-ends';
import { MarkdownView } from './markdown-view';
import { NamePicker, type Naming, useNamings } from './name-picker';
import { useUploads } from './use-uploads';

const icons = {
  strong: Bold,
  em: Italic,
  link: Link2,
  bullets: List,
  checks: ListChecks,
  cells: Table2,
  code: Code,
} as const;

/** By the key's place, for with Alt and Shift it gives another sign on each keyboard. */
const toolKeys: Record<Tool, { keys: string; code: string; shift?: boolean; alt?: boolean }> = {
  strong: { keys: '$mod+b', code: 'KeyB' },
  em: { keys: '$mod+i', code: 'KeyI' },
  link: { keys: '$mod+Shift+k', code: 'KeyK', shift: true },
  bullets: { keys: '$mod+Shift+8', code: 'Digit8', shift: true },
  checks: { keys: '$mod+Shift+9', code: 'Digit9', shift: true },
  cells: { keys: '$mod+Alt+t', code: 'KeyT', alt: true },
  code: { keys: '$mod+e', code: 'KeyE' },
};

export interface NoteEditorHandle {
  focus: () => void;
}

interface NoteEditorProps {
  anchor: Anchor;
  /** The note that is edited; absent for a new one. */
  note?: Note;
  onDone?: () => void;
  ref?: Ref<NoteEditorHandle>;
}

/** Writes a note. What is typed is kept in this browser until it is saved or thrown away. */
export function NoteEditor({ anchor, note, onDone, ref }: NoteEditorProps) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const { me, org } = useBootstrap();
  const key = draftKey(org.id, me.id, note === undefined ? `${anchor.kind}.${anchor.id}` : `note.${note.id}`);
  const listId = useId();
  const hintId = useId();

  const initial: Draft = {
    text: note === undefined ? '' : forField(note.body),
    isPrivate: note?.visibility === 'private',
    files: note?.attachments ?? [],
    version: note?.version ?? null,
  };
  const [restored] = useState(() => readDraft(key));
  const [draft, setDraft] = useState<Draft>(restored ?? initial);
  /** What the note was when this editor began: an edit elsewhere meanwhile is a clash, not a new beginning. */
  const [began] = useState(() => ({ ...initial, body: note?.body ?? '' }));
  const [active, setActive] = useState(note !== undefined || restored !== null);
  const [previewed, setPreviewed] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [clash, setClash] = useState<Note | null>(null);
  const [saving, setSaving] = useState(false);
  const [caret, setCaret] = useState(0);
  const [choice, setChoice] = useState(0);
  const [closed, setClosed] = useState<number | null>(null);
  const [over, setOver] = useState(false);
  const [unkept, setUnkept] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const preview = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }));

  const { text, isPrivate, files } = draft;
  const isChanged =
    text !== began.text ||
    isPrivate !== began.isPrivate ||
    files.map(({ id }) => id).join() !== began.files.map(({ id }) => id).join();
  const change = (part: Partial<Draft>) => setDraft((was) => ({ ...was, ...part }));

  useEffect(() => forgetOldDrafts(), []);
  useEffect(() => {
    // A private switch alone is not worth keeping.
    const isWorth = isChanged && (note !== undefined || text.trim() !== '' || files.length > 0);
    setUnkept(!writeDraft(key, isWorth ? draft : null));
  }, [key, draft, isChanged, note, text, files.length]);

  const { uploads, add, sending } = useUploads(files.length, (file) =>
    setDraft((was) => ({ ...was, files: [...was.files, file] })),
  );

  const asked: Asking | null = active && !previewed ? asking(text, caret) : null;
  const namings = useNamings(asked === null || asked.at === closed ? null : asked);
  const chosen = Math.min(choice, namings.length - 1);

  const apply = (edit: Edit) => {
    const element = field.current;
    if (element === null) return;
    const { start, end, insert } = difference(element.value, edit.text);
    element.focus();
    element.setSelectionRange(start, end);
    // By the browser's own editing, so that its undo knows of it.
    const done =
      insert === ''
        ? start === end || document.execCommand('delete')
        : document.execCommand('insertText', false, insert);
    if (!done) {
      element.setRangeText(insert, start, end, 'end');
      change({ text: element.value });
    }
    element.setSelectionRange(edit.start, edit.end);
    setCaret(edit.end);
  };
  const now = (): Edit => {
    const element = field.current;
    return {
      text: element?.value ?? '',
      start: element?.selectionStart ?? 0,
      end: element?.selectionEnd ?? 0,
    };
  };
  const insert = (inserted: string) => {
    const { text: before, start, end } = now();
    const place = start + inserted.length;
    apply({ text: before.slice(0, start) + inserted + before.slice(end), start: place, end: place });
  };
  const choose = (naming: Naming) => {
    if (asked === null) return;
    const { text: before, end } = now();
    const place = asked.at + naming.insert.length;
    apply({ text: before.slice(0, asked.at) + naming.insert + before.slice(end), start: place, end: place });
    setChoice(0);
  };

  const finish = () => {
    writeDraft(key, null);
    setProblem(null);
    setClash(null);
    setPreviewed(false);
    if (note === undefined) {
      setDraft({ text: '', isPrivate: false, files: [], version: null });
      setActive(false);
      field.current?.blur();
    }
    onDone?.();
  };

  const save = async (upon?: Note) => {
    if (saving) return;
    const bytes = new TextEncoder().encode(text).length;
    const wrong =
      text.trim() === ''
        ? t('notes.editor.empty')
        : bytes > BODY_MAX
          ? t('notes.editor.tooLong', { bytes: format.number(bytes), max: format.number(BODY_MAX) })
          : sending
            ? t('notes.files.wait')
            : null;
    setProblem(wrong);
    if (wrong !== null) {
      setPreviewed(false);
      requestAnimationFrame(() => field.current?.focus());
      return;
    }
    if (note !== undefined && !isChanged) return finish();
    setSaving(true);
    const attachmentIds = files.map(({ id }) => id);
    const visibility = visibilityOf(isPrivate);
    try {
      let saved: Note;
      if (note === undefined) {
        saved = await unwrap(
          client.POST('/notes', { body: { anchor, body: text, visibility, attachmentIds } }),
        );
      } else {
        const body = withLineEnds(began.body, text);
        const version = upon?.version ?? draft.version ?? note.version;
        saved = await inOrder(note.id, undefined, () =>
          unwrap(
            client.PATCH('/notes/{id}', {
              params: { path: { id: note.id } },
              headers: ifMatch(version),
              body: {
                body,
                attachmentIds,
                ...(visibility === visibilityOf(began.isPrivate) ? {} : { visibility }),
              },
            }),
          ),
        );
      }
      noteWritten(saved);
      readNotesAgain(queryClient, saved);
      finish();
      toast.done({ title: t(note === undefined ? 'notes.editor.added' : 'notes.editor.saved') });
    } catch (error) {
      if (note !== undefined && isStatus(error, 412)) {
        const theirs = await unwrap(client.GET('/notes/{id}', { params: { path: { id: note.id } } })).catch(
          () => null,
        );
        setClash(theirs);
        if (theirs === null) setProblem(errorText(error));
      } else setProblem(errorText(error));
    } finally {
      setSaving(false);
    }
  };

  /** To the preview or back; the keys go on working in either. */
  const look = (next: boolean, byKey: boolean) => {
    setPreviewed(next);
    if (byKey || !next)
      requestAnimationFrame(() => (next ? preview.current : field.current)?.focus({ preventScroll: true }));
  };
  const leave = async () => {
    if ((isChanged || sending) && !(await mayDiscard(true))) {
      field.current?.focus();
      return;
    }
    for (const file of files.filter(({ noteId }) => noteId === null)) discard(file);
    for (const upload of uploads) upload.stop();
    finish();
  };
  const discard = (file: Attachment) => {
    // One that no note has goes at once; nobody waits for it, and after a day it would go by itself.
    if (file.noteId === null)
      void unwrap(client.DELETE('/attachments/{id}', { params: { path: { id: file.id } } })).catch(() => {});
  };
  const remove = (file: Attachment) => {
    change({ files: files.filter(({ id }) => id !== file.id) });
    discard(file);
  };

  const onKeys = (event: KeyboardEvent) => {
    const mod = event.ctrlKey || event.metaKey;
    if (event.nativeEvent.isComposing) return;
    if (mod && event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      void save();
      return;
    }
    if (event.key === 'Escape') {
      // The record stays open.
      event.preventDefault();
      event.stopPropagation();
      if (namings.length > 0 && asked !== null) setClosed(asked.at);
      else void leave();
      return;
    }
    if (mod && event.altKey && event.code === 'KeyP') {
      event.preventDefault();
      look(!previewed, true);
      return;
    }
    if (!mod || previewed) return;
    const tool = tools.find((each) => {
      const { code, shift = false, alt = false } = toolKeys[each];
      return event.code === code && event.shiftKey === shift && event.altKey === alt;
    });
    if (tool === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    apply(use(tool, now()));
  };

  const onFieldKeys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (namings.length > 0) {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        setChoice((chosen + step + namings.length) % namings.length);
        return;
      }
      const naming = namings[chosen];
      if ((event.key === 'Enter' || event.key === 'Tab') && naming !== undefined && !event.shiftKey) {
        event.preventDefault();
        choose(naming);
        return;
      }
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    const next = nextItem(now());
    if (next === null) return;
    event.preventDefault();
    apply(next);
  };

  const onPaste = (event: ClipboardEvent) => {
    const { clipboardData: data } = event;
    const words = data.getData('text/plain');
    if (words === '' && data.files.length > 0) {
      event.preventDefault();
      add([...data.files]);
      return;
    }
    const html = data.getData('text/html');
    if (html === '' || !hasStructure(html)) return;
    const markdown = htmlToMarkdown(html);
    if (markdown === '') return;
    event.preventDefault();
    insert(markdown);
  };
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  const mayHide = note === undefined || note.authorId === me.id;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and files are meant for what is inside
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: as above
    <div
      className="note-editor"
      data-active={active || undefined}
      data-over={over || undefined}
      onKeyDown={onKeys}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        setActive(true);
        add([...event.dataTransfer.files]);
      }}
    >
      {active ? (
        <div className="note-tools">
          <fieldset className="contents" aria-label={t('notes.tools.label')}>
            {tools.map((tool) => {
              const Icon = icons[tool];
              return (
                <IconButton
                  key={tool}
                  label={t(`notes.tools.${tool}`)}
                  keys={toolKeys[tool].keys}
                  disabled={previewed}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => apply(use(tool, now()))}
                >
                  <Icon aria-hidden className="size-4" />
                </IconButton>
              );
            })}
          </fieldset>
          <Button
            size="small"
            variant="ghost"
            className="ml-auto"
            aria-pressed={previewed}
            onClick={() => look(!previewed, false)}
          >
            {t(previewed ? 'notes.editor.write' : 'notes.editor.preview')}
          </Button>
        </div>
      ) : null}
      {previewed ? (
        // biome-ignore lint/a11y/useSemanticElements: a section would be the same with more words
        <div
          ref={preview}
          tabIndex={-1}
          className="note-preview"
          role="region"
          aria-label={t('notes.editor.preview')}
        >
          {text.trim() === '' ? (
            <p className="text-muted text-sm">{t('notes.editor.nothing')}</p>
          ) : (
            <MarkdownView text={text} />
          )}
        </div>
      ) : (
        <textarea
          ref={field}
          className="note-field"
          rows={active ? 4 : 1}
          value={text}
          aria-label={t(note === undefined ? 'notes.editor.new' : 'notes.editor.edit')}
          aria-describedby={problem === null ? undefined : hintId}
          aria-invalid={problem !== null || undefined}
          aria-autocomplete="list"
          aria-controls={namings.length > 0 ? listId : undefined}
          aria-activedescendant={namings.length > 0 ? `${listId}.${chosen}` : undefined}
          readOnly={saving}
          placeholder={t('notes.editor.placeholder')}
          onFocus={() => setActive(true)}
          onChange={(event) => {
            change({ text: event.target.value });
            setCaret(event.target.selectionEnd);
            setClosed(null);
            setChoice(0);
            setProblem(null);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionEnd)}
          onKeyDown={onFieldKeys}
          onPaste={onPaste}
        />
      )}
      {asked !== null && namings.length > 0 ? (
        <NamePicker
          id={listId}
          sign={asked.sign}
          namings={namings}
          active={chosen}
          onActive={setChoice}
          onChoose={choose}
        />
      ) : null}
      {active ? (
        <>
          <Files files={files} uploads={uploads} onRemove={remove} />
          {problem === null ? null : (
            <p id={hintId} role="alert" className="text-danger-fg text-sm">
              {problem}
            </p>
          )}
          {unkept ? <p className="text-muted text-xs">{t('notes.editor.unkept')}</p> : null}
          {clash === null ? null : (
            <div role="alert" className="note-clash">
              <p className="font-medium">
                {t('notes.clash.title', {
                  name: clash.editedBy?.name ?? clash.author.name,
                  when: format.relative(clash.updatedAt),
                })}
              </p>
              <MarkdownView text={clash.body} />
              <div className="flex flex-wrap gap-2">
                <Button size="small" onClick={() => void save(clash)}>
                  {t('notes.clash.mine')}
                </Button>
                <Button size="small" variant="ghost" onClick={finish}>
                  {t('notes.clash.theirs')}
                </Button>
              </div>
            </div>
          )}
          <div className="note-foot">
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              aria-label={t('notes.files.add')}
              onChange={(event) => {
                add([...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
            <IconButton label={t('notes.files.add')} onClick={() => picker.current?.click()}>
              <Paperclip aria-hidden className="size-4" />
            </IconButton>
            {mayHide ? (
              <Checkbox
                label={t('notes.private.label')}
                checked={isPrivate}
                onCheckedChange={(on) => change({ isPrivate: on })}
              />
            ) : null}
            <span className="ml-auto flex gap-2">
              <Button size="small" variant="ghost" onClick={() => void leave()}>
                {t('common.action.cancel')}
              </Button>
              <Button
                size="small"
                variant="primary"
                loading={saving}
                aria-keyshortcuts="Control+Enter"
                onClick={() => void save()}
              >
                {t(note === undefined ? 'notes.editor.add' : 'common.action.save')}
              </Button>
            </span>
          </div>
        </>
      ) : null}
    </div>
  );
}

function visibilityOf(isPrivate: boolean) {
  return isPrivate ? 'private' : 'org';
}
