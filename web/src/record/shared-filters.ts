import type { PickSource } from '@/grid/types';
import type { useT } from '@/i18n/use-t';
import type { QuickFilter } from '@/rules/quick-filters';
import type { useNames, useSources } from './use-sources';

interface OwnerFilterOptions {
  t: ReturnType<typeof useT>;
  names: ReturnType<typeof useNames>;
  sources: ReturnType<typeof useSources>;
  /** Who asks. */
  me: string;
  /** Field that holds the owner, which is also what the filter is called. */
  field: 'claimedById' | 'ownerId';
  /** How records without an owner are called. */
  nobody: string;
}

/** Whose records: mine, nobody's, or those of certain members. */
export function ownerFilter({ t, names, sources, me, field, nobody }: OwnerFilterOptions): QuickFilter {
  const special: Record<string, string> = { me: t('record.filter.mine'), none: nobody };
  const source: PickSource = {
    name: 'owner filter',
    all: () => [...Object.entries(special).map(([id, label]) => ({ id, label })), ...sources.members.all()],
  };
  return {
    key: 'owner',
    label: t(`record.field.${field}`),
    kind: 'choice',
    field,
    op: 'in',
    source,
    nameOf: (id) => special[id] ?? names.member(id),
    standsFor: (id) => (id === 'none' ? null : id === 'me' ? me : id),
    special: {
      me: { field, op: 'eq', value: 'me' },
      none: { field, op: 'empty' },
    },
  };
}

/** Lists leave archived records out unless they are asked for. */
export function archivedFilter(t: ReturnType<typeof useT>): QuickFilter {
  const archived = (value: boolean) => ({ field: 'archived', op: 'is', value });
  return {
    key: 'archived',
    label: t('record.field.archivedAt'),
    kind: 'switch',
    options: [
      { value: 'only', label: t('record.filter.archivedOnly'), filter: archived(true) },
      {
        value: 'all',
        label: t('record.filter.archivedToo'),
        filter: { or: [archived(true), archived(false)] },
      },
    ],
  };
}
