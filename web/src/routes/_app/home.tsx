import { createFileRoute } from '@tanstack/react-router';
import type { HomeParams } from '@/features/home/dashboard-page';
import { HomePage } from '@/features/home/home-page';
import { loadLateTexts } from '@/i18n/setup';
import { textParam } from '@/record/list-search-params';

export const Route = createFileRoute('/_app/home')({
  validateSearch: (raw: Record<string, unknown>): HomeParams => ({
    dashboard: textParam(raw.dashboard),
    period: textParam(raw.period),
    owner: textParam(raw.owner),
  }),
  loader: loadLateTexts,
  component: HomeRoute,
});

function HomeRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <HomePage
      params={params}
      onParams={(change) => void navigate({ search: (before) => ({ ...before, ...change }) })}
    />
  );
}
