import { Check, Hand, ListTodo, Play, RotateCcw } from 'lucide-react';
import type { AnchorRef, RecurrenceUnit, Task, TaskPatch, TaskStatus } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { parseWhen } from '@/lib/natural-date';
import { DrawerFrame } from '@/record/drawer-frame';
import { Moment, Section } from '@/record/drawer-parts';
import { FieldRow, InlinePick, InlineText } from '@/record/inline-fields';
import type { OpenRecord } from '@/record/list-screen';
import { isClosed, isOverdue, statuses, taskQuery } from '@/record/tasks/api';
import { recurrenceText, recurrenceUnits } from '@/record/tasks/recurrence';
import type { TaskChanges } from '@/record/tasks/use-task-changes';
import { useOpenRecord } from '@/record/use-open-record';
import { useNames, useSources } from '@/record/use-sources';
import { Avatar } from '@/ui/avatar';
import { Button } from '@/ui/button';
import { statusMark, writtenWhen } from './columns';

export interface TaskDrawerProps {
  open: OpenRecord<Task> | undefined;
  changes: TaskChanges;
  onOpenRecord: (record: AnchorRef['kind'], id: string) => void;
}

export function TaskDrawer({ open, changes, onOpenRecord }: TaskDrawerProps) {
  const t = useT();
  const { record: task, placeholder, title } = useOpenRecord(open, taskQuery);
  const closed = task !== undefined && isClosed(task);
  return (
    <DrawerFrame<'overview'>
      id={open?.id}
      title={task?.subject ?? title}
      subtitle={task ? statusMark(task.status, t(`tasks.status.${task.status}`)) : null}
      avatar={
        task ? (
          <span className="flex size-10 shrink-0 items-center justify-center rounded-lg bg-sunken text-muted">
            <ListTodo aria-hidden className="size-5" />
          </span>
        ) : null
      }
      notice={
        task === undefined ? null : (
          <div className="flex flex-wrap gap-2">
            {closed ? (
              <Button size="small" onClick={() => void changes.setStatus(task, 'pending')}>
                <RotateCcw aria-hidden className="size-4" />
                {t('tasks.action.reopen')}
              </Button>
            ) : (
              <>
                {task.assigneeId === null ? (
                  <Button size="small" variant="primary" onClick={() => void changes.claim(task)}>
                    <Hand aria-hidden className="size-4" />
                    {t('tasks.action.take')}
                  </Button>
                ) : null}
                <Button size="small" onClick={() => void changes.setStatus(task, 'done')}>
                  <Check aria-hidden className="size-4" />
                  {t('tasks.action.done')}
                </Button>
                {task.status === 'pending' ? (
                  <Button
                    size="small"
                    variant="ghost"
                    onClick={() => void changes.setStatus(task, 'in_progress')}
                  >
                    <Play aria-hidden className="size-4" />
                    {t('tasks.action.start')}
                  </Button>
                ) : null}
              </>
            )}
          </div>
        )
      }
      tab="overview"
      onTab={() => {}}
      position={open?.position}
      onPrevious={open?.previous}
      onNext={open?.next}
      onClose={() => open?.close()}
      placeholder={placeholder}
      tabs={
        task === undefined
          ? []
          : [
              {
                value: 'overview',
                label: t('record.tab.overview'),
                content: <Overview key={task.id} task={task} changes={changes} onOpenRecord={onOpenRecord} />,
              },
            ]
      }
    />
  );
}

interface OverviewProps {
  task: Task;
  changes: TaskChanges;
  onOpenRecord: TaskDrawerProps['onOpenRecord'];
}

