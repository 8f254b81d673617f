import { createFileRoute } from '@tanstack/react-router';
import { TagsScreen } from '@/features/tags/tags-screen';
import { textParam } from '@/record/list-search-params';

export const Route = createFileRoute('/_app/crm/tags')({
  validateSearch: (raw: Record<string, unknown>): { q?: string } => ({ q: textParam(raw.q) }),
  component: TagsRoute,
});

function TagsRoute() {
  const { q } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <TagsScreen q={q ?? ''} onSearch={(text) => void navigate({ search: { q: text }, replace: true })} />
  );
}
