import { createFileRoute } from '@tanstack/react-router';
import { CompaniesScreen } from '@/features/companies/companies-screen';
import { companyFilterKeys } from '@/features/companies/filter-keys';
import { readParams } from '@/record/list-search-params';

export const Route = createFileRoute('/_app/crm/companies')({
  validateSearch: (raw: Record<string, unknown>) => readParams(raw, companyFilterKeys),
  component: CompaniesRoute,
});

function CompaniesRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <CompaniesScreen
      params={params}
      onParams={(change, replace) =>
        void navigate({
          search: (before) => ({ ...before, ...change }),
          replace,
          // The form for a new record has asked, or is saved, when it closes itself.
          ignoreBlocker: 'new' in change,
        })
      }
      onOpenDeal={(id) => void navigate({ to: '/crm/deals', search: { open: id } })}
      onOpenTask={(id) => void navigate({ to: '/tasks', search: { show: 'all', open: id } })}
      onOpenCustomer={(id) => void navigate({ to: '/crm/customers', search: { open: id } })}
    />
  );
}
