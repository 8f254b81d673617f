import { useMemo } from 'react';
import { useMe } from '@/api/bootstrap';
import type { TaskStatus } from '@/api/types';
import type { PickSource } from '@/grid/types';
import { useT } from '@/i18n/use-t';
import { statuses } from '@/record/tasks/api';
import { useNames, useSources } from '@/record/use-sources';
import type { QuickFilter } from '@/rules/quick-filters';
import { taskFilterKeys } from './filter-keys';

/** The quick filters of tasks. */
export function useTaskFilters(): readonly QuickFilter[] {
  const t = useT();
  const { members } = useSources();
  const names = useNames();
  const me = useMe();
  return useMemo(() => {
    const special: Record<string, string> = { me: t('record.filter.mine'), none: t('tasks.filter.pool') };
    const people: PickSource = {
      name: 'assignee filter',
      all: () => [...Object.entries(special).map(([id, label]) => ({ id, label })), ...members.all()],
    };
    const filters: Record<(typeof taskFilterKeys)[number], QuickFilter> = {
      status: {
        key: 'status',
        label: t('record.field.status'),
        kind: 'choice',
        field: 'status',
        op: 'in',
        source: {
          name: 'task statuses',
          all: () => statuses.map((id) => ({ id, label: t(`tasks.status.${id}`) })),
        },
        nameOf: (id) => t(`tasks.status.${id as TaskStatus}`),
      },
      assignee: {
        key: 'assignee',
        label: t('record.field.assigneeId'),
        kind: 'choice',
        field: 'assigneeId',
        op: 'in',
        uncounted: true,
        source: people,
        nameOf: (id) => special[id] ?? names.member(id),
        standsFor: (id) => (id === 'none' ? null : id === 'me' ? me.id : id),
        special: {
          me: { field: 'assigneeId', op: 'eq', value: 'me' },
          none: { field: 'assigneeId', op: 'empty' },
        },
      },
      due: { key: 'due', label: t('record.field.dueAt'), kind: 'time', field: 'dueAt' },
      created: { key: 'created', label: t('record.field.createdAt'), kind: 'time', field: 'createdAt' },
    };
    return taskFilterKeys.map((key) => filters[key]);
  }, [t, members, names, me.id]);
}
