import { ExternalLink, PhoneCall } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import type { Customer } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { withLateTexts } from '@/i18n/setup';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { ContactList } from '@/record/contact-list';
import { CustomSection } from '@/record/custom-section';
import { DealsOf } from '@/record/deals/parts';
import { DrawerFrame } from '@/record/drawer-frame';
import { Moment, Section } from '@/record/drawer-parts';
import { FitsOf } from '@/record/fit/parts';
import { FieldRow, InlinePick, InlineText } from '@/record/inline-fields';
import type { OpenRecord } from '@/record/list-screen';
import type { MergeSubject } from '@/record/merge/merge-dialog';
import { DuplicateHint, MergeDialog } from '@/record/merge/parts';
import { useNoteCount } from '@/record/notes/count';
import { NotesOf } from '@/record/notes/parts';
import { OwnerControl } from '@/record/owner-control';
import { useBlocked } from '@/record/ownership';
import { isAdmin, ownerAct } from '@/record/permissions';
import { SegmentsOf } from '@/record/segments-of';
import { TagEditor } from '@/record/tag-editor';
import { TasksOf } from '@/record/tasks/parts';
import { Timeline } from '@/record/timeline';
import { useNoteRecent } from '@/record/use-note-recent';
import {
  ArchiveItem,
  MergeItem,
  RecordNotice,
  useFollowMerge,
  useOpenRecord,
} from '@/record/use-open-record';
import { useNames, useSources } from '@/record/use-sources';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { customerQuery } from './api';
import type { TalkDialogProps } from './talk-dialog';
import type { CustomerChanges } from './use-customer-changes';

const TalkDialog = deferComponent<TalkDialogProps>(
  () => withLateTexts(async () => (await import('./talk-dialog')).TalkDialog),
  ({ customer }) => customer !== null,
);

const tabNames = ['profile', 'activity', 'notes', 'tasks'] as const;
type Tab = (typeof tabNames)[number];

export interface CustomerDrawerProps {
  open: OpenRecord<Customer> | undefined;
  tab: string | undefined;
  onTab: (tab: string | undefined) => void;
  changes: CustomerChanges;
  onOpenCompany: (id: string) => void;
  onOpenSegment: (id: string) => void;
  onOpenRecord: (record: string, id: string) => void;
  onOpenDeal: (id: string) => void;
  onOpenTask: (id: string) => void;
  /** The customer was merged into this one. */
  onMerged: (id: string) => void;
}

