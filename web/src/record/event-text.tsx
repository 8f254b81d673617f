import { useQuery } from '@tanstack/react-query';
import {
  Archive,
  ArchiveRestore,
  ArrowRightLeft,
  Ban,
  Building2,
  CircleCheck,
  CircleDot,
  CircleX,
  FileUp,
  Hand,
  HandCoins,
  ListTodo,
  type LucideIcon,
  Merge,
  Pencil,
  Phone,
  Split,
  Tag,
  Trophy,
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
  StageMove,
} from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
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

function DealMoved({ detail }: { detail: StageMove }) {
  const { name, fromStage: from, toStage: to } = detail;
  return useT()('event.deal.moved', { name, from, to });
}

const task =
  (id: MessageId) =>
  ({ detail }: { detail: { subject: string } }) =>
    useT()(id, { subject: detail.subject });

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
  'deal.created': {
    icon: HandCoins,
    Text: ({ detail }) => useT()('event.deal.created', { name: detail.name, stage: detail.stage }),
  },
  'deal.updated': {
    icon: Pencil,
    Text: ({ detail, record }) => (
      <>
        <span className="text-muted">{useT()('event.deal.updated', { name: detail.name })}</span>
        <Changes detail={detail} record={record} />
      </>
    ),
  },
  'deal.stage_changed': { icon: ArrowRightLeft, Text: DealMoved },
  'deal.won': { icon: Trophy, Text: ({ detail }) => useT()('event.deal.won', { name: detail.name }) },
  'deal.lost': {
    icon: CircleX,
    Text: ({ detail }) => useT()('event.deal.lost', { name: detail.name, reason: detail.reason }),
  },
  'deal.reopened': {
    icon: Undo2,
    Text: ({ detail }) => useT()('event.deal.reopened', { name: detail.name, to: detail.toStage }),
  },
  'deal.archived': {
    icon: Archive,
    Text: ({ detail }) => useT()('event.deal.archived', { name: detail.name }),
  },
  'deal.restored': {
    icon: ArchiveRestore,
    Text: ({ detail }) => useT()('event.deal.restored', { name: detail.name }),
  },
  'task.created': { icon: ListTodo, Text: task('event.task.created') },
  'task.assigned': {
    icon: Hand,
    Text: ({ detail }) => {
      const t = useT();
      return detail.name === null
        ? t('event.task.pooled', { subject: detail.subject })
        : t('event.task.assigned', { subject: detail.subject, name: detail.name });
    },
  },
  'task.completed': { icon: CircleCheck, Text: task('event.task.completed') },
  'task.reopened': { icon: Undo2, Text: task('event.task.reopened') },
  'task.canceled': { icon: CircleX, Text: task('event.task.canceled') },
  'company.created': { icon: Building2, Text: plain('event.company.created') },
  'company.updated': { icon: Pencil, Text: Changes },
  'company.archived': { icon: Archive, Text: plain('event.company.archived') },
  'company.restored': { icon: ArchiveRestore, Text: plain('event.company.restored') },
  'company.merged': { icon: Merge, Text: Merged },
  'company.unmerged': { icon: Split, Text: Unmerged },
  'company.imported': { icon: FileUp, Text: Imported },
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
