import { useMemo } from 'react';
import { useMe } from '@/api/bootstrap';
import type { ProductStatus } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { archivedFilter, ownerFilter } from '@/record/shared-filters';
import { useNames, useSources } from '@/record/use-sources';
import type { ChoiceFilter, QuickFilter } from '@/rules/quick-filters';
import type { productFilterKeys } from './filter-keys';

/** Archived ones are found by a filter of their own. */
export const livingStatuses = ['active', 'draft'] as const satisfies readonly ProductStatus[];

/** The quick filters of the products table. */
export function useProductFilters(): readonly QuickFilter[] {
  const t = useT();
  const sources = useSources();
  const names = useNames();
  const me = useMe();
  return useMemo(() => {
    const nobody = t('products.filter.unowned');
    const filters: Record<(typeof productFilterKeys)[number], QuickFilter> = {
      status: {
        key: 'status',
        label: t('record.field.status'),
        kind: 'choice',
        field: 'status',
        op: 'in',
        uncounted: true,
        source: {
          name: 'product statuses',
          all: () => livingStatuses.map((id) => ({ id, label: t(`products.status.${id}`) })),
        },
        nameOf: (id) => t(`products.status.${id as ProductStatus}`),
      },
      owner: {
        ...(ownerFilter({ t, names, sources, me: me.id, field: 'ownerId', nobody }) as ChoiceFilter),
        uncounted: true,
      },
      created: { key: 'created', label: t('record.field.createdAt'), kind: 'time', field: 'createdAt' },
      archived: archivedFilter(t),
    };
    return Object.values(filters);
  }, [t, sources, names, me.id]);
}
