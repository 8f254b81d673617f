import { useMemo } from 'react';
import type { PickSource } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { useNames, useSources } from '@/record/use-sources';
import type { QuickFilter } from '@/rules/quick-filters';
import { companyFilterKeys } from './filter-keys';
import { sizeBands } from './size-bands';

/** The quick filters of the companies table. */
export function useCompanyFilters(): readonly QuickFilter[] {
  const t = useT();
  const format = useFormat();
  const sources = useSources();
  const names = useNames();
  return useMemo(() => {
    const owners: PickSource = {
      name: 'company owner filter',
      all: () => [
        { id: 'me', label: t('companies.filter.mine') },
        { id: 'none', label: t('companies.filter.unowned') },
        ...('all' in sources.members ? sources.members.all() : []),
      ],
    };
    const filters: Record<(typeof companyFilterKeys)[number], QuickFilter> = {
      owner: {
        key: 'owner',
        label: t('record.field.ownerId'),
        kind: 'choice',
        field: 'ownerId',
        op: 'in',
        source: owners,
        nameOf: (id) =>
          id === 'me'
            ? t('companies.filter.mine')
            : id === 'none'
              ? t('companies.filter.unowned')
              : names.member(id),
        special: {
          me: { field: 'ownerId', op: 'eq', value: 'me' },
          none: { field: 'ownerId', op: 'empty' },
        },
      },
      industry: { key: 'industry', label: t('record.field.industry'), kind: 'text', field: 'industry' },
      size: {
        key: 'size',
        label: t('record.field.sizeBand'),
        kind: 'choice',
        field: 'sizeBand',
        op: 'in',
        source: { name: 'size filter', all: () => sizeBands.map((band) => ({ id: band, label: band })) },
        nameOf: (band) => band,
      },
      country: {
        key: 'country',
        label: t('record.field.country'),
        kind: 'choice',
        field: 'country',
        op: 'in',
        source: sources.countries,
        nameOf: format.country,
      },
      city: { key: 'city', label: t('record.field.city'), kind: 'text', field: 'city' },
      domain: { key: 'domain', label: t('companies.filter.domain'), kind: 'text', field: 'domains' },
      created: { key: 'created', label: t('record.field.createdAt'), kind: 'time', field: 'createdAt' },
      archived: {
        key: 'archived',
        label: t('record.field.archivedAt'),
        kind: 'switch',
        options: [
          {
            value: 'only',
            label: t('companies.filter.archivedOnly'),
            filter: { field: 'archived', op: 'is', value: true },
          },
          {
            value: 'all',
            label: t('companies.filter.archivedToo'),
            filter: {
              or: [
                { field: 'archived', op: 'is', value: true },
                { field: 'archived', op: 'is', value: false },
              ],
            },
          },
        ],
      },
    };
    return companyFilterKeys.map((key) => filters[key]);
  }, [t, format, sources, names]);
}
