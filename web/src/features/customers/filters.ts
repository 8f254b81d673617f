import { useMemo } from 'react';
import { useMe, useSegments } from '@/api/bootstrap';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { archivedFilter, ownerFilter } from '@/record/shared-filters';
import { useNames, useSources } from '@/record/use-sources';
import type { QuickFilter } from '@/rules/quick-filters';
import { customerFilterKeys } from './filter-keys';

/** The quick filters of the customers table. */
export function useCustomerFilters(): readonly QuickFilter[] {
  const t = useT();
  const format = useFormat();
  const sources = useSources();
  const names = useNames();
  const me = useMe();
  const segments = useSegments();
  return useMemo(() => {
    const kinds = ['manual', 'import', 'api', 'inbox', 'form'] as const;
    const filters: Record<(typeof customerFilterKeys)[number], QuickFilter> = {
      owner: ownerFilter({
        t,
        names,
        sources,
        me: me.id,
        field: 'claimedById',
        nobody: t('record.owner.none'),
      }),
      tags: {
        key: 'tags',
        label: t('record.field.tags'),
        kind: 'choice',
        field: 'tags',
        op: 'has_any',
        source: sources.tags,
        nameOf: (name) => name,
      },
      segment: {
        key: 'segment',
        label: t('record.field.segments'),
        kind: 'choice',
        field: 'segments',
        op: 'has_any',
        uncounted: true,
        source: {
          name: 'segment filter',
          all: () => segments.map(({ id, name }) => ({ id, label: name })),
        },
        nameOf: (id) => segments.find((segment) => segment.id === id)?.name ?? t('record.segment.gone'),
      },
      company: { key: 'company', label: t('record.field.companyId'), kind: 'text', field: 'company.name' },
      country: {
        key: 'country',
        label: t('record.field.country'),
        kind: 'choice',
        field: 'country',
        op: 'in',
        source: sources.countries,
        nameOf: format.country,
      },
      language: {
        key: 'language',
        label: t('record.field.language'),
        kind: 'choice',
        field: 'language',
        op: 'in',
        source: sources.languages,
        nameOf: format.language,
      },
      created: { key: 'created', label: t('record.field.createdAt'), kind: 'time', field: 'createdAt' },
      active: {
        key: 'active',
        label: t('record.field.lastActivityAt'),
        kind: 'time',
        field: 'lastActivityAt',
      },
      inbound: {
        key: 'inbound',
        label: t('customers.filter.inbound'),
        kind: 'switch',
        options: [
          {
            value: 'yes',
            label: t('customers.filter.inboundYes'),
            filter: { field: 'lastInboundAt', op: 'not_empty' },
          },
          {
            value: 'no',
            label: t('customers.filter.inboundNo'),
            filter: { field: 'lastInboundAt', op: 'empty' },
          },
        ],
      },
      source: {
        key: 'source',
        label: t('record.field.source'),
        kind: 'choice',
        field: 'source',
        op: 'in',
        source: {
          name: 'source filter',
          all: () => kinds.map((kind) => ({ id: kind, label: t(`record.source.${kind}`) })),
        },
        nameOf: (id) => {
          const kind = kinds.find((each) => each === id);
          return kind ? t(`record.source.${kind}`) : id;
        },
      },
      archived: archivedFilter(t),
    };
    return customerFilterKeys.map((key) => filters[key]);
  }, [t, format, sources, names, me.id, segments]);
}
