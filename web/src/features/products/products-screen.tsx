import { Package, Plus } from 'lucide-react';
import type { Product } from '@/api/types';
import { withLateTexts } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { ConflictHost } from '@/record/conflict-dialog';
import { ImportLink } from '@/record/import-link';
import { ListScreen } from '@/record/list-screen';
import type { ChangeParams, ListParams } from '@/record/list-search-params';
import { Button } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { countProducts, DEFAULT_SORT, fetchProducts, SURE_FIELDS } from './api';
import { useProductCard, useProductColumns } from './columns';
import { useProductFilters } from './filters';
import type { NewProductDialogProps } from './new-product-dialog';
import type { ProductDrawerProps } from './product-drawer';
import { ProductSelection } from './selection-actions';
import { useProductChanges } from './use-product-changes';

const ProductDrawer = deferComponent<ProductDrawerProps>(
  () => withLateTexts(async () => (await import('./product-drawer')).ProductDrawer),
  ({ open }) => open !== undefined,
);
const NewProductDialog = deferComponent<NewProductDialogProps>(
  () => withLateTexts(async () => (await import('./new-product-dialog')).NewProductDialog),
  ({ open }) => open,
);

interface ProductsScreenProps {
  params: ListParams;
  onParams: ChangeParams;
  onOpenDeal: (id: string) => void;
}

export function ProductsScreen({ params, onParams, onOpenDeal }: ProductsScreenProps) {
  const t = useT();
  const changes = useProductChanges();
  const columns = useProductColumns(changes);
  const card = useProductCard();
  const filters = useProductFilters();
  const openNew = () => onParams({ new: true });
  return (
    <>
      <ListScreen<Product>
        name="products"
        record="product"
        title={t('nav.products.label')}
        searchLabel={t('products.page.search')}
        columns={columns}
        card={card}
        filters={filters}
        params={params}
        onParams={onParams}
        defaultSort={DEFAULT_SORT}
        sureFields={SURE_FIELDS}
        fetchPage={fetchProducts}
        fetchCount={countProducts}
        rowLabel={(product) => product.name}
        headerActions={
          <Button variant="primary" size="small" onClick={openNew}>
            <Plus aria-hidden className="size-4" />
            {t('products.action.new')}
          </Button>
        }
        selectionActions={(about) => <ProductSelection {...about} />}
        emptyState={
          <EmptyState
            className="pt-[8vh]"
            icon={Package}
            title={t('products.empty.title')}
            description={t('products.empty.hint')}
            actions={
              <>
                <Button variant="primary" onClick={openNew}>
                  <Plus aria-hidden className="size-4" />
                  {t('products.action.new')}
                </Button>
                <ImportLink record="product" />
              </>
            }
          />
        }
        drawer={(open) => <ProductDrawer open={open} changes={changes} onOpenDeal={onOpenDeal} />}
      />
      <NewProductDialog
        open={params.new === true}
        onClose={() => onParams({ new: undefined }, true)}
        onOpen={(id) => onParams({ open: id, new: undefined }, true)}
      />
      <ConflictHost />
    </>
  );
}
