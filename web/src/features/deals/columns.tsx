import { useCallback, useMemo } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import type { Deal, Pipeline } from '@/api/types';
import type { GridColumn } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { useCustomColumns } from '@/record/custom-columns';
import { usePipelines } from '@/record/deals/api';
import { customerSource } from '@/record/deals/sources';
import { stageMark } from '@/record/deals/stage-mark';
import type { DealChanges } from '@/record/deals/use-deal-changes';
import { parseMoney, writtenMoney } from '@/record/money';
import { useAssignable, useBlocked } from '@/record/ownership';
import { ownerAct } from '@/record/permissions';
import { voice } from '@/record/use-run-change';
import { useNames, useSources } from '@/record/use-sources';
import { toast } from '@/ui/toast';
import { isOverdue } from './deal-looks';

/** `pipeline`: the one whose deals are shown, which says the stages that a deal can be brought into. */
export function useDealColumns(
  changes: DealChanges,
  pipeline: Pipeline | undefined,
): readonly GridColumn<Deal>[] {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const { currency: usual } = useBootstrap().org;
  const names = useNames();
  const sources = useSources();
  const pipelines = usePipelines();
  const blockedBy = useBlocked();
  const assignable = useAssignable(t('deals.owner.onlyAdmin'));
  const own = useCustomColumns<Deal>(
    'deal',
    useCallback((deal) => blockedBy(deal.ownerId), [blockedBy]),
    useCallback((deal, custom, silently) => changes.edit(deal, { custom }, {}, voice(silently)), [changes]),
  );

  return useMemo(() => {
    const blocked = (deal: Deal) => blockedBy(deal.ownerId);
    const currencyOf = (deal: Deal) => deal.currency ?? usual;
    const stageName = (deal: Deal) => pipelines.stage(deal.stageId)?.name ?? t(`deals.stage.${deal.stage}`);
    const stages = pipeline?.stages ?? [];
    const columns: GridColumn<Deal>[] = [
      {
        id: 'name',
        header: t('record.field.name'),
        width: 240,
        pinned: true,
        required: true,
        sortField: 'name',
        opens: true,
        text: (deal) => deal.name,
        edit: {
          kind: 'text',
          maxLength: 200,
          blocked,
          get: (deal) => deal.name,
          check: (value) => (value === '' ? t('record.edit.required') : null),
          set: (deal, name, silently) => changes.edit(deal, { name }, {}, voice(silently)),
        },
      },
      {
        id: 'stage',
        header: t('record.field.stageId'),
        width: 130,
        text: stageName,
        render: (deal) => stageMark(deal.stage, stageName(deal)),
        edit: {
          kind: 'pick',
          blocked,
          options: {
            name: `stages of ${pipeline?.id}`,
            all: () => stages.map(({ id, name }) => ({ id, label: name })),
          },
          placeholder: t('record.edit.find'),
          get: (deal) => deal.stageId,
          set: (deal, option, silently) => {
            const to = stages.find(({ id }) => id === option?.id);
            return to ? changes.move(deal, to, {}, voice(silently)) : undefined;
          },
        },
      },
      {
        id: 'amount',
        header: t('record.field.amount'),
        width: 140,
        align: 'end',
        sortField: 'amount',
        firstDescending: true,
        text: (deal) => (deal.amount === null ? '' : format.money(deal.amount, currencyOf(deal))),
        edit: {
          kind: 'text',
          blocked,
          get: (deal) =>
            deal.amount === null ? '' : writtenMoney(deal.amount, currencyOf(deal), format.locale),
          check: (value) =>
            value !== '' && parseMoney(value, usual, format.locale) === null ? t('money.amount.wrong') : null,
          set: (deal, value, silently) => {
            const amount = value === '' ? null : parseMoney(value, currencyOf(deal), format.locale);
            // Looked at with the usual currency only; that of the row may have fewer decimals.
            if (value !== '' && amount === null) {
              toast.failed({ title: t('money.amount.wrong') });
              return undefined;
            }
            const body = { amount, ...(deal.currency === null ? { currency: usual } : {}) };
            return changes.edit(deal, body, {}, voice(silently));
          },
        },
      },
      {
        id: 'expectedCloseDate',
        header: t('record.field.expectedCloseDate'),
        width: 130,
        sortField: 'expectedCloseDate',
        className: 'tabular-cell',
        text: (deal) =>
          deal.expectedCloseDate === null ? '' : format.date(`${deal.expectedCloseDate}T12:00:00`),
        render: (deal) =>
          deal.expectedCloseDate === null ? null : isOverdue(deal, Date.now()) ? (
            <span className="text-danger-fg">{format.date(`${deal.expectedCloseDate}T12:00:00`)}</span>
          ) : (
            format.date(`${deal.expectedCloseDate}T12:00:00`)
          ),
        title: (deal) => (isOverdue(deal, Date.now()) ? t('deals.card.overdue') : undefined),
        edit: {
          kind: 'text',
          blocked,
          date: { incomplete: t('deals.edit.date') },
          get: (deal) => deal.expectedCloseDate ?? '',
          set: (deal, value, silently) =>
            changes.edit(deal, { expectedCloseDate: value === '' ? null : value }, {}, voice(silently)),
        },
      },
      {
        id: 'customer',
        field: 'customerId',
        header: t('record.field.customerId'),
        width: 160,
        text: (deal) => deal.customer?.name ?? '',
        edit: {
          kind: 'pick',
          blocked,
          options: customerSource,
          placeholder: t('record.edit.find'),
          get: (deal) => deal.customerId,
          clear: t('deals.customer.clear'),
          set: (deal, option, silently) =>
            changes.edit(
              deal,
              { customerId: option?.id ?? null },
              { customer: option && { id: option.id, name: option.label } },
              voice(silently),
            ),
        },
      },
      {
        id: 'company',
        field: 'companyId',
        header: t('record.field.companyId'),
        width: 160,
        text: (deal) => deal.company?.name ?? '',
        edit: {
          kind: 'pick',
          blocked,
          options: sources.companies,
          placeholder: t('record.edit.find'),
          get: (deal) => deal.companyId,
          clear: t('record.company.clear'),
          set: (deal, option, silently) =>
            changes.edit(
              deal,
              { companyId: option?.id ?? null },
              { company: option && { id: option.id, name: option.label } },
              voice(silently),
            ),
        },
      },
      {
        id: 'owner',
        field: 'ownerId',
        header: t('record.field.ownerId'),
        width: 140,
        text: (deal) => (deal.ownerId === null ? (deal.ownerName ?? '') : names.member(deal.ownerId)),
        edit: {
          kind: 'pick',
          blocked,
          options: assignable,
          placeholder: t('record.owner.choose'),
          get: (deal) => deal.ownerId,
          clear: t('deals.owner.none'),
          set: (deal, option, silently) =>
            ownerAct(me, deal.ownerId, option?.id ?? null) === 'refused'
              ? undefined
              : changes.edit(deal, { ownerId: option?.id ?? null }, {}, voice(silently)),
        },
      },
      {
        id: 'probability',
        header: t('record.field.probability'),
        width: 100,
        align: 'end',
        text: (deal) => format.number(deal.probability, { style: 'percent' }),
      },
      {
        id: 'createdAt',
        header: t('record.field.createdAt'),
        width: 115,
        sortField: 'createdAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (deal) => format.date(deal.createdAt),
        title: (deal) => format.dateTime(deal.createdAt),
      },
      {
        id: 'closedAt',
        header: t('record.field.closedAt'),
        width: 115,
        optional: true,
        sortField: 'closedAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (deal) => (deal.closedAt === null ? '' : format.date(deal.closedAt)),
        title: (deal) => (deal.closedAt === null ? undefined : format.dateTime(deal.closedAt)),
      },
      {
        id: 'lostReason',
        header: t('record.field.lostReason'),
        width: 180,
        optional: true,
        text: (deal) => deal.lostReason ?? '',
      },
      {
        id: 'source',
        header: t('record.field.source'),
        width: 110,
        optional: true,
        text: (deal) => deal.source,
      },
      {
        id: 'updatedAt',
        header: t('record.field.updatedAt'),
        width: 115,
        optional: true,
        sortField: 'updatedAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (deal) => format.relativeShort(deal.updatedAt),
        title: (deal) => format.dateTime(deal.updatedAt),
      },
    ];
    return [...columns, ...own];
  }, [t, format, me, usual, names, sources, pipelines, pipeline, blockedBy, assignable, changes, own]);
}

/** Two lines for phones. */
export function useDealCard(): GridColumn<Deal> {
  const t = useT();
  const format = useFormat();
  const pipelines = usePipelines();
  return useMemo(
    () => ({
      id: 'card',
      header: t('record.field.name'),
      width: 300,
      required: true,
      opens: true,
      className: 'card plain',
      text: (deal) => deal.name,
      render: (deal) => (
        <>
          <span className="truncate">{deal.name}</span>
          <span className="tabular text-right font-normal text-muted text-xs">
            {deal.amount === null || deal.currency === null ? null : format.money(deal.amount, deal.currency)}
          </span>
          <span className="col-span-2 truncate font-normal text-muted text-xs">
            {[
              pipelines.stage(deal.stageId)?.name ?? t(`deals.stage.${deal.stage}`),
              deal.company?.name ?? deal.customer?.name,
              deal.expectedCloseDate ? format.date(`${deal.expectedCloseDate}T12:00:00`) : null,
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </>
      ),
    }),
    [t, format, pipelines],
  );
}
