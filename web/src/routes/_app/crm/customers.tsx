import { createFileRoute } from '@tanstack/react-router';
import { CustomersScreen } from '@/features/customers/customers-screen';
import { customerFilterKeys } from '@/features/customers/filter-keys';
import { SaveAsSegment } from '@/features/segments/parts';
import { readParams } from '@/record/list-search-params';

export const Route = createFileRoute('/_app/crm/customers')({
  validateSearch: (raw: Record<string, unknown>) => readParams(raw, customerFilterKeys),
  component: CustomersRoute,
});

function CustomersRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  const openSegment = (id: string) => void navigate({ to: '/crm/segments/$id', params: { id }, search: {} });
  return (
    <CustomersScreen
      params={params}
      onParams={(change, replace) =>
        void navigate({
          search: (before) => ({ ...before, ...change }),
          replace,
          // The form for a new record has asked, or is saved, when it closes itself.
          ignoreBlocker: 'new' in change,
        })
      }
      onOpenSegment={openSegment}
      onOpenDeal={(id) => void navigate({ to: '/crm/deals', search: { open: id } })}
      onOpenTask={(id) => void navigate({ to: '/tasks', search: { show: 'all', open: id } })}
      onOpenCompany={(id) => void navigate({ to: '/crm/companies', search: { open: id } })}
      tools={({ view }) => <SaveAsSegment view={view} onOpen={openSegment} />}
    />
  );
}