/** A customer over the list. */
export function CustomerDrawer({
  open,
  tab,
  onTab,
  changes,
  onOpenCompany,
  onOpenSegment,
  onOpenRecord,
  onOpenDeal,
  onOpenTask,
  onMerged,
}: CustomerDrawerProps) {
  const t = useT();
  const me = useMe();
  const names = useNames();
  const blocked = useBlocked();
  const { record: customer, placeholder, title } = useOpenRecord(open, customerQuery);
  useFollowMerge(customer?.mergedIntoId, onMerged);
  useNoteRecent('customer', customer?.id, customer?.fullName, customer?.company?.name);
  const [editingTags, setEditingTags] = useState(false);
  const current: Tab = tabNames.find((name) => name === tab) ?? 'profile';

  const readOnly = (customer && blocked(customer.claimedById)) ?? undefined;
  const writable = customer !== undefined && readOnly === undefined;
  const mine = customer?.claimedById === me.id;
  const claimTo = mine ? null : me.id;

  const [merging, setMerging] = useState<MergeSubject | null>(null);
  const unmergeable = isAdmin(me) ? undefined : t('record.merge.onlyAdmin');
  const merge = () => {
    if (customer) setMerging({ record: 'customer', ids: [customer.id] });
  };

  const noteCount = useNoteCount(customer && { kind: 'customer', id: customer.id });
  const [writing, setWriting] = useState(false);

  const [talkedTo, setTalkedTo] = useState<Customer | null>(null);
  const [logged, setLogged] = useState<string | null>(null);
  useEffect(() => {
    // Not before the form is gone: it would ask whether what was typed may be lost.
    if (logged === null || talkedTo !== null) return;
    setLogged(null);
    // Another record may be open by now.
    if (logged === open?.id) onTab('activity');
  }, [logged, talkedTo, open?.id, onTab]);

  useCommands(
    customer === undefined
      ? []
      : [
          {
            id: 'customer.claim',
            group: 'record',
            label: mine ? 'command.customer.unclaim' : 'command.customer.claim',
            keys: 'i',
            disabledReason: ownerAct(me, customer.claimedById, claimTo) === 'refused' ? readOnly : undefined,
            run: () => void changes.setOwner(customer, claimTo),
          },
          {
            id: 'customer.tag',
            group: 'record',
            label: 'command.customer.tag',
            keys: 'l',
            disabledReason: readOnly,
            run: () => {
              onTab(undefined);
              setEditingTags(true);
            },
          },
          {
            id: 'customer.talk',
            group: 'record',
            label: 'command.customer.talk',
            keys: 'a',
            disabledReason: readOnly,
            run: () => setTalkedTo(customer),
          },
          {
            id: 'notes.write',
            group: 'record',
            label: 'command.note.write',
            keys: 'n',
            disabledReason: readOnly,
            run: () => {
              onTab('notes');
              setWriting(true);
            },
          },
          ...tabNames.map(
            (name, index) =>
              ({
                id: `customer.tab.${name}`,
                group: 'record',
                label: `command.customer.tab.${name}`,
                keys: String(index + 1),
                run: () => onTab(name === 'profile' ? undefined : name),
              }) as const,
          ),
          {
            id: 'customer.merge',
            group: 'record',
            label: 'record.merge.action',
            keys: 'Shift+m',
            disabledReason: unmergeable,
            run: merge,
          },
          {
            id: 'customer.archive',
            group: 'record',
            label: customer.archivedAt ? 'command.customer.restore' : 'command.customer.archive',
            keys: 'Shift+e',
            disabledReason: readOnly,
            run: () => void changes.setArchived(customer, customer.archivedAt === null),
          },
        ],
  );

  return (
    <>
      <DrawerFrame<Tab>
        id={open?.id}
        title={customer?.fullName ?? title}
        subtitle={[customer?.jobTitle, customer?.company?.name].filter(Boolean).join(' · ')}
        avatar={customer ? <Avatar name={customer.fullName} url={customer.avatarUrl} size="large" /> : null}
        notice={
          customer === undefined ? null : (
            <>
              <RecordNotice
                archivedAt={customer.archivedAt}
                owner={names.member(customer.claimedById ?? '')}
                writable={writable}
                onArchived={(archived) => void changes.setArchived(customer, archived)}
              />
              <DuplicateHint key={customer.id} record="customer" id={customer.id} />
            </>
          )
        }
        tab={current}
        onTab={(next) => onTab(next === 'profile' ? undefined : next)}
        position={open?.position}
        onPrevious={open?.previous}
        onNext={open?.next}
        onClose={() => open?.close()}
        menu={
          customer === undefined ? null : (
            <>
              <MergeItem disabledReason={unmergeable} onClick={merge} />
              <ArchiveItem
                archivedAt={customer.archivedAt}
                disabledReason={readOnly}
                onArchived={(archived) => void changes.setArchived(customer, archived)}
              />
            </>
          )
        }
        placeholder={placeholder}
        tabs={
          customer === undefined
            ? []
            : [
                {
                  value: 'profile',
                  label: t('record.tab.profile'),
                  content: (
                    <Profile
                      key={customer.id}
                      customer={customer}
                      writable={writable}
                      changes={changes}
                      editingTags={editingTags}
                      onEditingTags={setEditingTags}
                      onOpenCompany={onOpenCompany}
                      onOpenSegment={onOpenSegment}
                      onOpenRecord={onOpenRecord}
                      onOpenDeal={onOpenDeal}
                    />
                  ),
                },
                {
                  value: 'activity',
                  label: t('record.tab.activity'),
                  content: (
                    <Timeline
                      key={customer.id}
                      record="customers"
                      id={customer.id}
                      onOpenRecord={onOpenRecord}
                      action={
                        <Button size="small" disabledReason={readOnly} onClick={() => setTalkedTo(customer)}>
                          <PhoneCall aria-hidden className="size-3.5" />
                          {t('command.customer.talk')}
                        </Button>
                      }
                    />
                  ),
                },
                {
                  value: 'notes',
                  label: t('record.tab.notes'),
                  count: noteCount,
                  content: (
                    <NotesOf
                      key={customer.id}
                      anchor={{ kind: 'customer', id: customer.id, name: customer.fullName }}
                      readOnly={readOnly}
                      writing={writing}
                      onWriting={() => setWriting(false)}
                    />
                  ),
                },
                {
                  value: 'tasks',
                  label: t('record.tab.tasks'),
                  content: (
                    <div className="p-4">
                      <TasksOf
                        key={customer.id}
                        anchor={{ kind: 'customer', id: customer.id, name: customer.fullName }}
                        onOpen={onOpenTask}
                      />
                    </div>
                  ),
                },
              ]
        }
      />
      <TalkDialog
        customer={talkedTo}
        onClose={() => setTalkedTo(null)}
        onLog={changes.logTalk}
        onLogged={({ id }) => {
          setTalkedTo((now) => (now?.id === id ? null : now));
          setLogged(id);
        }}
      />
      <MergeDialog
        subject={merging}
        onClose={() => setMerging(null)}
        onMerged={(id) => {
          setMerging(null);
          onMerged(id);
        }}
      />
    </>
  );
}

