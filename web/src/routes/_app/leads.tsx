import { createFileRoute } from '@tanstack/react-router';
import { LeadsScreen } from '@/features/leads/leads-screen';
import { readLeadsParams } from '@/features/leads/params';
import { loadLateTexts } from '@/i18n/setup';

export const Route = createFileRoute('/_app/leads')({
  validateSearch: readLeadsParams,
  loader: loadLateTexts,
  component: LeadsRoute,
});

function LeadsRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <LeadsScreen
      params={params}
      onParams={(change, replace) =>
        void navigate({
          search: (before) => ({ ...before, ...change }),
          replace,
          // What is half written stays while the address only tells another lead or filter.
          ignoreBlocker: true,
        })
      }
    />
  );
}
