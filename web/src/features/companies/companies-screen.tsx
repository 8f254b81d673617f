import { Building2, Plus } from 'lucide-react';
import type { Company } from '@/api/types';
import { withLateTexts } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { ConflictHost } from '@/record/conflict-dialog';
import { ExportButton } from '@/record/export/export-button';
import { fetchFacet } from '@/record/facets';
import { ImportLink } from '@/record/import-link';
import { ListScreen, type SelectionActions } from '@/record/list-screen';
import type { ChangeParams, ListParams } from '@/record/list-search-params';
import { useStarredView } from '@/record/starred-view';
import { Button } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { countCompanies, DEFAULT_SORT, fetchCompanies, SURE_FIELDS } from './api';
import { useCompanyCard, useCompanyColumns } from './columns';
import { CompanyDrawer } from './company-drawer';
import { useCompanyFilters } from './filters';
import type { NewCompanyDialogProps } from './new-company-dialog';
import { useCompanyChanges } from './use-company-changes';

const NewCompanyDialog = deferComponent<NewCompanyDialogProps>(
  () => withLateTexts(async () => (await import('./new-company-dialog')).NewCompanyDialog),
  ({ open }) => open,
);
const CompanySelection = deferComponent<SelectionActions<Company>>(
  () => withLateTexts(async () => (await import('./selection-actions')).CompanySelection),
  () => true,
);

interface CompaniesScreenProps {
  params: ListParams;
  onParams: ChangeParams;
  onOpenCustomer: (id: string) => void;
  onOpenDeal: (id: string) => void;
  onOpenTask: (id: string) => void;
}

export function CompaniesScreen({
  params,
  onParams: setParams,
  onOpenCustomer,
  onOpenDeal,
  onOpenTask,
}: CompaniesScreenProps) {
  const t = useT();
  const changes = useCompanyChanges();
  const columns = useCompanyColumns(changes);
  const card = useCompanyCard();
  const filters = useCompanyFilters();
  const onParams = useStarredView({ record: 'company', params, onParams: setParams, filters, columns });
  const openNew = () => onParams({ new: true });
  return (
    <>
      <ListScreen<Company>
        name="companies"
        record="company"
        title={t('nav.companies.label')}
        searchLabel={t('companies.page.search')}
        columns={columns}
        card={card}
        filters={filters}
        params={params}
        onParams={onParams}
        defaultSort={DEFAULT_SORT}
        sureFields={SURE_FIELDS}
        fetchPage={fetchCompanies}
        fetchCount={countCompanies}
        fetchFacet={(...asked) => fetchFacet('companies', ...asked)}
        rowLabel={(company) => company.name}
        headerActions={
          <Button variant="primary" size="small" onClick={openNew}>
            <Plus aria-hidden className="size-4" />
            {t('companies.action.new')}
          </Button>
        }
        tools={(about) => <ExportButton {...about} record="companies" defaultSort={DEFAULT_SORT} />}
        selectionActions={(about) => <CompanySelection {...about} />}
        emptyState={
          <EmptyState
            className="pt-[8vh]"
            icon={Building2}
            title={t('companies.empty.title')}
            description={t('companies.empty.hint')}
            actions={
              <>
                <Button variant="primary" onClick={openNew}>
                  <Plus aria-hidden className="size-4" />
                  {t('companies.action.new')}
                </Button>
                <ImportLink record="company" />
              </>
            }
          />
        }
        drawer={(open) => (
          <CompanyDrawer
            open={open}
            tab={params.tab}
            onTab={(tab) => onParams({ tab }, true)}
            changes={changes}
            onOpenCompany={(id) => onParams({ open: id, tab: undefined })}
            onOpenCustomer={onOpenCustomer}
            onOpenDeal={onOpenDeal}
            onOpenTask={onOpenTask}
            onMerged={(id) => onParams({ open: id }, true)}
          />
        )}
      />
      <NewCompanyDialog
        open={params.new === true}
        onClose={() => onParams({ new: undefined }, true)}
        onOpen={(id) => onParams({ open: id, new: undefined }, true)}
      />
      <ConflictHost />
    </>
  );
}
