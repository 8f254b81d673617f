import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Building2, ExternalLink, Users } from 'lucide-react';
import { useState } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import { errorText } from '@/api/error-text';
import type { Company, CompanyPatch, SizeBand } from '@/api/types';
import { useCommands } from '@/commands/registry';
import type { PickSource } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { currencyDigits } from '@/lib/format';
import { CustomSection } from '@/record/custom-parts';
import { DealsOf } from '@/record/deals/parts';
import { DrawerFrame } from '@/record/drawer-frame';
import { DrawerSkeleton, Moment, Section } from '@/record/drawer-parts';
import { FieldRow, InlinePick, InlineText } from '@/record/inline-fields';
import type { OpenRecord } from '@/record/list-screen';
import type { MergeSubject } from '@/record/merge/merge-dialog';
import { DuplicateHint, MergeDialog } from '@/record/merge/parts';
import { useNoteCount } from '@/record/notes/count';
import { NotesOf } from '@/record/notes/parts';
import { useAssignable, useBlocked } from '@/record/ownership';
import { isAdmin, ownerAct } from '@/record/permissions';
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
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { childrenQuery, companyQuery, peopleQuery } from './api';
import { parseWhole } from './columns';
import { DomainEditor } from './domain-editor';
import { sizeBands } from './size-bands';
import type { CompanyChanges } from './use-company-changes';

const tabNames = ['overview', 'people', 'activity', 'notes'] as const;
type Tab = (typeof tabNames)[number];

interface CompanyDrawerProps {
  open: OpenRecord<Company> | undefined;
  tab: string | undefined;
  onTab: (tab: string | undefined) => void;
  changes: CompanyChanges;
  onOpenCompany: (id: string) => void;
  onOpenCustomer: (id: string) => void;
  onOpenDeal: (id: string) => void;
  onOpenTask: (id: string) => void;
  /** The company was merged into this one. */
  onMerged: (id: string) => void;
}

