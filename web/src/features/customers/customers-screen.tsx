import { Plus, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Customer } from '@/api/types';
import { withLateTexts } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { ConflictHost } from '@/record/conflict-dialog';
import { ExportButton } from '@/record/export/export-button';
import { fetchFacet } from '@/record/facets';
import { ImportLink } from '@/record/import-link';
import { ListScreen, type ListTools, type ListWithin, type SelectionActions } from '@/record/list-screen';
import type { ChangeParams, ListSearchParams } from '@/record/list-search-params';
import { useStarredView } from '@/record/starred-view';
import { Button } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { countCustomers, DEFAULT_SORT, fetchCustomers, SURE_FIELDS } from './api';
import { useCustomerCard, useCustomerColumns } from './columns';
import type { CustomerDrawerProps } from './customer-drawer';
import { useCustomerFilters } from './filters';
import type { NewCustomerDialogProps } from './new-customer-dialog';
import { useCustomerChanges } from './use-customer-changes';

const CustomerDrawer = deferComponent<CustomerDrawerProps>(
  () => withLateTexts(async () => (await import('./customer-drawer')).CustomerDrawer),
  ({ open }) => open !== undefined,
);
const CustomerSelection = deferComponent<SelectionActions<Customer>>(
  () => withLateTexts(async () => (await import('./selection-actions')).CustomerSelection),
  () => true,
);
const NewCustomerDialog = deferComponent<NewCustomerDialogProps>(
  () => withLateTexts(async () => (await import('./new-customer-dialog')).NewCustomerDialog),
  ({ open }) => open,
);

interface CustomersScreenProps {
  params: ListSearchParams;
  onParams: ChangeParams;
  onOpenCompany: (id: string) => void;
  onOpenSegment: (id: string) => void;
  onOpenDeal: (id: string) => void;
  onOpenTask: (id: string) => void;
  /** Only those of them who are part of something. */
  within?: ListWithin<Customer>;
  /** Tools that other features lend to the list. */
  tools?: (about: ListTools) => ReactNode;
}

export function CustomersScreen({
  params,
  onParams: setParams,
  onOpenCompany,
  onOpenSegment,
  onOpenDeal,
  onOpenTask,
  within,
  tools,
}: CustomersScreenProps) {
  const t = useT();
  const changes = useCustomerChanges();
  const columns = useCustomerColumns(changes);
  const card = useCustomerCard();
  const filters = useCustomerFilters();
  const onParams = useStarredView({
    record: within === undefined ? 'customer' : null,
    params,
    onParams: setParams,
    filters,
    columns,
  });
  const openNew = () => onParams({ new: true });
  return (
    <>
      <ListScreen<Customer>
        name="customers"
        record="customer"
        title={within?.title ?? t('nav.customers.label')}
        leading={within?.leading}
        note={within?.note}
        intro={within?.intro}
        within={within?.filter}
        searchLabel={t('customers.page.search')}
        columns={columns}
        card={card}
        filters={filters}
        params={params}
        onParams={onParams}
        defaultSort={DEFAULT_SORT}
        sureFields={SURE_FIELDS}
        fetchPage={fetchCustomers}
        fetchCount={countCustomers}
        fetchFacet={(...asked) => fetchFacet('customers', ...asked)}
        rowLabel={(customer) => customer.fullName}
        headerActions={
          within?.headerActions ?? (
            <Button variant="primary" size="small" onClick={openNew}>
              <Plus aria-hidden className="size-4" />
              {t('customers.action.new')}
            </Button>
          )
        }
        tools={(about) => (
          <>
            {tools?.(about)}
            <ExportButton {...about} record="customers" defaultSort={DEFAULT_SORT} />
          </>
        )}
        selectionActions={(about) => (
          <>
            <CustomerSelection {...about} />
            {within?.selectionActions?.(about)}
          </>
        )}
        emptyState={
          within?.emptyState ?? (
            <EmptyState
              className="pt-[8vh]"
              icon={Users}
              title={t('customers.empty.title')}
              description={t('customers.empty.hint')}
              actions={
                <>
                  <Button variant="primary" onClick={openNew}>
                    <Plus aria-hidden className="size-4" />
                    {t('customers.action.new')}
                  </Button>
                  <ImportLink record="customer" />
                </>
              }
            />
          )
        }
        drawer={(open) => (
          <CustomerDrawer
            open={open}
            tab={params.tab}
            onTab={(tab) => onParams({ tab }, true)}
            changes={changes}
            onOpenCompany={onOpenCompany}
            onMerged={(id) => onParams({ open: id }, true)}
            onOpenSegment={onOpenSegment}
            onOpenDeal={onOpenDeal}
            onOpenTask={onOpenTask}
            onOpenRecord={(record, id) => (record === 'company' ? onOpenCompany(id) : onParams({ open: id }))}
          />
        )}
      />
      <NewCustomerDialog
        open={params.new === true}
        onClose={() => onParams({ new: undefined }, true)}
        onOpen={(id) => onParams({ open: id, new: undefined }, true)}
      />
      <ConflictHost />
    </>
  );
}
