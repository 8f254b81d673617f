import { ChartColumn, HandCoins, List as ListIcon, Plus, SquareKanban } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Deal, Id } from '@/api/types';
import { withLateTexts } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { ConflictHost } from '@/record/conflict-dialog';
import { usePipelines } from '@/record/deals/api';
import { LostReasonHost } from '@/record/deals/lost-reason';
import type { NewDealDialogProps } from '@/record/deals/new-deal-dialog';
import { useDealChanges } from '@/record/deals/use-deal-changes';
import { ImportLink } from '@/record/import-link';
import { ListScreen } from '@/record/list-screen';
import type { ChangeParams, ListSearchParams } from '@/record/list-search-params';
import { Button } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { EmptyState } from '@/ui/empty-state';
import { Select } from '@/ui/select';
import { countDeals, DEFAULT_SORT, fetchDeals, fetchStageFacet, SURE_FIELDS } from './api';
import { useDealCard, useDealColumns } from './columns';
import { DealBoard } from './deal-board';
import type { DealDrawerProps } from './deal-drawer';
import { DealSums } from './deal-sums';
import type { dealParamKeys } from './filter-keys';
import { useDealFilters } from './filters';
import type { ForecastViewProps } from './forecast-view';
import { DealSelection } from './selection-actions';
import { useHidden } from './use-hidden';

const DealDrawer = deferComponent<DealDrawerProps>(
  () => withLateTexts(async () => (await import('./deal-drawer')).DealDrawer),
  ({ open }) => open !== undefined,
);
const ForecastView = deferComponent<ForecastViewProps>(
  () => withLateTexts(async () => (await import('./forecast-view')).ForecastView),
  () => true,
);
const NewDealDialog = deferComponent<NewDealDialogProps>(
  () => withLateTexts(async () => (await import('@/record/deals/new-deal-dialog')).NewDealDialog),
  ({ open }) => open,
);

const shows = [
  { show: 'board', icon: SquareKanban },
  { show: 'list', icon: ListIcon },
  { show: 'forecast', icon: ChartColumn },
] as const;
type Show = (typeof shows)[number]['show'];

interface DealsScreenProps {
  params: ListSearchParams<(typeof dealParamKeys)[number]>;
  onParams: ChangeParams;
  onOpenRecord: (record: 'customer' | 'company' | 'task', id: Id) => void;
}

/** Deals of a pipeline, as a board or as a list; both have the same filters, search and drawer. */
export function DealsScreen({ params, onParams, onOpenRecord }: DealsScreenProps) {
  const t = useT();
  const hidden = useHidden(onParams);
  const changes = useDealChanges(hidden.check);
  const pipelines = usePipelines();
  const pipeline = pipelines.of(params.pipeline ?? '') ?? pipelines.usual;
  const columns = useDealColumns(changes, pipeline);
  const card = useDealCard();
  const filters = useDealFilters();
  const show: Show = shows.find((each) => each.show === params.show)?.show ?? 'board';
  const [newIn, setNewIn] = useState<Id>();
  const openNew = (stageId?: Id) => {
    setNewIn(stageId);
    onParams({ new: true });
  };
  const pipelineId = pipeline?.id;
  // A list may be of all pipelines, as the numbers of the home are; boards and forecasts are of one.
  const everywhere = params.pipeline === 'all' && show === 'list';
  const within = useMemo(
    () =>
      pipelineId === undefined || everywhere
        ? undefined
        : ({ field: 'pipelineId', op: 'eq', value: pipelineId } as const),
    [pipelineId, everywhere],
  );
  return (
    <>
      <ListScreen<Deal>
        name="deals"
        record="deal"
        title={t('nav.deals.label')}
        note={
          pipelines.living.length > 1 ? (
            <Select
              aria-label={t('deals.pipeline.label')}
              size="small"
              className="w-40!"
              value={everywhere ? 'all' : (pipelineId ?? null)}
              onValueChange={(id) =>
                onParams({ pipeline: id === pipelines.usual?.id ? undefined : (id ?? undefined) })
              }
              options={[
                ...(show === 'list' ? [{ value: 'all', label: t('deals.pipeline.all') }] : []),
                ...pipelines.living.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          ) : null
        }
        within={within}
        searchLabel={t('deals.page.search')}
        columns={columns}
        card={card}
        filters={filters}
        params={params}
        onParams={onParams}
        defaultSort={DEFAULT_SORT}
        sureFields={SURE_FIELDS}
        fetchPage={fetchDeals}
        fetchCount={countDeals}
        fetchFacet={fetchStageFacet}
        rowLabel={(deal) => deal.name}
        headerActions={
          <>
            <fieldset aria-label={t('deals.show.label')} className="flex rounded-md bg-sunken p-0.5">
              {shows.map(({ show: each, icon: Icon }) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={show === each}
                  className={cn(
                    'flex h-control-small items-center gap-1.5 rounded-md px-2 font-medium text-sm hover:text-fg',
                    show === each ? 'bg-surface text-fg shadow-1' : 'text-muted',
                  )}
                  onClick={() => onParams({ show: each === 'board' ? undefined : each })}
                >
                  <Icon aria-hidden className="size-4" />
                  <span className="max-sm:sr-only">{t(`deals.show.${each}`)}</span>
                </button>
              ))}
            </fieldset>
            <Button variant="primary" size="small" onClick={() => openNew()}>
              <Plus aria-hidden className="size-4" />
              <span className="max-sm:sr-only">{t('deals.action.new')}</span>
            </Button>
          </>
        }
        tools={({ view }) => {
          hidden.shows(view);
          return show === 'list' ? <DealSums view={view} /> : null;
        }}
        selectionActions={(about) => <DealSelection {...about} />}
        emptyState={
          <EmptyState
            className="pt-[8vh]"
            icon={HandCoins}
            title={t('deals.empty.title')}
            description={t('deals.empty.hint')}
            actions={
              <>
                <Button variant="primary" onClick={() => openNew()}>
                  <Plus aria-hidden className="size-4" />
                  {t('deals.action.new')}
                </Button>
                <ImportLink record="deal" />
              </>
            }
          />
        }
        drawer={(open) => (
          <DealDrawer
            open={open}
            tab={params.tab}
            onTab={(tab) => onParams({ tab }, true)}
            changes={changes}
            onOpenRecord={onOpenRecord}
          />
        )}
        body={
          show === 'list'
            ? undefined
            : (about) =>
                show === 'board' ? (
                  <DealBoard
                    label={t('nav.deals.label')}
                    about={about}
                    pipelineId={params.pipeline === undefined ? undefined : pipelineId}
                    changes={changes}
                    onNew={openNew}
                  />
                ) : (
                  <ForecastView
                    filter={about.view.filter}
                    q={about.view.q}
                    own={params.filter}
                    onShow={onParams}
                  />
                )
        }
      />
      <NewDealDialog
        open={params.new === true}
        pipelineId={pipelineId}
        stageId={newIn}
        onClose={() => {
          setNewIn(undefined);
          onParams({ new: undefined }, true);
        }}
        onCreated={(deal) => onParams({ open: deal.id, new: undefined }, true)}
      />
      <LostReasonHost />
      <ConflictHost />
    </>
  );
}
