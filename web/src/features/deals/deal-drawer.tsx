import { useQuery } from '@tanstack/react-query';
import { ExternalLink, HandCoins, Plus, RotateCcw, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import { errorText } from '@/api/error-text';
import type { Deal, DealLine, DealPatch, Stage } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { PickList } from '@/grid/cell-editors/pick-list';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { currencies } from '@/lib/currencies';
import { CustomSection } from '@/record/custom-parts';
import { dealQuery, productNamesQuery, usePipelines, visitsQuery } from '@/record/deals/api';
import { customerSource, useProductSource } from '@/record/deals/sources';
import { StageDot, stageMark } from '@/record/deals/stage-mark';
import type { DealChanges } from '@/record/deals/use-deal-changes';
import { DrawerFrame } from '@/record/drawer-frame';
import { Moment, Section } from '@/record/drawer-parts';
import { FieldRow, InlinePick, InlineText, PickPopover } from '@/record/inline-fields';
import type { OpenRecord } from '@/record/list-screen';
import { parseMoney, writtenMoney } from '@/record/money';
import { useNoteCount } from '@/record/notes/count';
import { NotesOf } from '@/record/notes/parts';
import { useAssignable, useBlocked } from '@/record/ownership';
import { ownerAct } from '@/record/permissions';
import { TasksOf } from '@/record/tasks/parts';
import { Timeline } from '@/record/timeline';
import { useNoteRecent } from '@/record/use-note-recent';
import { ArchiveItem, RecordNotice, useOpenRecord } from '@/record/use-open-record';
import { useNames, useSources } from '@/record/use-sources';
import { Avatar } from '@/ui/avatar';
import { Button, IconButton } from '@/ui/button';
import { Select } from '@/ui/select';
import { Skeleton } from '@/ui/skeleton';
import { isOverdue } from './deal-looks';

const tabNames = ['overview', 'activity', 'notes'] as const;
type Tab = (typeof tabNames)[number];

export interface DealDrawerProps {
  open: OpenRecord<Deal> | undefined;
  tab: string | undefined;
  onTab: (tab: string | undefined) => void;
  changes: DealChanges;
  onOpenRecord: (record: 'customer' | 'company' | 'task', id: string) => void;
}

export function DealDrawer({ open, tab, onTab, changes, onOpenRecord }: DealDrawerProps) {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  const blocked = useBlocked();
  const pipelines = usePipelines();
  const { record: deal, placeholder, title } = useOpenRecord(open, dealQuery);
  useNoteRecent('deal', deal?.id, deal?.name, deal?.company?.name);
  const current: Tab = tabNames.find((name) => name === tab) ?? 'overview';
  const readOnly = deal === undefined ? null : blocked(deal.ownerId);
  const writable = deal !== undefined && readOnly === null && deal.archivedAt === null;
  const noteCount = useNoteCount(deal && { kind: 'deal', id: deal.id });
  const [writing, setWriting] = useState(false);
  const pipeline = pipelines.of(deal?.pipelineId ?? '');
  const stage = pipelines.stage(deal?.stageId ?? '');
  const moveTo = (to: Stage | undefined) => {
    if (deal && to) void changes.move(deal, to);
  };
  const first = (meaning: Stage['stage']) => pipeline?.stages.find((each) => each.stage === meaning);
  const refusal = readOnly ?? (deal?.archivedAt ? t('deals.edit.archived') : undefined);

  useCommands(
    deal === undefined
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
                id: `deal.tab.${name}`,
                group: 'record',
                label: `command.deal.tab.${name}`,
                keys: String(index + 1),
                run: () => onTab(name === 'overview' ? undefined : name),
              }) as const,
          ),
          {
            id: 'deal.won',
            group: 'record',
            label: 'command.deal.won',
            disabledReason: refusal,
            run: () => moveTo(first('won')),
          },
          {
            id: 'deal.lost',
            group: 'record',
            label: 'command.deal.lost',
            disabledReason: refusal,
            run: () => moveTo(first('lost')),
          },
          {
            id: 'deal.archive',
            group: 'record',
            label: deal.archivedAt ? 'command.deal.restore' : 'command.deal.archive',
            keys: 'Shift+e',
            disabledReason: readOnly ?? undefined,
            run: () => void changes.setArchived(deal, deal.archivedAt === null),
          },
        ],
  );

  const closed = deal?.stage === 'won' || deal?.stage === 'lost';
  return (
    <DrawerFrame<Tab>
      id={open?.id}
      title={deal?.name ?? title}
      subtitle={
        deal ? (
          <span className="flex items-center gap-2">
            {stageMark(deal.stage, stage?.name ?? t(`deals.stage.${deal.stage}`))}
            <span className="tabular">
              {deal.amount === null || deal.currency === null
                ? null
                : format.money(deal.amount, deal.currency)}
            </span>
          </span>
        ) : null
      }
      avatar={
        deal ? (
          <span className="flex size-10 shrink-0 items-center justify-center rounded-lg bg-sunken text-muted">
            <HandCoins aria-hidden className="size-5" />
          </span>
        ) : null
      }
      notice={
        deal === undefined ? null : (
          <>
            <RecordNotice
              archivedAt={deal.archivedAt}
              owner={names.member(deal.ownerId ?? '')}
              writable={readOnly === null}
              onArchived={(archived) => void changes.setArchived(deal, archived)}
            />
            {writable && pipeline ? (
              <div className="flex flex-wrap items-center gap-2">
                <Select
                  aria-label={t('record.field.stageId')}
                  size="small"
                  className="w-44!"
                  value={deal.stageId}
                  onValueChange={(id) => moveTo(pipelines.stage(id))}
                  options={pipeline.stages.map(({ id, name }) => ({ value: id, label: name }))}
                />
                {closed ? (
                  <Button size="small" onClick={() => moveTo(pipeline.stages[0])}>
                    <RotateCcw aria-hidden className="size-4" />
                    {t('deals.action.reopen')}
                  </Button>
                ) : (
                  <>
                    <Button size="small" onClick={() => moveTo(first('won'))}>
                      {t('deals.action.won')}
                    </Button>
                    <Button size="small" variant="ghost" onClick={() => moveTo(first('lost'))}>
                      {t('deals.action.lost')}
                    </Button>
                  </>
                )}
              </div>
            ) : null}
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
        deal === undefined ? null : (
          <ArchiveItem
            archivedAt={deal.archivedAt}
            disabledReason={readOnly ?? undefined}
            onArchived={(archived) => void changes.setArchived(deal, archived)}
          />
        )
      }
      placeholder={placeholder}
      tabs={
        deal === undefined
          ? []
          : [
              {
                value: 'overview',
                label: t('record.tab.overview'),
                content: (
                  <Overview
                    key={deal.id}
                    deal={deal}
                    writable={writable}
                    changes={changes}
                    onOpenRecord={onOpenRecord}
                  />
                ),
              },
              {
                value: 'activity',
                label: t('record.tab.activity'),
                content: (
                  <Timeline
                    key={deal.id}
                    record="deals"
                    id={deal.id}
                    onOpenRecord={(record, id) =>
                      onOpenRecord(record === 'company' ? 'company' : 'customer', id)
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
                    key={deal.id}
                    anchor={{ kind: 'deal', id: deal.id, name: deal.name }}
                    readOnly={readOnly ?? undefined}
                    writing={writing}
                    onWriting={() => setWriting(false)}
                  />
                ),
              },
            ]
      }
    />
  );
}

interface OverviewProps {
  deal: Deal;
  writable: boolean;
  changes: DealChanges;
  onOpenRecord: DealDrawerProps['onOpenRecord'];
}

function Overview({ deal, writable, changes, onOpenRecord }: OverviewProps) {
  const t = useT();
  const me = useMe();
  const format = useFormat();
  const { currency: usual } = useBootstrap().org;
  const names = useNames();
  const sources = useSources();
  const assignable = useAssignable(t('deals.owner.onlyAdmin'));
  const edit = (body: DealPatch, shown?: Partial<Deal>) => changes.edit(deal, body, shown);
  const currency = deal.currency ?? usual;
  const readMoney = (text: string) => parseMoney(text, currency, format.locale);
  const percent = (text: string) => {
    const number = Number(text.replace('%', '').replace(',', '.').trim());
    return Number.isFinite(number) && number >= 0 && number <= 100 && text.trim() !== ''
      ? number / 100
      : null;
  };
  const linked = (kind: 'customer' | 'company', id: string | null) =>
    id === null ? null : (
      <Button
        variant="ghost"
        size="smallIcon"
        aria-label={t(kind === 'company' ? 'record.company.open' : 'deals.customer.open')}
        onClick={() => onOpenRecord(kind, id)}
      >
        <ExternalLink aria-hidden className="size-3.5" />
      </Button>
    );
  return (
    <div className="flex flex-col gap-5 p-4">
      <Section title={t('deals.overview.deal')}>
        <dl className="flex flex-col gap-0.5">
          <InlineText
            label={t('record.field.name')}
            value={deal.name}
            required={t('record.edit.required')}
            onSave={writable ? (name) => edit({ name: name ?? '' }) : undefined}
          />
          <InlineText
            label={t('record.field.amount')}
            value={deal.amount === null ? null : writtenMoney(deal.amount, currency, format.locale)}
            inputMode="decimal"
            check={(text) => (readMoney(text) === null ? t('money.amount.wrong') : null)}
            onSave={
              writable
                ? (text) =>
                    edit({
                      amount: text === null ? null : readMoney(text),
                      ...(deal.currency === null ? { currency } : {}),
                    })
                : undefined
            }
          >
            <span className="tabular">{format.money(deal.amount ?? 0, currency)}</span>
          </InlineText>
          <InlinePick
            label={t('money.currency.label')}
            value={deal.currency}
            source={{
              name: `currencies.${format.locale}`,
              all: () => currencies.map((code) => ({ id: code, label: code, hint: format.currency(code) })),
            }}
            onSave={writable ? (option) => option && void edit({ currency: option.id }) : undefined}
          >
            {deal.currency}
          </InlinePick>
          <InlineText
            label={t('record.field.expectedCloseDate')}
            value={deal.expectedCloseDate}
            date={{ incomplete: t('deals.edit.date') }}
            onSave={writable ? (expectedCloseDate) => edit({ expectedCloseDate }) : undefined}
          >
            <span className={isOverdue(deal, Date.now()) ? 'tabular text-danger-fg' : 'tabular'}>
              {deal.expectedCloseDate ? format.date(`${deal.expectedCloseDate}T12:00:00`) : null}
              {isOverdue(deal, Date.now()) ? ` · ${t('deals.card.overdue')}` : null}
            </span>
          </InlineText>
          <InlineText
            label={t('record.field.probability')}
            value={String(Math.round(deal.probability * 100))}
            inputMode="decimal"
            required={t('deals.edit.percent')}
            check={(text) => (percent(text) === null ? t('deals.edit.percent') : null)}
            onSave={
              writable ? (text) => edit({ probability: percent(text ?? '') ?? deal.probability }) : undefined
            }
          >
            <span className="tabular">{format.number(deal.probability, { style: 'percent' })}</span>
          </InlineText>
          <InlinePick
            label={t('record.field.ownerId')}
            value={deal.ownerId ?? (deal.ownerName === null ? null : '')}
            source={assignable}
            clear={t('deals.owner.none')}
            onSave={
              writable
                ? (option) => {
                    if (ownerAct(me, deal.ownerId, option?.id ?? null) !== 'refused') {
                      void edit({ ownerId: option?.id ?? null });
                    }
                  }
                : undefined
            }
          >
            {deal.ownerId === null ? (
              deal.ownerName
            ) : (
              <span className="flex items-center gap-1.5">
                <Avatar name={names.member(deal.ownerId)} />
                <span className="truncate">{names.member(deal.ownerId)}</span>
              </span>
            )}
          </InlinePick>
          {deal.stage === 'lost' ? (
            <InlineText
              label={t('record.field.lostReason')}
              value={deal.lostReason}
              maxLength={500}
              required={t('deals.lost.needed')}
              onSave={writable ? (lostReason) => edit({ lostReason }) : undefined}
            />
          ) : null}
        </dl>
        {deal.rotting ? (
          <p className="rounded-md bg-warning-soft px-2.5 py-1.5 text-sm text-warning-fg">
            {t('deals.overview.rotting', { when: format.relative(deal.lastActivityAt) })}
          </p>
        ) : null}
      </Section>
      <Section title={t('deals.overview.with')}>
        <dl className="flex flex-col gap-0.5">
          <InlinePick
            label={t('record.field.customerId')}
            value={deal.customerId}
            source={customerSource}
            clear={t('deals.customer.clear')}
            onSave={
              writable
                ? (option) =>
                    void edit(
                      { customerId: option?.id ?? null },
                      { customer: option && { id: option.id, name: option.label } },
                    )
                : undefined
            }
            after={linked('customer', deal.customerId)}
          >
            {deal.customer?.name}
          </InlinePick>
          <InlinePick
            label={t('record.field.companyId')}
            value={deal.companyId}
            source={sources.companies}
            clear={t('record.company.clear')}
            onSave={
              writable
                ? (option) =>
                    void edit(
                      { companyId: option?.id ?? null },
                      { company: option && { id: option.id, name: option.label } },
                    )
                : undefined
            }
            after={linked('company', deal.companyId)}
          >
            {deal.company?.name}
          </InlinePick>
        </dl>
      </Section>
      <Lines deal={deal} currency={currency} writable={writable} changes={changes} />
      <TasksOf
        anchor={{ kind: 'deal', id: deal.id, name: deal.name }}
        onOpen={(id) => onOpenRecord('task', id)}
      />
      <CustomSection
        record="deal"
        values={deal.custom}
        onSave={
          writable ? (custom, refused) => changes.edit(deal, { custom }, {}, 'loud', refused) : undefined
        }
      />
      <Visits deal={deal} />
      <Section title={t('deals.overview.record')}>
        <dl className="flex flex-col">
          <FieldRow label={t('record.field.source')}>{deal.source}</FieldRow>
          <FieldRow label={t('record.field.createdAt')}>
            <Moment value={deal.createdAt} />
          </FieldRow>
          <FieldRow label={t('record.field.closedAt')}>
            <Moment value={deal.closedAt} />
          </FieldRow>
          <FieldRow label={t('record.field.updatedAt')}>
            <Moment value={deal.updatedAt} />
          </FieldRow>
        </dl>
      </Section>
    </div>
  );
}

interface LinesProps {
  deal: Deal;
  currency: string;
  writable: boolean;
  changes: DealChanges;
}

/** What of the products the deal is made of. With every change of them the amount becomes their sum. */
function Lines({ deal, currency, writable, changes }: LinesProps) {
  const t = useT();
  const format = useFormat();
  const products = useProductSource();
  const [adding, setAdding] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { data: named } = useQuery(productNamesQuery(deal.lines.map(({ productId }) => productId)));
  const save = (lines: DealLine[]) => void changes.edit(deal, { lines });
  const change = (at: number, to: Partial<DealLine>) =>
    save(deal.lines.map((line, index) => (index === at ? { ...line, ...to } : line)));
  const whole = (text: string) => (/^\d{1,7}$/.test(text.trim()) && Number(text) > 0 ? Number(text) : null);
  return (
    <Section title={t('deals.lines.title')}>
      {deal.lines.length === 0 ? (
        <p className="text-muted text-sm">{t('deals.lines.empty')}</p>
      ) : (
        <ul aria-label={t('deals.lines.title')} className="flex flex-col divide-y divide-line">
          {deal.lines.map((line, index) => {
            const name = named?.get(line.productId) ?? t('common.state.loading');
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a product may stand in several lines, which have no names
              <li key={`${line.productId} ${index}`} className="flex items-start gap-2 py-1">
                <dl className="min-w-0 flex-1">
                  <FieldRow label={t('deals.lines.product')}>
                    <span className="truncate font-medium">{name}</span>
                  </FieldRow>
                  <InlineText
                    label={t('deals.lines.quantity')}
                    value={String(line.quantity)}
                    inputMode="numeric"
                    required={t('deals.lines.quantityWrong')}
                    check={(text) => (whole(text) === null ? t('deals.lines.quantityWrong') : null)}
                    onSave={
                      writable ? (text) => change(index, { quantity: whole(text ?? '') ?? 1 }) : undefined
                    }
                  />
                  <InlineText
                    label={t('deals.lines.unitPrice')}
                    value={
                      line.unitPrice === null || line.unitPrice === undefined
                        ? null
                        : writtenMoney(line.unitPrice, currency, format.locale)
                    }
                    inputMode="decimal"
                    check={(text) =>
                      parseMoney(text, currency, format.locale) === null ? t('money.amount.wrong') : null
                    }
                    onSave={
                      writable
                        ? (text) =>
                            change(index, {
                              unitPrice: text === null ? null : parseMoney(text, currency, format.locale),
                            })
                        : undefined
                    }
                  >
                    <span className="tabular">{format.money(line.unitPrice ?? 0, currency)}</span>
                  </InlineText>
                </dl>
                {writable ? (
                  <IconButton
                    label={t('deals.lines.remove', { name })}
                    onClick={() => save(deal.lines.filter((_, other) => other !== index))}
                  >
                    <Trash2 aria-hidden className="size-4" />
                  </IconButton>
                ) : null}
              </li>
            );
          })}
        </ul>
      )}
      {writable ? (
        <PickPopover
          label={t('deals.lines.add')}
          input={input}
          open={adding}
          onOpenChange={setAdding}
          className="w-80"
          trigger={
            <Button variant="ghost" size="small" className="-ml-2 w-fit">
              <Plus aria-hidden className="size-4" />
              {t('deals.lines.add')}
            </Button>
          }
        >
          <PickList
            ref={input}
            label={t('deals.lines.add')}
            placeholder={t('record.edit.find')}
            source={products}
            selected={[]}
            onPick={(option) => {
              if (option) save([...deal.lines, { productId: option.id, quantity: 1 }]);
            }}
            onLeave={() => setAdding(false)}
          />
        </PickPopover>
      ) : null}
    </Section>
  );
}

/** The stages that the deal has been in, and for how long. */
function Visits({ deal }: { deal: Deal }) {
  const t = useT();
  const format = useFormat();
  const { data, isPending, isError, error, refetch } = useQuery(visitsQuery(deal.id));
  return (
    <Section title={t('deals.visits.title')}>
      {isPending ? (
        <Skeleton className="h-12" />
      ) : isError ? (
        <p role="alert" className="flex items-center gap-2 text-danger-fg text-sm">
          {errorText(error)}
          <Button size="small" onClick={() => void refetch()}>
            {t('common.action.retry')}
          </Button>
        </p>
      ) : (
        <ol className="flex flex-col">
          {data.map((visit) => (
            <li key={visit.enteredAt} className="flex min-h-control-small items-center gap-2 text-sm">
              <StageDot stage={visit.stage} />
              <span className="min-w-0 flex-1 truncate">
                {visit.name}
                <span className="text-muted"> · {visit.actor.name}</span>
              </span>
              <span className="tabular text-muted text-xs">
                {format.date(visit.enteredAt)} ·{' '}
                {t('deals.visits.days', { count: Math.floor(visit.seconds / 86_400) })}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