function Overview({ task, changes, onOpenRecord }: OverviewProps) {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  const { members } = useSources();
  const edit = (body: TaskPatch) => changes.edit(task, body);
  const when = (text: string) => parseWhen(text, new Date(), format.locale);
  const overdue = isOverdue(task, Date.now());
  const person = (id: string | null) =>
    id === null ? null : (
      <span className="flex items-center gap-1.5">
        <Avatar name={names.member(id)} />
        <span className="truncate">{names.member(id)}</span>
      </span>
    );
  const { anchor } = task;
  return (
    <div className="flex flex-col gap-5 p-4">
      <Section title={t('tasks.overview.task')}>
        <dl className="flex flex-col gap-0.5">
          <InlineText
            label={t('record.field.subject')}
            value={task.subject}
            maxLength={300}
            required={t('tasks.new.needed')}
            onSave={(subject) => edit({ subject: subject ?? '' })}
          />
          <InlinePick
            label={t('record.field.status')}
            value={task.status}
            source={{
              name: 'task statuses',
              all: () => statuses.map((id) => ({ id, label: t(`tasks.status.${id}`) })),
            }}
            onSave={(option) => option && void changes.setStatus(task, option.id as TaskStatus)}
          >
            {statusMark(task.status, t(`tasks.status.${task.status}`))}
          </InlinePick>
          <InlineText
            label={t('record.field.dueAt')}
            value={task.dueAt === null ? null : writtenWhen(task.dueAt)}
            check={(text) => (when(text) === null ? t('tasks.when.wrong') : null)}
            onSave={(text) => edit({ dueAt: text === null ? null : (when(text)?.toISOString() ?? null) })}
          >
            <span className={overdue ? 'tabular font-medium text-danger-fg' : 'tabular'}>
              {task.dueAt === null
                ? null
                : overdue
                  ? t('tasks.due.overdue', { when: format.dateTime(task.dueAt) })
                  : format.dateTime(task.dueAt)}
            </span>
          </InlineText>
          <InlinePick
            label={t('record.field.assigneeId')}
            value={task.assigneeId}
            source={members}
            clear={t('tasks.assignee.pool')}
            onSave={(option) => void edit({ assigneeId: option?.id ?? null })}
          >
            {person(task.assigneeId)}
          </InlinePick>
          <InlinePick
            label={t('record.field.recurrence')}
            value={task.recurrence?.unit ?? null}
            source={{
              name: 'recurrences',
              all: () =>
                recurrenceUnits.map((id) => ({ id, label: t(`tasks.recurrence.${id}`, { count: 1 }) })),
            }}
            clear={t('tasks.recurrence.clear')}
            onSave={(option) =>
              void edit({ recurrence: option && { every: 1, unit: option.id as RecurrenceUnit } })
            }
          >
            {recurrenceText(t, task.recurrence)}
          </InlinePick>
          <FieldRow label={t('record.field.anchor')}>
            {anchor === null ? (
              <span className="text-faint">–</span>
            ) : (
              <button
                type="button"
                aria-label={t('tasks.about.open', { name: anchor.name })}
                className="focus-inset flex h-6 min-w-0 items-center gap-1.5 rounded-sm border border-line bg-surface px-1.5 font-medium text-xs hover:bg-hover"
                onClick={() => onOpenRecord(anchor.kind, anchor.id)}
              >
                <span className="shrink-0 text-muted">{t(`tasks.anchor.${anchor.kind}`)}</span>
                <span className="truncate">{anchor.name}</span>
              </button>
            )}
          </FieldRow>
          <InlineText
            label={t('record.field.description')}
            value={task.description}
            maxLength={20_000}
            onSave={(description) => edit({ description })}
          />
        </dl>
      </Section>
      <Section title={t('tasks.overview.record')}>
        <dl className="flex flex-col">
          <FieldRow label={t('record.field.createdAt')}>
            <span className="flex flex-wrap items-center gap-x-2">
              <Moment value={task.createdAt} />
              {person(task.createdById)}
            </span>
          </FieldRow>
          <FieldRow label={t('record.field.completedAt')}>
            <Moment value={task.completedAt} />
          </FieldRow>
        </dl>
      </Section>
    </div>
  );
}
