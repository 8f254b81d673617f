import { useMemo } from 'react';
import { useMe } from '@/api/bootstrap';
import type { DealStage } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { archivedFilter, ownerFilter } from '@/record/shared-filters';
import { useNames, useSources } from '@/record/use-sources';
import type { ChoiceFilter, QuickFilter } from '@/rules/quick-filters';
import { meanings } from './api';
import { dealFilterKeys } from './filter-keys';

const sources = ['manual', 'import', 'api'] as const;

/** The quick filters of deals. */
export function useDealFilters(): readonly QuickFilter[] {
  const t = useT();
  const picks = useSources();
  const names = useNames();
  const me = useMe();
  return useMemo(() => {
    const nobody = t('deals.filter.unowned');
    const filters: Record<(typeof dealFilterKeys)[number], QuickFilter> = {
      owner: {
        ...(ownerFilter({ t, names, sources: picks, me: me.id, field: 'ownerId', nobody }) as ChoiceFilter),
        uncounted: true,
      },
      stage: {
        key: 'stage',
        label: t('record.field.stage'),
        kind: 'choice',
        field: 'stage',
        op: 'in',
        source: {
          name: 'deal stages',
          all: () => meanings.map((id) => ({ id, label: t(`deals.stage.${id}`) })),
        },
        nameOf: (id) => t(`deals.stage.${id as DealStage}`),
      },
      close: {
        key: 'close',
        label: t('record.field.expectedCloseDate'),
        kind: 'time',
        field: 'expectedCloseDate',
        days: true,
      },
      customer: {
        key: 'customer',
        label: t('record.field.customerId'),
        kind: 'text',
        field: 'customer.name',
      },
      company: { key: 'company', label: t('record.field.companyId'), kind: 'text', field: 'company.name' },
      source: {
        key: 'source',
        label: t('record.field.source'),
        kind: 'choice',
        field: 'source',
        op: 'in',
        uncounted: true,
        source: {
          name: 'deal sources',
          all: () => sources.map((id) => ({ id, label: t(`record.source.${id}`) })),
        },
        nameOf: (id) =>
          sources.some((known) => known === id) ? t(`record.source.${id as (typeof sources)[number]}`) : id,
      },
      created: { key: 'created', label: t('record.field.createdAt'), kind: 'time', field: 'createdAt' },
      archived: archivedFilter(t),
    };
    return dealFilterKeys.map((key) => filters[key]);
  }, [t, picks, names, me.id]);
}
