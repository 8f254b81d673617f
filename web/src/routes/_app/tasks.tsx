import { createFileRoute } from '@tanstack/react-router';
import { taskParamKeys } from '@/features/tasks/filter-keys';
import { TasksScreen } from '@/features/tasks/tasks-screen';
import { loadLateTexts } from '@/i18n/setup';
import { readParams } from '@/record/list-search-params';

const addresses = { customer: '/crm/customers', company: '/crm/companies', deal: '/crm/deals' } as const;

export const Route = createFileRoute('/_app/tasks')({
  validateSearch: (raw: Record<string, unknown>) => readParams(raw, taskParamKeys),
  loader: loadLateTexts,
  component: TasksRoute,
});

function TasksRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <TasksScreen
      params={params}
      onParams={(change, replace) =>
        void navigate({
          search: (before) => ({ ...before, ...change }),
          replace,
          // The form for a new record has asked, or is saved, when it closes itself.
          ignoreBlocker: 'new' in change,
        })
      }
      onOpenRecord={(record, id) => void navigate({ to: addresses[record], search: { open: id } })}
    />
  );
}
