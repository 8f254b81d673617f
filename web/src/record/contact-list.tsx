import { Copy, MoreHorizontal, Pencil, Plus, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Channel, Contact, ContactLabel, ContactPatch, NewContact } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { copyText } from '@/lib/copy';
import { Badge, type Tone } from '@/ui/badge';
import { Button, IconButton } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { toast } from '@/ui/toast';
import { mayDiscard } from '@/ui/unsaved';
import { channels, contactHref, contactLabels, contactStatuses } from './channels';
import { ContactForm } from './contact-form';

export interface ContactActions {
  /** Both answer what was wrong with the address, or null when it was taken. */
  add: (contact: NewContact) => Promise<unknown>;
  change: (contact: Contact, patch: ContactPatch) => Promise<unknown>;
  makePrimary: (contact: Contact) => void;
  remove: (contact: Contact) => void;
}

interface ContactListProps {
  contacts: readonly Contact[];
  /** Absent: shown only. */
  actions?: ContactActions;
  onOpenRecord: (record: string, id: string) => void;
}

const statusTones: Record<Contact['status'], Tone> = {
  active: 'green',
  bounced: 'red',
  unreachable: 'orange',
  opted_out: 'gray',
};

/** The channel addresses of a person: primary ones first, each with its state, edited where they stand. */
export function ContactList({ contacts, actions, onOpenRecord }: ContactListProps) {
  const t = useT();
  const [editing, setEditing] = useState<string | 'new' | null>(null);
  // One form at a time: another one takes the place of the first.
  const edit = (which: string) => void mayDiscard().then((sure) => sure && setEditing(which));
  return (
    <div className="flex flex-col gap-0.5">
      {contacts.length === 0 && editing !== 'new' ? (
        <p className="py-1 text-muted text-sm">{t('record.contact.empty')}</p>
      ) : null}
      <ul className="flex flex-col gap-0.5">
        {contacts.map((contact) => (
          <li key={contact.id}>
            {editing === contact.id && actions ? (
              <ContactForm
                contact={contact}
                onSave={async (values) => {
                  await actions.change(contact, { value: values.value, label: values.label });
                  setEditing(null);
                }}
                onCancel={() => setEditing(null)}
                onOpenRecord={onOpenRecord}
              />
            ) : (
              <ContactLine contact={contact} actions={actions} onEdit={() => edit(contact.id)} />
            )}
          </li>
        ))}
      </ul>
      {actions === undefined ? null : editing === 'new' ? (
        <ContactForm
          onSave={async (values) => {
            await actions.add(values);
            setEditing(null);
          }}
          onCancel={() => setEditing(null)}
          onOpenRecord={onOpenRecord}
        />
      ) : (
        <div>
          <Button variant="ghost" size="small" className="-ml-2" onClick={() => edit('new')}>
            <Plus aria-hidden className="size-4" />
            {t('record.contact.add')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface ContactLineProps {
  contact: Contact;
  actions: ContactActions | undefined;
  onEdit: () => void;
}

function ContactLine({ contact, actions, onEdit }: ContactLineProps) {
  const t = useT();
  const format = useFormat();
  const { icon: Icon, label } = channels[contact.channel];
  const href = contactHref(contact.channel, contact.canonical);
  const copy = async () => {
    const copied = await copyText(contact.value);
    if (copied) toast.done({ title: t('common.copy.done', { what: contact.value }) });
    else toast.failed({ title: t('common.copy.failed') });
  };
  return (
    <div className="group -mx-2 flex min-h-control-small items-center gap-2 rounded-md px-2 py-0.5 focus-within:bg-hover hover:bg-hover">
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="sr-only">{t(label)}</span>
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-0.5">
        {href === null ? (
          <span className="min-w-0 break-all text-sm">{contact.value}</span>
        ) : (
          <a
            href={href}
            target={contact.channel === 'linkedin' || contact.channel === 'telegram' ? '_blank' : undefined}
            rel="noreferrer"
            className="min-w-0 break-all text-fg text-sm underline-offset-2 hover:underline"
          >
            {contact.value}
          </a>
        )}
        {contact.label ? (
          <span className="text-muted text-xs">{t(contactLabels[contact.label as ContactLabel])}</span>
        ) : null}
        {contact.isPrimary ? (
          <span className="inline-flex items-center gap-0.5 text-muted text-xs">
            <Star aria-hidden className="size-3 fill-current" />
            {t('record.contact.primary')}
          </span>
        ) : null}
        {contact.status === 'active' ? null : (
          <Badge tone={statusTones[contact.status]}>{t(contactStatuses[contact.status])}</Badge>
        )}
        {contact.verifiedAt ? (
          <span className="text-muted text-xs">
            {t('record.contact.verified', { when: format.date(contact.verifiedAt) })}
          </span>
        ) : null}
      </span>
      <span className="flex shrink-0">
        <IconButton label={t('record.contact.copy')} onClick={() => void copy()}>
          <Copy aria-hidden className="size-3.5" />
        </IconButton>
        {actions === undefined ? null : (
          <Menu
            align="end"
            trigger={
              <IconButton label={t('record.contact.menu', { value: contact.value })}>
                <MoreHorizontal aria-hidden className="size-4" />
              </IconButton>
            }
          >
            <MenuItem icon={Pencil} onClick={onEdit}>
              {t('common.action.edit')}
            </MenuItem>
            {contact.isPrimary ? null : (
              <MenuItem icon={Star} onClick={() => actions.makePrimary(contact)}>
                {t('record.contact.makePrimary')}
              </MenuItem>
            )}
            <MenuSeparator />
            <MenuItem icon={Trash2} danger onClick={() => actions.remove(contact)}>
              {t('record.contact.remove')}
            </MenuItem>
          </Menu>
        )}
      </span>
    </div>
  );
}

export type ContactValues = { channel: Channel; value: string; label: ContactLabel | null };