export function CompanyDrawer({
  open,
  tab,
  onTab,
  changes,
  onOpenCompany,
  onOpenCustomer,
  onOpenDeal,
  onOpenTask,
  onMerged,
}: CompanyDrawerProps) {
  const t = useT();
  const me = useMe();
  const names = useNames();
  const format = useFormat();
  const blocked = useBlocked();
  const { record: company, placeholder, title } = useOpenRecord(open, companyQuery);
  useFollowMerge(company?.mergedIntoId, onMerged);
  useNoteRecent('company', company?.id, company?.name, company?.domains[0]);
  const current: Tab = tabNames.find((name) => name === tab) ?? 'overview';
  const readOnly = company === undefined ? null : blocked(company.ownerId);
  const writable = company !== undefined && readOnly === null;

  const noteCount = useNoteCount(company && { kind: 'company', id: company.id });
  const [writing, setWriting] = useState(false);

  const [merging, setMerging] = useState<MergeSubject | null>(null);
  const unmergeable = isAdmin(me) ? undefined : t('record.merge.onlyAdmin');
  const merge = () => {
    if (company) setMerging({ record: 'company', ids: [company.id] });
  };

  useCommands(
    company === undefined
      ? []
      : [
          {
            id: 'notes.write',
            group: 'record',
            label: 'command.note.write',
            keys: 'n',
            disabledReason: readOnly ?? undefined,
            run: () => {
              onTab('notes');
              setWriting(true);
            },
          },
          ...tabNames.map(
            (name, index) =>
              ({
                id: `company.tab.${name}`,
                group: 'record',
                label: `command.company.tab.${name}`,
                keys: String(index + 1),
                run: () => onTab(name === 'overview' ? undefined : name),
              }) as const,
          ),
          {
            id: 'company.merge',
            group: 'record',
            label: 'record.merge.action',
            keys: 'Shift+m',
            disabledReason: unmergeable,
            run: merge,
          },
          {
            id: 'company.archive',
            group: 'record',
            label: company.archivedAt ? 'command.company.restore' : 'command.company.archive',
            keys: 'Shift+e',
            disabledReason: readOnly ?? undefined,
            run: () => void changes.setArchived(company, company.archivedAt === null),
          },
        ],
  );

  return (
    <>
      <DrawerFrame<Tab>
        id={open?.id}
        title={company?.name ?? title}
        subtitle={[company?.domains[0], company?.industry].filter(Boolean).join(' · ')}
        avatar={company ? <Avatar name={company.name} size="large" shape="square" /> : null}
        notice={
          company === undefined ? null : (
            <>
              <RecordNotice
                archivedAt={company.archivedAt}
                owner={names.member(company.ownerId ?? '')}
                writable={writable}
                onArchived={(archived) => void changes.setArchived(company, archived)}
              />
              <DuplicateHint key={company.id} record="company" id={company.id} />
            </>
          )
        }
        tab={current}
        onTab={(next) => onTab(next === 'overview' ? undefined : next)}
        position={open?.position}
        onPrevious={open?.previous}
        onNext={open?.next}
        onClose={() => open?.close()}
        menu={
          company === undefined ? null : (
            <>
              <MergeItem disabledReason={unmergeable} onClick={merge} />
              <ArchiveItem
                archivedAt={company.archivedAt}
                disabledReason={readOnly ?? undefined}
                onArchived={(archived) => void changes.setArchived(company, archived)}
              />
            </>
          )
        }
        placeholder={placeholder}
        tabs={
          company === undefined
            ? []
            : [
                {
                  value: 'overview',
                  label: t('record.tab.overview'),
                  content: (
                    <Overview
                      key={company.id}
                      company={company}
                      writable={writable}
                      changes={changes}
                      onOpenCompany={onOpenCompany}
                      onOpenDeal={onOpenDeal}
                      onOpenTask={onOpenTask}
                    />
                  ),
                },
                {
                  value: 'people',
                  label: t('record.tab.people'),
                  count: format.number(company.customerCount),
                  content: <People key={company.id} id={company.id} onOpenCustomer={onOpenCustomer} />,
                },
                {
                  value: 'activity',
                  label: t('record.tab.activity'),
                  content: (
                    <Timeline
                      key={company.id}
                      record="companies"
                      id={company.id}
                      onOpenRecord={(record, id) =>
                        record === 'company' ? onOpenCompany(id) : onOpenCustomer(id)
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
                      key={company.id}
                      anchor={{ kind: 'company', id: company.id, name: company.name }}
                      readOnly={readOnly ?? undefined}
                      writing={writing}
                      onWriting={() => setWriting(false)}
                    />
                  ),
                },
              ]
        }
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

interface OverviewProps {
  company: Company;
  writable: boolean;
  changes: CompanyChanges;
  onOpenCompany: (id: string) => void;
  onOpenDeal: (id: string) => void;
  onOpenTask: (id: string) => void;
}

function Overview({ company, writable, changes, onOpenCompany, onOpenDeal, onOpenTask }: OverviewProps) {
  const t = useT();
  const me = useMe();
  const format = useFormat();
  const { currency } = useBootstrap().org;
  const names = useNames();
  const sources = useSources();
  const assignable = useAssignable(t('companies.owner.onlyAdmin'));
  const edit = (body: CompanyPatch, shown?: Partial<Company>) => changes.edit(company, body, shown);
  const text = (field: 'legalName' | 'website' | 'linkedinUrl' | 'industry' | 'city') =>
    writable ? (value: string | null) => edit({ [field]: value }) : undefined;
  const whole = (value: string) => (parseWhole(value) === null ? t('record.edit.number') : null);
  /** Minor units of one whole. */
  const minor = 10 ** currencyDigits(currency);
  // A company cannot be above itself.
  const parents: PickSource = {
    name: `companies but ${company.id}`,
    search: async (query, signal) =>
      (await sources.companies.search(query, signal)).filter((option) => option.id !== company.id),
  };
  return (
    <div className="flex flex-col gap-5 p-4">
      <Section title={t('companies.overview.company')}>
        <dl className="flex flex-col gap-0.5">
          <InlineText
            label={t('record.field.name')}
            value={company.name}
            required={t('record.edit.required')}
            onSave={writable ? (name) => edit({ name: name ?? '' }) : undefined}
          />
          <FieldRow label={t('record.field.domains')}>
            <DomainEditor
              domains={company.domains}
              onChange={writable ? (domains) => edit({ domains }) : undefined}
            />
          </FieldRow>
          <InlineText
            label={t('record.field.legalName')}
            value={company.legalName}
            onSave={text('legalName')}
          />
          <InlineText
            label={t('record.field.website')}
            value={company.website}
            inputMode="url"
            maxLength={2000}
            onSave={text('website')}
          />
          <InlineText
            label={t('record.field.linkedinUrl')}
            value={company.linkedinUrl}
            inputMode="url"
            maxLength={2000}
            onSave={text('linkedinUrl')}
          />
          <InlinePick
            label={t('record.field.ownerId')}
            value={company.ownerId}
            source={assignable}
            clear={t('companies.owner.none')}
            onSave={
              writable
                ? (option) => {
                    if (ownerAct(me, company.ownerId, option?.id ?? null) !== 'refused') {
                      void edit({ ownerId: option?.id ?? null });
                    }
                  }
                : undefined
            }
          >
            {company.ownerId === null ? null : (
              <span className="flex items-center gap-1.5">
                <Avatar name={names.member(company.ownerId)} />
                <span className="truncate">{names.member(company.ownerId)}</span>
              </span>
            )}
          </InlinePick>
        </dl>
      </Section>
      <Section title={t('companies.overview.firmographics')}>
        <dl className="flex flex-col gap-0.5">
          <InlineText label={t('record.field.industry')} value={company.industry} onSave={text('industry')} />
          <InlinePick
            label={t('record.field.sizeBand')}
            value={company.sizeBand}
            source={{ name: 'sizes', all: () => sizeBands.map((band) => ({ id: band, label: band })) }}
            clear={t('record.edit.clear')}
            onSave={
              writable ? (option) => edit({ sizeBand: (option?.id ?? null) as SizeBand | null }) : undefined
            }
          >
            <span className="tabular">{company.sizeBand}</span>
          </InlinePick>
          <InlineText
            label={t('record.field.employeeCount')}
            value={company.employeeCount === null ? null : String(company.employeeCount)}
            inputMode="numeric"
            check={whole}
            onSave={
              writable
                ? (value) => edit({ employeeCount: value === null ? null : parseWhole(value) })
                : undefined
            }
          >
            <span className="tabular">{format.number(company.employeeCount ?? 0)}</span>
          </InlineText>
          <InlineText
            label={t('companies.overview.revenue', { currency })}
            value={company.annualRevenue === null ? null : String(Math.round(company.annualRevenue / minor))}
            inputMode="numeric"
            check={whole}
            onSave={
              writable
                ? (value) => edit({ annualRevenue: value === null ? null : (parseWhole(value) ?? 0) * minor })
                : undefined
            }
          >
            <span className="tabular">{format.money(company.annualRevenue ?? 0, currency)}</span>
          </InlineText>
          <InlinePick
            label={t('record.field.country')}
            value={company.country}
            source={sources.countries}
            clear={t('record.country.clear')}
            onSave={writable ? (option) => edit({ country: option?.id ?? null }) : undefined}
          >
            {company.country ? format.country(company.country) : null}
          </InlinePick>
          <InlineText label={t('record.field.city')} value={company.city} onSave={text('city')} />
        </dl>
      </Section>
      <DealsOf subject={{ kind: 'company', id: company.id, name: company.name }} onOpen={onOpenDeal} />
      <TasksOf anchor={{ kind: 'company', id: company.id, name: company.name }} onOpen={onOpenTask} />
      <CustomSection
        record="company"
        values={company.custom}
        onSave={
          writable ? (custom, refused) => changes.edit(company, { custom }, {}, 'loud', refused) : undefined
        }
      />
      <Section title={t('companies.overview.hierarchy')}>
        <dl className="flex flex-col gap-0.5">
          <InlinePick
            label={t('record.field.parentId')}
            value={company.parentId}
            source={parents}
            clear={t('companies.parent.clear')}
            onSave={
              writable
                ? (option) =>
                    edit(
                      { parentId: option?.id ?? null },
                      { parent: option && { id: option.id, name: option.label } },
                    )
                : undefined
            }
            after={
              company.parentId === null ? null : (
                <Button
                  variant="ghost"
                  size="smallIcon"
                  aria-label={t('record.company.open')}
                  onClick={() => onOpenCompany(company.parentId ?? '')}
                >
                  <ExternalLink aria-hidden className="size-3.5" />
                </Button>
              )
            }
          >
            {company.parent?.name}
          </InlinePick>
          <FieldRow label={t('companies.overview.children')}>
            <Children id={company.id} onOpenCompany={onOpenCompany} />
          </FieldRow>
        </dl>
      </Section>
      <Section title={t('companies.overview.record')}>
        <dl className="flex flex-col">
          <FieldRow label={t('record.field.createdAt')}>
            <Moment value={company.createdAt} />
          </FieldRow>
          <FieldRow label={t('record.field.updatedAt')}>
            <Moment value={company.updatedAt} />
          </FieldRow>
        </dl>
      </Section>
    </div>
  );
}

function Children({ id, onOpenCompany }: { id: string; onOpenCompany: (id: string) => void }) {
  const t = useT();
  const { data, isPending, isError, error, refetch } = useQuery(childrenQuery(id));
  if (isPending) return <Skeleton className="h-4 w-32" />;
  if (isError) {
    return (
      <span className="flex items-center gap-2 text-danger-fg">
        {errorText(error)}
        <Button size="small" onClick={() => void refetch()}>
          {t('common.action.retry')}
        </Button>
      </span>
    );
  }
  if (data.items.length === 0) return <span className="text-faint">–</span>;
  return (
    <ul className="flex min-w-0 flex-1 flex-col">
      {data.items.map((child) => (
        <li key={child.id}>
          <button
            type="button"
            className="-ml-2 flex min-h-control-small w-full items-center gap-2 rounded-md px-2 text-left hover:bg-hover"
            onClick={() => onOpenCompany(child.id)}
          >
            <Building2 aria-hidden className="size-3.5 shrink-0 text-muted" />
            <span className="truncate">{child.name}</span>
          </button>
        </li>
      ))}
      {data.nextCursor ? (
        <li className="text-muted text-xs">{t('companies.overview.moreChildren')}</li>
      ) : null}
    </ul>
  );
}

function People({ id, onOpenCustomer }: { id: string; onOpenCustomer: (id: string) => void }) {
  const t = useT();
  const query = useInfiniteQuery(peopleQuery(id));
  const people = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.isPending) return <DrawerSkeleton />;
  if (query.isError && people.length === 0) {
    return (
      <EmptyState
        title={t('companies.people.failed')}
        description={errorText(query.error)}
        actions={<Button onClick={() => void query.refetch()}>{t('common.action.retry')}</Button>}
      />
    );
  }
  if (people.length === 0) {
    return (
      <EmptyState icon={Users} title={t('companies.people.empty')} description={t('companies.people.hint')} />
    );
  }
  return (
    <div className="flex flex-col gap-2 p-2">
      <ul aria-label={t('record.tab.people')} className="flex flex-col">
        {people.map((customer) => (
          <li key={customer.id}>
            <button
              type="button"
              className="focus-inset flex min-h-12 w-full items-center gap-3 rounded-md px-2 py-1.5 text-left hover:bg-hover"
              onClick={() => onOpenCustomer(customer.id)}
            >
              <Avatar name={customer.fullName} size="medium" />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium text-sm">{customer.fullName}</span>
                <span className="block truncate text-muted text-xs">
                  {[customer.jobTitle, customer.contacts[0]?.value].filter(Boolean).join(' · ')}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button
          variant="ghost"
          size="small"
          className="self-center"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('common.action.loadMore')}
        </Button>
      ) : null}
    </div>
  );
}
