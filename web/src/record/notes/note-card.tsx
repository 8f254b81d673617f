import { Link } from '@tanstack/react-router';
import {
  Building2,
  Copy,
  Eye,
  EyeOff,
  HandCoins,
  History,
  Lock,
  MoreHorizontal,
  Pencil,
  Pin,
  PinOff,
  Trash2,
  User,
} from 'lucide-react';
import { useRef, useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { Note } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { copyText } from '@/lib/copy';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Button, IconButton } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { toast } from '@/ui/toast';
import { isAdmin } from '../permissions';
import { draftKey, readDraft } from './drafts';
import { firstLine } from './excerpt';
import { Files } from './files';
import { withToggled } from './markdown';
import { MarkdownView } from './markdown-view';
import { NoteEditor, type NoteEditorHandle } from './note-editor';
import { Revisions } from './revisions';
import type { NoteChanges } from './use-note-changes';

/** Longer ones are shown by their beginning until asked for. */
const LONG_CHARS = 1_800;
const LONG_LINES = 30;

const anchors = {
  customer: { to: '/crm/customers', icon: User },
  company: { to: '/crm/companies', icon: Building2 },
  deal: { to: '/crm/deals', icon: HandCoins },
} as const;

interface NoteCardProps {
  note: Note;
  changes: NoteChanges;
  /** The record belongs to the person, or to nobody: they may pin what is about it. */
  mayPin: boolean;
  /** Says what it is about, where that is not the open record. */
  showAnchor?: boolean;
}

export function NoteCard({ note, changes, mayPin, showAnchor = false }: NoteCardProps) {
  const t = useT();
  const format = useFormat();
  const { me, org } = useBootstrap();
  const [editing, setEditing] = useState(
    () => readDraft(draftKey(org.id, me.id, `note.${note.id}`)) !== null,
  );
  const [whole, setWhole] = useState(false);
  const [history, setHistory] = useState(false);
  const card = useRef<HTMLElement>(null);
  const own = note.authorId === me.id;
  const writable = own || isAdmin(me);
  const isLong = note.body.length > LONG_CHARS || note.body.split('\n').length > LONG_LINES;
  const title = firstLine(note.body);
  const { to, icon: Icon } = anchors[note.anchor.kind];
  const edited = note.editedAt === null ? null : (note.editedBy?.name ?? note.author.name);

  const toggle = (task: number) => {
    const body = withToggled(note.body, task);
    if (body === null) toast.failed({ title: t('notes.view.notToggled') });
    else void changes.setBody(note, body, t('notes.view.toggled'));
  };
  const copy = async () => {
    if (await copyText(note.body))
      toast.done({ title: t('common.copy.done', { what: t('notes.card.text') }) });
    else toast.failed({ title: t('common.copy.failed') });
  };
  const stopEditing = () => {
    setEditing(false);
    requestAnimationFrame(() => card.current?.focus());
  };

  return (
    <article
      ref={card}
      tabIndex={-1}
      className="note-card"
      data-note={note.id}
      aria-label={t('notes.card.label', { name: note.author.name, title })}
    >
      <header className="note-head">
        <Avatar name={note.author.name} />
        <span className="note-who">
          <span className="font-medium text-fg">{note.author.name}</span>{' '}
          <time
            dateTime={note.createdAt}
            title={format.dateTime(note.createdAt)}
            className="tabular whitespace-nowrap text-muted text-xs"
          >
            {format.relative(note.createdAt)}
          </time>
          {note.editedAt === null ? null : (
            <span className="text-muted text-xs">
              {' · '}
              <time dateTime={note.editedAt} title={format.dateTime(note.editedAt)}>
                {edited === note.author.name
                  ? t('notes.card.edited', { when: format.relative(note.editedAt) })
                  : t('notes.card.editedBy', { when: format.relative(note.editedAt), name: edited })}
              </time>
            </span>
          )}
        </span>
        {note.pinned ? (
          <Pin role="img" aria-label={t('notes.card.pinned')} className="size-3.5 shrink-0 text-accent-fg" />
        ) : null}
        {note.visibility === 'private' ? (
          <Badge>
            <Lock aria-hidden className="size-3" />
            {t('notes.card.private')}
          </Badge>
        ) : null}
        {editing ? null : (
          <Menu
            align="end"
            trigger={
              <IconButton label={t('notes.card.menu', { title })}>
                <MoreHorizontal aria-hidden className="size-4" />
              </IconButton>
            }
          >
            <MenuItem
              icon={Pencil}
              disabledReason={writable ? undefined : t('notes.card.notYours', { name: note.author.name })}
              onClick={() => setEditing(true)}
            >
              {t('common.action.edit')}
            </MenuItem>
            <MenuItem
              icon={note.pinned ? PinOff : Pin}
              disabledReason={mayPin || writable ? undefined : t('notes.card.notPin')}
              onClick={() => void changes.setPinned(note, !note.pinned)}
            >
              {t(note.pinned ? 'notes.card.unpin' : 'notes.card.pin')}
            </MenuItem>
            {own ? (
              <MenuItem
                icon={note.visibility === 'private' ? Eye : EyeOff}
                onClick={() =>
                  void changes.setVisibility(note, note.visibility === 'private' ? 'org' : 'private')
                }
              >
                {t(note.visibility === 'private' ? 'notes.card.share' : 'notes.card.hide')}
              </MenuItem>
            ) : null}
            <MenuItem
              icon={History}
              disabledReason={note.editedAt === null ? t('notes.card.noHistory') : undefined}
              onClick={() => setHistory(true)}
            >
              {t('notes.card.history')}
            </MenuItem>
            <MenuItem icon={Copy} onClick={() => void copy()}>
              {t('notes.card.copy')}
            </MenuItem>
            <MenuSeparator />
            <MenuItem
              icon={Trash2}
              danger
              disabledReason={writable ? undefined : t('notes.card.notYours', { name: note.author.name })}
              onClick={() => void changes.remove(note)}
            >
              {t('common.action.delete')}
            </MenuItem>
          </Menu>
        )}
      </header>
      {showAnchor ? (
        <Link to={to} search={{ open: note.anchor.id, tab: 'notes' }} className="note-anchor">
          <Icon aria-hidden className="size-3.5 shrink-0" />
          <span className="truncate">{note.anchor.name}</span>
        </Link>
      ) : null}
      {editing ? (
        <NoteEditor
          ref={focusOnce}
          anchor={{ kind: note.anchor.kind, id: note.anchor.id }}
          note={note}
          onDone={stopEditing}
        />
      ) : (
        <>
          <div className="note-cut" data-cut={isLong && !whole ? '' : undefined}>
            <MarkdownView text={note.body} onToggle={writable ? toggle : undefined} />
          </div>
          {isLong ? (
            <Button
              size="small"
              variant="link"
              className="w-fit"
              aria-expanded={whole}
              onClick={() => setWhole(!whole)}
            >
              {t(whole ? 'notes.card.less' : 'notes.card.more')}
            </Button>
          ) : null}
          <Files files={note.attachments} />
        </>
      )}
      <Revisions
        note={history ? note : null}
        writable={writable}
        onClose={() => setHistory(false)}
        onRestore={(body) => {
          setHistory(false);
          void changes.setBody(note, body, t('notes.history.restored'));
        }}
      />
    </article>
  );
}

/** The text is where one goes on. */
function focusOnce(handle: NoteEditorHandle | null) {
  // The menu that opened the editor gives the focus back to its button first.
  if (handle) setTimeout(handle.focus, 30);
}
