import { useMemo } from 'react';
import { useMe } from '@/api/bootstrap';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { archivedFilter, ownerFilter } from '@/record/shared-filters';
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
  const me = useMe();
  return useMemo(() => {
    const filters: Record<(typeof companyFilterKeys)[number], QuickFilter> = {
      owner: ownerFilter({
        t,
        names,
        sources,
        me: me.id,
        field: 'ownerId',
        nobody: t('companies.filter.unowned'),
      }),
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
      archived: archivedFilter(t),
    };
    return companyFilterKeys.map((key) => filters[key]);
  }, [t, format, sources, names, me.id]);
}
