import { useQuery } from '@tanstack/react-query';
import { Plus, Repeat } from 'lucide-react';
import { useState } from 'react';
import { errorText } from '@/api/error-text';
import type { AnchorRef, Task } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { deferComponent } from '@/ui/deferred';
import { Skeleton } from '@/ui/skeleton';
import { Section } from '../drawer-parts';
import { useNames } from '../use-sources';
import { isClosed, isOverdue, tasksOfQuery } from './api';
import type { NewTaskDialogProps } from './new-task-dialog';
import { recurrenceText } from './recurrence';
import { useTaskChanges } from './use-task-changes';

const NewTaskDialog = deferComponent<NewTaskDialogProps>(
  async () => (await import('./new-task-dialog')).NewTaskDialog,
  ({ open }) => open,
);

export interface TasksOfProps {
  anchor: AnchorRef;
  onOpen: (id: string) => void;
}

/** The tasks about a record, in its drawer: those to be done first, then those that are closed. */
export function TasksOf({ anchor, onOpen }: TasksOfProps) {
  const t = useT();
  const { data, isPending, isError, error, refetch } = useQuery(tasksOfQuery(anchor));
  const changes = useTaskChanges();
  const [adding, setAdding] = useState(false);
  const tasks = data?.items ?? [];
  const open = tasks.filter((task) => !isClosed(task));
  const closed = tasks.filter(isClosed);
  return (
    <Section title={t('nav.tasks.label')}>
      {isPending ? (
        <Skeleton className="h-9" />
      ) : isError ? (
        <p role="alert" className="flex items-center gap-2 text-danger-fg text-sm">
          {errorText(error)}
          <Button size="small" onClick={() => void refetch()}>
            {t('common.action.retry')}
          </Button>
        </p>
      ) : tasks.length === 0 ? (
        <p className="text-muted text-sm">{t('tasks.of.empty')}</p>
      ) : (
        <ul aria-label={t('nav.tasks.label')} className="-mx-2 flex flex-col">
          {[...open, ...closed].map((task) => (
            <TaskLine
              key={task.id}
              task={task}
              onToggle={() => void changes.toggle(task)}
              onOpen={() => onOpen(task.id)}
            />
          ))}
        </ul>
      )}
      <Button variant="ghost" size="small" className="-ml-2 w-fit" onClick={() => setAdding(true)}>
        <Plus aria-hidden className="size-4" />
        {t('tasks.action.new')}
      </Button>
      <NewTaskDialog
        open={adding}
        anchor={anchor}
        onClose={() => setAdding(false)}
        onCreated={() => setAdding(false)}
      />
    </Section>
  );
}

function TaskLine({ task, onToggle, onOpen }: { task: Task; onToggle: () => void; onOpen: () => void }) {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  const done = isClosed(task);
  const overdue = isOverdue(task, Date.now());
  return (
    <li className="flex min-h-11 items-center gap-2 rounded-md px-2 hover:bg-hover">
      <Checkbox
        aria-label={t(done ? 'tasks.action.undoOf' : 'tasks.action.doneOf', { task: task.subject })}
        checked={done}
        onCheckedChange={onToggle}
      />
      <button type="button" className="focus-inset min-w-0 flex-1 rounded-md py-1 text-left" onClick={onOpen}>
        <span className={cn('block truncate font-medium text-sm', done && 'text-muted line-through')}>
          {task.subject}
        </span>
        <span className="flex items-center gap-1.5 text-muted text-xs">
          <span className={cn('tabular', overdue && 'font-medium text-danger-fg')}>
            {task.dueAt === null
              ? t('tasks.due.none')
              : overdue
                ? t('tasks.due.overdue', { when: format.dateTime(task.dueAt) })
                : format.dateTime(task.dueAt)}
          </span>
          <span className="truncate">
            · {task.assigneeId === null ? t('tasks.assignee.pool') : names.member(task.assigneeId)}
          </span>
          {task.recurrence ? (
            <Repeat aria-label={recurrenceText(t, task.recurrence)} className="size-3 shrink-0" />
          ) : null}
        </span>
      </button>
    </li>
  );
}