interface ProfileProps {
  customer: Customer;
  writable: boolean;
  changes: CustomerChanges;
  editingTags: boolean;
  onEditingTags: (open: boolean) => void;
  onOpenCompany: (id: string) => void;
  onOpenSegment: (id: string) => void;
  onOpenRecord: (record: string, id: string) => void;
  onOpenDeal: (id: string) => void;
}

function Profile({
  customer,
  writable,
  changes,
  editingTags,
  onEditingTags,
  onOpenCompany,
  onOpenSegment,
  onOpenRecord,
  onOpenDeal,
}: ProfileProps) {
  const t = useT();
  const format = useFormat();
  const sources = useSources();
  const text = (field: 'fullName' | 'jobTitle') =>
    writable ? (value: string | null) => changes.edit(customer, { [field]: value }) : undefined;
  const pick = (field: 'country' | 'language' | 'timezone') =>
    writable
      ? (option: { id: string } | null) => void changes.edit(customer, { [field]: option?.id ?? null })
      : undefined;
  return (
    <div className="flex flex-col gap-5 p-4">
      <Section title={t('customers.profile.contacts')}>
        <ContactList
          contacts={customer.contacts}
          onOpenRecord={onOpenRecord}
          actions={
            writable
              ? {
                  add: (contact) => changes.addContact(customer, contact),
                  change: (contact, patch) => changes.changeContact(customer, contact, patch),
                  makePrimary: (contact) => void changes.makePrimary(customer, contact),
                  remove: (contact) => void changes.removeContact(customer, contact),
                }
              : undefined
          }
        />
      </Section>
      <Section title={t('customers.profile.ownership')}>
        <dl className="flex flex-col gap-0.5">
          <OwnerControl
            ownerId={customer.claimedById}
            since={customer.claimedAt}
            onChange={(ownerId) => void changes.setOwner(customer, ownerId)}
          />
          <FieldRow label={t('record.field.tags')}>
            <TagEditor
              tags={customer.tags}
              open={editingTags}
              onOpenChange={onEditingTags}
              onToggle={writable ? (name, on) => void changes.toggleTag(customer, name, on) : undefined}
            />
          </FieldRow>
          <FieldRow label={t('record.field.segments')}>
            <SegmentsOf customer={customer} writable={writable} onOpen={onOpenSegment} />
          </FieldRow>
        </dl>
      </Section>
      <FitsOf key={`fits ${customer.id}`} customer={customer} />
      <Section title={t('customers.profile.identity')}>
        <dl className="flex flex-col gap-0.5">
          <InlineText
            label={t('record.field.fullName')}
            value={customer.fullName}
            onSave={text('fullName')}
            required={t('record.edit.required')}
          />
          <InlineText
            label={t('record.field.jobTitle')}
            value={customer.jobTitle}
            onSave={text('jobTitle')}
          />
          <InlinePick
            label={t('record.field.companyId')}
            value={customer.companyId}
            source={sources.companies}
            clear={t('record.company.clear')}
            create={(name) => t('record.company.create', { name })}
            onCreate={(name) => void changes.setNewCompany(customer, name)}
            onSave={
              writable
                ? (option) =>
                    void changes.setCompany(customer, option && { id: option.id, name: option.label })
                : undefined
            }
            after={
              customer.companyId === null ? null : (
                <Button
                  variant="ghost"
                  size="smallIcon"
                  aria-label={t('record.company.open')}
                  onClick={() => onOpenCompany(customer.companyId ?? '')}
                >
                  <ExternalLink aria-hidden className="size-3.5" />
                </Button>
              )
            }
          >
            {customer.company?.name}
          </InlinePick>
          <InlinePick
            label={t('record.field.country')}
            value={customer.country}
            source={sources.countries}
            clear={t('record.country.clear')}
            onSave={pick('country')}
          >
            {customer.country ? format.country(customer.country) : null}
          </InlinePick>
          <InlinePick
            label={t('record.field.language')}
            value={customer.language}
            source={sources.languages}
            clear={t('record.language.clear')}
            onSave={pick('language')}
          >
            {customer.language ? format.language(customer.language) : null}
          </InlinePick>
          <InlinePick
            label={t('record.field.timezone')}
            value={customer.timezone}
            source={sources.timezones}
            clear={t('record.timezone.clear')}
            onSave={pick('timezone')}
          >
            {customer.timezone ? <LocalTime timezone={customer.timezone} /> : null}
          </InlinePick>
        </dl>
      </Section>
      <DealsOf
        subject={{ kind: 'customer', id: customer.id, name: customer.fullName }}
        company={customer.company}
        onOpen={onOpenDeal}
      />
      <CustomSection
        record="customer"
        values={customer.custom}
        onSave={
          writable ? (custom, refused) => changes.edit(customer, { custom }, {}, 'loud', refused) : undefined
        }
      />
      <Section title={t('customers.profile.record')}>
        <dl className="flex flex-col">
          <FieldRow label={t('record.field.source')}>{t(`record.source.${customer.source}`)}</FieldRow>
          {customer.doNotContact ? (
            <FieldRow label={t('record.field.doNotContact')}>
              <Badge tone="red">{t('record.value.yes')}</Badge>
            </FieldRow>
          ) : null}
          {(['lastActivityAt', 'lastInboundAt', 'lastOutboundAt', 'createdAt', 'updatedAt'] as const).map(
            (field) => (
              <FieldRow key={field} label={t(`record.field.${field}`)}>
                <Moment value={customer[field]} />
              </FieldRow>
            ),
          )}
        </dl>
      </Section>
    </div>
  );
}

/** The zone with the time it is there, for who wants to call. */
function LocalTime({ timezone }: { timezone: string }) {
  const format = useFormat();
  let now: string | null = null;
  try {
    now = new Intl.DateTimeFormat(format.locale, { timeZone: timezone, timeStyle: 'short' }).format(
      Date.now(),
    );
  } catch {
    // A zone that this browser does not know is shown by its name alone.
  }
  return (
    <>
      {timezone.replaceAll('_', ' ')}
      {now ? <span className="tabular ml-2 text-muted">{now}</span> : null}
    </>
  );
}
