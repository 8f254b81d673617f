import { createFileRoute } from '@tanstack/react-router';
import { CustomersScreen } from '@/features/customers/customers-screen';
import { customerFilterKeys } from '@/features/customers/filter-keys';
import { SegmentPage } from '@/features/segments/segment-page';
import { loadLateTexts } from '@/i18n/setup';
import { readParams } from '@/record/list-search-params';

export const Route = createFileRoute('/_app/crm/segments/$id')({
  validateSearch: (raw: Record<string, unknown>) => readParams(raw, customerFilterKeys),
  loader: loadLateTexts,
  component: SegmentRoute,
});

function SegmentRoute() {
  const { id } = Route.useParams();
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SegmentPage key={id} id={id}>
      {(within) => (
        <CustomersScreen
          within={within}
          params={params}
          onParams={(change, replace) =>
            void navigate({ search: (before) => ({ ...before, ...change }), replace })
          }
          onOpenDeal={(id) => void navigate({ to: '/crm/deals', search: { open: id } })}
          onOpenTask={(id) => void navigate({ to: '/tasks', search: { show: 'all', open: id } })}
          onOpenCompany={(company) => void navigate({ to: '/crm/companies', search: { open: company } })}
          onOpenSegment={(other) =>
            void navigate({ to: '/crm/segments/$id', params: { id: other }, search: {} })
          }
        />
      )}
    </SegmentPage>
  );
}
