import { useMemo } from 'react';
import type { Task, TaskStatus } from '@/api/types';
import type { GridColumn } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { parseWhen } from '@/lib/natural-date';
import { isClosed, isOverdue, statuses } from '@/record/tasks/api';
import { recurrenceText } from '@/record/tasks/recurrence';
import type { TaskChanges } from '@/record/tasks/use-task-changes';
import { voice } from '@/record/use-run-change';
import { useNames, useSources } from '@/record/use-sources';
import { toneStyle } from '@/ui/badge';

const tones = { pending: 'gray', in_progress: 'blue', done: 'green', canceled: 'outline' } as const;

/** The status as a coloured word, in one element. */
export function statusMark(status: TaskStatus, label: string) {
  return (
    <span className={`rounded-sm px-1.5 font-medium text-xs leading-5 ${toneStyle[tones[status]]}`}>
      {label}
    </span>
  );
}

export function useTaskColumns(changes: TaskChanges): readonly GridColumn<Task>[] {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  const { members } = useSources();

  return useMemo(() => {
    const due = (task: Task) =>
      task.dueAt === null
        ? ''
        : isOverdue(task, Date.now())
          ? t('tasks.due.overdue', { when: format.dateTime(task.dueAt) })
          : format.dateTime(task.dueAt);
    const columns: GridColumn<Task>[] = [
      {
        id: 'subject',
        header: t('record.field.subject'),
        width: 320,
        pinned: true,
        required: true,
        sortField: 'subject',
        opens: true,
        text: (task) => task.subject,
        render: (task) =>
          isClosed(task) ? <span className="text-muted line-through">{task.subject}</span> : task.subject,
        edit: {
          kind: 'text',
          maxLength: 300,
          get: (task) => task.subject,
          check: (value) => (value === '' ? t('tasks.new.needed') : null),
          set: (task, subject, silently) => changes.edit(task, { subject }, {}, voice(silently)),
        },
      },
      {
        id: 'dueAt',
        header: t('record.field.dueAt'),
        width: 250,
        sortField: 'dueAt',
        className: 'tabular-cell',
        text: due,
        render: (task) =>
          isOverdue(task, Date.now()) ? (
            <span className="font-medium text-danger-fg">{due(task)}</span>
          ) : (
            due(task)
          ),
        edit: {
          kind: 'text',
          get: (task) => (task.dueAt === null ? '' : writtenWhen(task.dueAt)),
          check: (value) =>
            value !== '' && parseWhen(value, new Date(), format.locale) === null
              ? t('tasks.when.wrong')
              : null,
          set: (task, value, silently) =>
            changes.edit(
              task,
              { dueAt: parseWhen(value, new Date(), format.locale)?.toISOString() ?? null },
              {},
              voice(silently),
            ),
        },
      },
      {
        id: 'anchor',
        header: t('record.field.anchor'),
        width: 220,
        text: (task) => task.anchor?.name ?? '',
        title: (task) =>
          task.anchor ? t(`tasks.about.${task.anchor.kind}`, { name: task.anchor.name }) : undefined,
        render: (task) =>
          task.anchor === null ? null : (
            <>
              <span className="text-muted">{t(`tasks.anchor.${task.anchor.kind}`)} · </span>
              {task.anchor.name}
            </>
          ),
      },
      {
        id: 'assignee',
        field: 'assigneeId',
        header: t('record.field.assigneeId'),
        width: 160,
        text: (task) =>
          task.assigneeId === null ? t('tasks.assignee.poolShort') : names.member(task.assigneeId),
        render: (task) =>
          task.assigneeId === null ? (
            <span className="text-muted">{t('tasks.assignee.poolShort')}</span>
          ) : (
            names.member(task.assigneeId)
          ),
        edit: {
          kind: 'pick',
          options: members,
          placeholder: t('record.owner.choose'),
          get: (task) => task.assigneeId,
          clear: t('tasks.assignee.pool'),
          set: (task, option, silently) =>
            changes.edit(task, { assigneeId: option?.id ?? null }, {}, voice(silently)),
        },
      },
      {
        id: 'status',
        header: t('record.field.status'),
        width: 120,
        text: (task) => t(`tasks.status.${task.status}`),
        render: (task) => statusMark(task.status, t(`tasks.status.${task.status}`)),
        edit: {
          kind: 'pick',
          options: {
            name: 'task status editor',
            all: () => statuses.map((id) => ({ id, label: t(`tasks.status.${id}`) })),
          },
          placeholder: t('record.edit.find'),
          get: (task) => task.status,
          set: (task, option, silently) =>
            option === null ? undefined : changes.setStatus(task, option.id as TaskStatus, voice(silently)),
        },
      },
      {
        id: 'recurrence',
        header: t('record.field.recurrence'),
        width: 140,
        text: (task) => recurrenceText(t, task.recurrence),
      },
      {
        id: 'createdAt',
        header: t('record.field.createdAt'),
        width: 115,
        optional: true,
        sortField: 'createdAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (task) => format.date(task.createdAt),
        title: (task) => format.dateTime(task.createdAt),
      },
      {
        id: 'completedAt',
        header: t('record.field.completedAt'),
        width: 115,
        optional: true,
        sortField: 'completedAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (task) => (task.completedAt === null ? '' : format.date(task.completedAt)),
        title: (task) => (task.completedAt === null ? undefined : format.dateTime(task.completedAt)),
      },
    ];
    return columns;
  }, [t, format, names, members, changes]);
}

/** A time as it is edited: the day and the clock, which `parseWhen` reads again. */
export function writtenWhen(at: string): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Two lines for phones. */
export function useTaskCard(): GridColumn<Task> {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  return useMemo(
    () => ({
      id: 'card',
      header: t('record.field.subject'),
      width: 300,
      required: true,
      opens: true,
      className: 'card plain',
      text: (task) => task.subject,
      render: (task) => {
        const overdue = isOverdue(task, Date.now());
        return (
          <>
            <span className={isClosed(task) ? 'truncate text-muted line-through' : 'truncate'}>
              {task.subject}
            </span>
            <span className="text-right font-normal text-muted text-xs">
              {t(`tasks.status.${task.status}`)}
            </span>
            <span className="col-span-2 truncate font-normal text-muted text-xs">
              {task.dueAt === null ? null : (
                <span className={overdue ? 'font-medium text-danger-fg' : undefined}>
                  {overdue
                    ? t('tasks.due.overdue', { when: format.dateTime(task.dueAt) })
                    : format.dateTime(task.dueAt)}
                </span>
              )}
              {[
                '',
                task.anchor?.name,
                task.assigneeId === null ? t('tasks.assignee.poolShort') : names.member(task.assigneeId),
              ]
                .filter((part) => part !== undefined)
                .join(' · ')
                .replace(/^ · /, task.dueAt === null ? '' : ' · ')}
            </span>
          </>
        );
      },
    }),
    [t, format, names],
  );
}
