import { useQuery } from '@tanstack/react-query';
import {
  Archive,
  ArchiveRestore,
  ArrowRightLeft,
  Ban,
  Building2,
  CircleDot,
  ClipboardCheck,
  FileUp,
  Gauge,
  Hand,
  Handshake,
  ListTodo,
  type LucideIcon,
  Merge,
  Pencil,
  Phone,
  Radio,
  Split,
  StickyNote,
  Tag,
  Undo2,
  UserPlus,
  Users,
  UsersRound,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { client, unwrap } from '@/api/client';
import type {
  Activity,
  ActivityDetails,
  Channel,
  Company,
  Customer,
  CustomFieldRecord,
  FieldChange,
  LoggedTalk,
} from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { channels } from './channels';
import { useFieldText } from './field-text';
import { useNames } from './use-sources';

type Known = keyof ActivityDetails;
type Renderer<T extends Known> = (props: {
  detail: ActivityDetails[T];
  record?: CustomFieldRecord;
}) => ReactNode;

const sources = {
  manual: 'record.source.manual',
  import: 'record.source.import',
  api: 'record.source.api',
  inbox: 'record.source.inbox',
  form: 'record.source.form',
} as const;

function Created({ detail }: { detail: { source: Customer['source'] | string } }) {
  const t = useT();
  const source = detail.source in sources ? t(sources[detail.source as keyof typeof sources]) : detail.source;
  return t('event.customer.createdFrom', { source });
}

interface ChangesProps {
  detail: { changes: FieldChange[] };
  /** Whose custom fields may be among them. */
  record?: CustomFieldRecord;
}

/** Every changed field on its own line. */
function Changes({ detail, record }: ChangesProps) {
  const changes = Array.isArray(detail.changes) ? detail.changes : [];
  return (
    <ul>
      {changes.map((change) => (
        <li key={change.field}>
          <ChangeText change={change} record={record} />
        </li>
      ))}
    </ul>
  );
}

const linkedRecords: Readonly<Record<string, 'companies' | 'customers'>> = {
  companyId: 'companies',
  parentId: 'companies',
  customerId: 'customers',
};

function ChangeText({ change, record }: { change: FieldChange; record: CustomFieldRecord | undefined }) {
  const t = useT();
  const { fieldLabel, valueText } = useFieldText(record);
  const field = fieldLabel(change.field);
  const linked = linkedRecords[change.field];
  const old = useRecordName(linked, change.old);
  const value = useRecordName(linked, change.new);
  const text = (raw: unknown, name: string | null) => name ?? valueText(change.field, raw);
  const none = (raw: unknown) => raw === null || raw === undefined || raw === '';
  if (none(change.new)) return t('event.change.cleared', { field, old: text(change.old, old) });
  if (none(change.old)) return t('event.change.set', { field, value: text(change.new, value) });
  return t('event.change.changed', { field, old: text(change.old, old), value: text(change.new, value) });
}

/** The name of a record that an event only knows by its id; the id until it is known. */
function useRecordName(record: 'companies' | 'customers' | undefined, id: unknown): string | null {
  const known = record !== undefined && typeof id === 'string';
  const { data } = useQuery({
    queryKey: [record ?? 'companies', 'one', known ? id : ''],
    queryFn: ({ signal }): Promise<Company | Customer> => {
      const asked = { params: { path: { id: id as string } }, signal };
      return record === 'customers'
        ? unwrap(client.GET('/customers/{id}', asked))
        : unwrap(client.GET('/companies/{id}', asked));
    },
    enabled: known,
    staleTime: 5 * 60_000,
  });
  return data === undefined ? null : 'fullName' in data ? data.fullName : data.name;
}

/** Another record was folded into this one, with the values that it brought. */
function Merged({ detail, record }: ChangesProps & { detail: { name: string } }) {
  return (
    <>
      {useT()('event.record.merged', { name: detail.name })}
      <Changes detail={detail} record={record} />
    </>
  );
}

function Unmerged({ detail, record }: ChangesProps & { detail: { name: string } }) {
  return (
    <>
      {useT()('event.record.unmerged', { name: detail.name })}
      <Changes detail={detail} record={record} />
    </>
  );
}

function Imported({ detail }: { detail: { fileName: string; row: number } }) {
  return useT()('event.customer.imported', { file: detail.fileName, row: detail.row });
}

function useChannel() {
  const t = useT();
  return (channel: Channel) => (channel in channels ? t(channels[channel].label) : channel);
}

function ContactAdded({ detail }: { detail: ActivityDetails['contact.added'] }) {
  return useT()('event.contact.added', { channel: useChannel()(detail.channel), value: detail.value });
}

function ContactRemoved({ detail }: { detail: ActivityDetails['contact.removed'] }) {
  return useT()('event.contact.removed', { channel: useChannel()(detail.channel), value: detail.value });
}

function ContactChanged({ detail }: { detail: ActivityDetails['contact.changed'] }) {
  const t = useT();
  return (
    <>
      {t('event.contact.changed', { channel: useChannel()(detail.channel) })}
      <Changes detail={detail} />
    </>
  );
}

function TagMark({ name }: { name: string }) {
  const names = useNames();
  return (
    <span
      data-tone={names.tagColor(name)}
      className="ml-1.5 inline-block max-w-full truncate rounded-sm bg-(--tint) px-1.5 align-bottom font-medium text-(--tint-fg) text-xs leading-5"
    >
      {name}
    </span>
  );
}

function OwnerReassigned({ detail }: { detail: ActivityDetails['owner.reassigned'] }) {
  const t = useT();
  return detail.fromName
    ? t('event.owner.reassigned', { from: detail.fromName, to: detail.toName })
    : t('event.owner.assigned', { to: detail.toName });
}

function Scored({ detail }: { detail: ActivityDetails['profile.scored'] }) {
  const t = useT();
  const product = detail.name;
  if (detail.overall === null) return t('event.profile.unscored', { product });
  if (detail.before === null) return t('event.profile.scored', { product, score: detail.overall });
  return t('event.profile.rescored', { product, score: detail.overall, before: detail.before });
}

const decisions = {
  qualify: 'event.fit.qualify',
  nurture: 'event.fit.nurture',
  disqualify: 'event.fit.disqualify',
  more_info: 'event.fit.moreInfo',
} as const;

/** What somebody made of a lead, with what they wrote. */
function Reviewed({ detail }: { detail: ActivityDetails['fit.reviewed'] }) {
  const t = useT();
  const known = detail.decision in decisions;
  const decision = known ? t(decisions[detail.decision as keyof typeof decisions]) : detail.decision;
  return (
    <>
      {t('event.fit.reviewed', { product: detail.name, decision })}
      {detail.feedback ? <p className="whitespace-pre-line text-muted">{detail.feedback}</p> : null}
    </>
  );
}

const plain = (id: MessageId) => () => useT()(id);

function CallLogged({ detail }: { detail: LoggedTalk }) {
  const t = useT();
  if (detail.direction === 'inbound') return t('event.call.inbound', { subject: detail.subject });
  if (detail.direction === 'outbound') return t('event.call.outbound', { subject: detail.subject });
  return t('event.call.logged', { subject: detail.subject });
}

/** What was talked about, and for how long, where somebody wrote it down. */
function Talk({ children, detail }: { children: ReactNode; detail: LoggedTalk }) {
  const t = useT();
  return (
    <>
      {children}
      {detail.durationMinutes === null ? null : (
        <span className="whitespace-nowrap text-muted">
          {' '}
          · {t('event.talk.minutes', { count: detail.durationMinutes })}
        </span>
      )}
      {detail.notes ? <p className="whitespace-pre-line text-muted">{detail.notes}</p> : null}
    </>
  );
}

/** A deal was changed: which one, and every field on its own line. */
function DealUpdated({ detail }: { detail: ActivityDetails['deal.updated'] }) {
  const format = useFormat();
  const shown = (field: string, value: unknown) => {
    if (field === 'amount' && typeof value === 'number' && detail.currency)
      return format.money(value, detail.currency);
    // How many products there are: which ones, the deal itself says.
    return field === 'lines' && Array.isArray(value) ? value.length : value;
  };
  const changes = detail.changes.map((change) => ({
    ...change,
    old: shown(change.field, change.old),
    new: shown(change.field, change.new),
  }));
  return (
    <>
      {useT()('event.deal.updated', { name: detail.name })}
      <Changes detail={{ changes }} record="deal" />
    </>
  );
}

function DealLost({ detail }: { detail: ActivityDetails['deal.lost'] }) {
  const t = useT();
  return detail.reason
    ? t('event.deal.lostBecause', { name: detail.name, reason: detail.reason })
    : t('event.deal.lost', { name: detail.name });
}

function TaskAssigned({ detail }: { detail: ActivityDetails['task.assigned'] }) {
  const t = useT();
  return detail.name
    ? t('event.task.assigned', { subject: detail.subject, name: detail.name })
    : t('event.task.freed', { subject: detail.subject });
}

/** One renderer per event type, each with the picture of its kind. */
const renderers: { [T in Known]: { icon: LucideIcon; Text: Renderer<T> } } = {
  'customer.created': { icon: UserPlus, Text: Created },
  'customer.updated': { icon: Pencil, Text: Changes },
  'customer.archived': { icon: Archive, Text: plain('event.customer.archived') },
  'customer.restored': { icon: ArchiveRestore, Text: plain('event.customer.restored') },
  'customer.merged': { icon: Merge, Text: Merged },
  'customer.unmerged': { icon: Split, Text: Unmerged },
  'customer.imported': { icon: FileUp, Text: Imported },
  'contact.added': { icon: CircleDot, Text: ContactAdded },
  'contact.changed': { icon: Pencil, Text: ContactChanged },
  'contact.removed': { icon: CircleDot, Text: ContactRemoved },
  'tag.added': {
    icon: Tag,
    Text: ({ detail }) => (
      <>
        {useT()('event.tag.added')}
        <TagMark name={detail.name} />
      </>
    ),
  },
  'tag.removed': {
    icon: Tag,
    Text: ({ detail }) => (
      <>
        {useT()('event.tag.removed')}
        <TagMark name={detail.name} />
      </>
    ),
  },
  'owner.claimed': { icon: Hand, Text: ({ detail }) => useT()('event.owner.claimed', { name: detail.name }) },
  'owner.released': {
    icon: Undo2,
    Text: ({ detail }) => useT()('event.owner.released', { name: detail.name }),
  },
  'owner.reassigned': { icon: ArrowRightLeft, Text: OwnerReassigned },
  'call.logged': {
    icon: Phone,
    Text: ({ detail }) => (
      <Talk detail={detail}>
        <CallLogged detail={detail} />
      </Talk>
    ),
  },
  'meeting.logged': {
    icon: Users,
    Text: ({ detail }) => (
      <Talk detail={detail}>{useT()('event.meeting.logged', { subject: detail.subject })}</Talk>
    ),
  },
  'consent.changed': {
    icon: Ban,
    Text: ({ detail }) => useT()(detail.doNotContact ? 'event.consent.stopped' : 'event.consent.allowed'),
  },
  'segment.joined': {
    icon: UsersRound,
    Text: ({ detail }) => useT()('event.segment.joined', { name: detail.name }),
  },
  'segment.left': {
    icon: UsersRound,
    Text: ({ detail }) => useT()('event.segment.left', { name: detail.name }),
  },
  'profile.scored': { icon: Gauge, Text: Scored },
  'fit.reviewed': { icon: ClipboardCheck, Text: Reviewed },
  'intent.signaled': {
    icon: Radio,
    Text: ({ detail }) => useT()('event.intent.signaled', { name: detail.name, strength: detail.strength }),
  },
  'note.added': { icon: StickyNote, Text: plain('event.note.added') },
  'note.edited': { icon: Pencil, Text: plain('event.note.edited') },
  'note.deleted': { icon: StickyNote, Text: plain('event.note.deleted') },
  'note.restored': { icon: StickyNote, Text: plain('event.note.restored') },
  'company.created': { icon: Building2, Text: plain('event.company.created') },
  'company.updated': { icon: Pencil, Text: Changes },
  'company.archived': { icon: Archive, Text: plain('event.company.archived') },
  'company.restored': { icon: ArchiveRestore, Text: plain('event.company.restored') },
  'company.merged': { icon: Merge, Text: Merged },
  'company.unmerged': { icon: Split, Text: Unmerged },
  'company.imported': { icon: FileUp, Text: Imported },
  'deal.created': {
    icon: Handshake,
    Text: ({ detail }) => useT()('event.deal.created', { name: detail.name, stage: detail.stage }),
  },
  'deal.updated': { icon: Pencil, Text: DealUpdated },
  'deal.stage_changed': {
    icon: Handshake,
    Text: ({ detail }) =>
      useT()('event.deal.stageChanged', { name: detail.name, from: detail.fromStage, to: detail.toStage }),
  },
  'deal.won': { icon: Handshake, Text: ({ detail }) => useT()('event.deal.won', { name: detail.name }) },
  'deal.lost': { icon: Handshake, Text: DealLost },
  'deal.reopened': {
    icon: Undo2,
    Text: ({ detail }) => useT()('event.deal.reopened', { name: detail.name, stage: detail.toStage }),
  },
  'deal.archived': {
    icon: Archive,
    Text: ({ detail }) => useT()('event.deal.archived', { name: detail.name }),
  },
  'deal.restored': {
    icon: ArchiveRestore,
    Text: ({ detail }) => useT()('event.deal.restored', { name: detail.name }),
  },
  'task.created': {
    icon: ListTodo,
    Text: ({ detail }) => useT()('event.task.created', { subject: detail.subject }),
  },
  'task.assigned': { icon: ListTodo, Text: TaskAssigned },
  'task.completed': {
    icon: ListTodo,
    Text: ({ detail }) => useT()('event.task.completed', { subject: detail.subject }),
  },
  'task.reopened': {
    icon: Undo2,
    Text: ({ detail }) => useT()('event.task.reopened', { subject: detail.subject }),
  },
  'task.canceled': {
    icon: Ban,
    Text: ({ detail }) => useT()('event.task.canceled', { subject: detail.subject }),
  },
};

export function eventIcon(event: Activity): LucideIcon {
  if (isKnown(event)) {
    const channel = (event.detail as { channel?: Channel }).channel;
    if (channel && channel in channels) return channels[channel].icon as LucideIcon;
    return renderers[event.type as Known].icon;
  }
  return CircleDot;
}

function isKnown(event: Activity): boolean {
  return Object.hasOwn(renderers, event.type) && typeof event.detail === 'object' && event.detail !== null;
}

/** What happened, in words; an event of a type that this build does not know is shown as it is stored. */
export function EventText({ event }: { event: Activity }) {
  if (!isKnown(event)) return <RawEvent event={event} />;
  const Text = renderers[event.type as Known].Text as Renderer<Known>;
  const [kind] = event.type.split('.');
  const record = kind === 'customer' || kind === 'company' || kind === 'deal' ? kind : undefined;
  return <Text detail={event.detail as ActivityDetails[Known]} record={record} />;
}

function RawEvent({ event }: { event: Activity }) {
  const t = useT();
  const entries = Object.entries((event.detail ?? {}) as Record<string, unknown>);
  return (
    <>
      <span className="font-mono text-xs">{event.type}</span>
      {entries.length === 0 ? null : (
        <dl
          aria-label={t('record.timeline.raw')}
          className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-xs"
        >
          {entries.map(([key, value]) => (
            <div key={key} className="contents">
              <dt className="text-muted">{key}</dt>
              <dd className="break-words">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
