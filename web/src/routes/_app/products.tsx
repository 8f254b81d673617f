import { createFileRoute } from '@tanstack/react-router';
import { productFilterKeys } from '@/features/products/filter-keys';
import { ProductsScreen } from '@/features/products/products-screen';
import { loadLateTexts } from '@/i18n/setup';
import { readParams } from '@/record/list-search-params';

export const Route = createFileRoute('/_app/products')({
  validateSearch: (raw: Record<string, unknown>) => readParams(raw, productFilterKeys),
  loader: loadLateTexts,
  component: ProductsRoute,
});

function ProductsRoute() {
  const params = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <ProductsScreen
      params={params}
      onOpenDeal={(id) => void navigate({ to: '/crm/deals', search: { open: id } })}
      onParams={(change, replace) =>
        void navigate({
          search: (before) => ({ ...before, ...change }),
          replace,
          // The form for a new record has asked, or is saved, when it closes itself.
          ignoreBlocker: 'new' in change,
        })
      }
    />
  );
}
