import { useQuery } from '@tanstack/react-query';
import { ListTodo, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { AnchorRef, Task } from '@/api/types';
import { withLateTexts } from '@/i18n/setup';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { ConflictHost } from '@/record/conflict-dialog';
import { ListScreen } from '@/record/list-screen';
import type { ChangeParams, ListSearchParams } from '@/record/list-search-params';
import { waitingQuery } from '@/record/tasks/api';
import type { NewTaskDialogProps } from '@/record/tasks/new-task-dialog';
import { useTaskChanges } from '@/record/tasks/use-task-changes';
import { Button } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { toast } from '@/ui/toast';
import {
  countTasks,
  DEFAULT_SORT,
  fetchStatusFacet,
  fetchTasks,
  filterOf,
  type Show,
  SURE_FIELDS,
  shows,
} from './api';
import { useTaskCard, useTaskColumns } from './columns';
import type { taskParamKeys } from './filter-keys';
import { useTaskFilters } from './filters';
import { TaskSelection } from './selection-actions';
import type { TaskDrawerProps } from './task-drawer';

const TaskDrawer = deferComponent<TaskDrawerProps>(
  () => withLateTexts(async () => (await import('./task-drawer')).TaskDrawer),
  ({ open }) => open !== undefined,
);
const NewTaskDialog = deferComponent<NewTaskDialogProps>(
  () => withLateTexts(async () => (await import('@/record/tasks/new-task-dialog')).NewTaskDialog),
  ({ open }) => open,
);

interface TasksScreenProps {
  params: ListSearchParams<(typeof taskParamKeys)[number]>;
  onParams: ChangeParams;
  onOpenRecord: (record: AnchorRef['kind'], id: string) => void;
}

export function TasksScreen({ params, onParams, onOpenRecord }: TasksScreenProps) {
  const t = useT();
  const { org } = useBootstrap();
  const changes = useTaskChanges();
  const columns = useTaskColumns(changes);
  const card = useTaskCard();
  const filters = useTaskFilters();
  const show: Show = shows.find((each) => each === params.show) ?? 'my';
  // Until the page is opened anew today is the day on which it was opened.
  const within = useMemo(() => filterOf(show, org.timezone, Date.now()), [show, org.timezone]);
  const openNew = () => onParams({ new: true });
  return (
    <>
      <ListScreen<Task>
        name="tasks"
        record="task"
        title={t('nav.tasks.label')}
        within={within}
        intro={<Shows show={show} onShow={(next) => onParams({ show: next === 'my' ? undefined : next })} />}
        searchLabel={t('tasks.page.search')}
        columns={columns}
        card={card}
        filters={filters}
        params={params}
        onParams={onParams}
        defaultSort={DEFAULT_SORT}
        sureFields={SURE_FIELDS}
        fetchPage={fetchTasks}
        fetchCount={countTasks}
        fetchFacet={fetchStatusFacet}
        rowLabel={(task) => task.subject}
        rowCommands={(current) => [
          {
            id: 'task.done',
            group: 'record',
            label: 'command.task.done',
            keys: 'd',
            run: () => {
              const task = current();
              if (task) void changes.toggle(task);
            },
          },
          {
            id: 'task.claim',
            group: 'record',
            label: 'command.task.claim',
            keys: 'l',
            run: () => {
              const task = current();
              if (task === undefined) return;
              if (task.assigneeId === null) void changes.claim(task);
              else toast.failed({ title: t('tasks.claim.notPool') });
            },
          },
          {
            id: 'task.snooze',
            group: 'record',
            label: 'command.task.snooze',
            keys: 'z',
            run: () => {
              const task = current();
              if (task) void changes.snooze(task);
            },
          },
        ]}
        headerActions={
          <Button variant="primary" size="small" onClick={openNew}>
            <Plus aria-hidden className="size-4" />
            {t('tasks.action.new')}
          </Button>
        }
        selectionActions={(about) => <TaskSelection {...about} />}
        emptyState={
          <EmptyState
            className="pt-[8vh]"
            icon={ListTodo}
            title={t(`tasks.empty.${show}`)}
            description={t(`tasks.empty.${show}Hint`)}
            actions={
              <>
                <Button variant="primary" onClick={openNew}>
                  <Plus aria-hidden className="size-4" />
                  {t('tasks.action.new')}
                </Button>
                {show === 'my' ? (
                  <Button onClick={() => onParams({ show: 'pool' })}>{t('tasks.show.pool')}</Button>
                ) : null}
              </>
            }
          />
        }
        drawer={(open) => <TaskDrawer open={open} changes={changes} onOpenRecord={onOpenRecord} />}
      />
      <NewTaskDialog
        open={params.new === true}
        onClose={() => onParams({ new: undefined }, true)}
        onCreated={() => onParams({ new: undefined }, true)}
      />
      <ConflictHost />
    </>
  );
}

/** Whose tasks are shown, each choice with how many wait there. */
function Shows({ show, onShow }: { show: Show; onShow: (show: Show) => void }) {
  const t = useT();
  const format = useFormat();
  const { data } = useQuery(waitingQuery);
  return (
    <fieldset
      aria-label={t('tasks.show.label')}
      className="flex shrink-0 gap-1 overflow-x-auto border-line border-b px-3 [scrollbar-width:none] sm:px-4"
    >
      {shows.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={show === each}
          className={cn(
            'focus-inset flex h-9 shrink-0 items-center gap-1.5 border-b-2 px-2 font-medium text-sm hover:text-fg pointer-coarse:h-11',
            show === each ? 'border-accent-fg text-fg' : 'border-transparent text-muted',
          )}
          onClick={() => onShow(each)}
        >
          {t(`tasks.show.${each}`)}
          {each === 'all' || data === undefined ? null : (
            <span
              className={cn(
                'tabular text-xs',
                each === 'overdue' && data.overdue > 0 ? 'font-medium text-danger-fg' : 'text-faint',
              )}
            >
              {format.number(data[each])}
            </span>
          )}
        </button>
      ))}
    </fieldset>
  );
}
