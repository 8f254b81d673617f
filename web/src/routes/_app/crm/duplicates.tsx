import { createFileRoute } from '@tanstack/react-router';
import { DuplicatesScreen } from '@/features/duplicates/duplicates-screen';
import { type DuplicatesParams, readRecord, readTab } from '@/features/duplicates/tabs';
import { loadLateTexts } from '@/i18n/setup';
import { textParam } from '@/record/list-search-params';

export const Route = createFileRoute('/_app/crm/duplicates')({
  validateSearch: (raw: Record<string, unknown>): DuplicatesParams => ({
    record: readRecord(raw.record),
    state: readTab(raw.state),
    customer: textParam(raw.customer),
    company: textParam(raw.company),
  }),
  loader: loadLateTexts,
  component: DuplicatesRoute,
});

function DuplicatesRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <DuplicatesScreen
      params={params}
      onParams={(change) => void navigate({ search: (before) => ({ ...before, ...change }) })}
    />
  );
}
