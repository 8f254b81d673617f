import { createFileRoute } from '@tanstack/react-router';
import { ScoringScreen } from '@/features/scoring/scoring-screen';
import { loadLateTexts } from '@/i18n/setup';
import { textParam } from '@/record/list-search-params';

export const Route = createFileRoute('/_app/crm/scoring')({
  validateSearch: (raw: Record<string, unknown>): { product?: string } => ({
    product: textParam(raw.product),
  }),
  loader: loadLateTexts,
  component: ScoringRoute,
});

function ScoringRoute() {
  const { product } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <ScoringScreen productId={product} onProduct={(id) => void navigate({ search: { product: id } })} />;
}
