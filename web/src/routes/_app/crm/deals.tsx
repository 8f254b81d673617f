import { createFileRoute } from '@tanstack/react-router';
import { DealsScreen } from '@/features/deals/deals-screen';
import { dealParamKeys } from '@/features/deals/filter-keys';
import { loadLateTexts } from '@/i18n/setup';
import { readParams } from '@/record/list-search-params';

const addresses = { customer: '/crm/customers', company: '/crm/companies', task: '/tasks' } as const;

export const Route = createFileRoute('/_app/crm/deals')({
  validateSearch: (raw: Record<string, unknown>) => readParams(raw, dealParamKeys),
  loader: loadLateTexts,
  component: DealsRoute,
});

function DealsRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <DealsScreen
      params={params}
      onParams={(change, replace) =>
        void navigate({
          search: (before) => ({ ...before, ...change }),
          replace,
          // The form for a new record has asked, or is saved, when it closes itself.
          ignoreBlocker: 'new' in change,
        })
      }
      onOpenRecord={(record, id) =>
        void navigate({
          to: addresses[record],
          search: { open: id, ...(record === 'task' ? { show: 'all' } : {}) },
        })
      }
    />
  );
}
