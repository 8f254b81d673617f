import {
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FilterX, Gauge, Package, RefreshCw, SlidersHorizontal } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { client, unwrap } from '@/api/client';
import type { FitPart, Lead, NewReview, Product } from '@/api/types';
import { type Command, useCommands } from '@/commands/registry';
import type { Selection } from '@/grid/selection';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { BulkActions } from '@/record/bulk/bulk-actions';
import { startBulk } from '@/record/bulk/jobs';
import { useScoreText } from '@/record/fit/score-text';
import { useChosenProduct } from '@/record/fit/selling';
import { ListSearch } from '@/record/list-search';
import { ListFailed } from '@/record/list-states';
import { SelectionBar } from '@/record/selection-bar';
import { useSources } from '@/record/use-sources';
import { Button, buttonStyle } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { Select } from '@/ui/select';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { useUnsaved } from '@/ui/unsaved';
import { leadsQuery, putFit, unscoredQuery } from './api';
import { Breakdown } from './breakdown';
import { CorrectDialog } from './correct-dialog';
import { type Draft, decisions, NO_DRAFT } from './decisions';
import { LeadRow } from './lead-row';
import { buckets, type LeadsParams, readBuckets, writeBuckets } from './params';
import { ReviewForm, Reviews } from './review-form';

/** What is chosen is named one by one, so that no filter tells of it. */
const AS_RANKED = { filter: undefined, q: '', sort: '' };
const EXPORTED = ['fullName', 'jobTitle', 'company', 'owner'];

interface LeadsScreenProps {
  params: LeadsParams;
  onParams: (change: LeadsParams, replace?: boolean) => void;
}

/** Customers ranked by how well they fit a product, to be looked at and decided one after the other. */
export function LeadsScreen({ params, onParams }: LeadsScreenProps) {
  const t = useT();
  const { query, products, product, keep } = useChosenProduct(params.product);
  const { isPending, isError, error, refetch } = query;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={t('nav.leads.label')}
        note={
          product === undefined ? null : (
            <Select
              aria-label={t('leads.product.label')}
              size="small"
              className="w-52!"
              value={product.id}
              onValueChange={(id) => {
                keep(id);
                onParams({ product: id, open: undefined });
              }}
              options={products.map(({ id, name }) => ({ value: id, label: name }))}
            />
          )
        }
        actions={
          <Link
            to="/crm/scoring"
            search={product === undefined ? {} : { product: product.id }}
            className={buttonStyle({ size: 'small' })}
          >
            <SlidersHorizontal aria-hidden className="size-4" />
            <span className="max-sm:sr-only">{t('leads.scoring.link')}</span>
          </Link>
        }
      />
      {isPending ? (
        <Waiting />
      ) : isError ? (
        <ListFailed className="flex-1" error={error} onRetry={() => void refetch()} />
      ) : product === undefined ? (
        <EmptyState
          className="pt-[8vh]"
          icon={Package}
          title={t('leads.empty.noProduct')}
          description={t('leads.empty.noProductHint')}
          actions={
            <Link to="/products" search={{ new: true }} className={buttonStyle({ variant: 'primary' })}>
              {t('command.newProduct.label')}
            </Link>
          }
        />
      ) : (
        <Ranking key={product.id} product={product} params={params} onParams={onParams} />
      )}
    </div>
  );
}

function Waiting() {
  const t = useT();
  return (
    <div role="status" aria-label={t('common.state.loading')} className="flex flex-col gap-2 p-4 sm:p-5">
      {[1, 2, 3, 4, 5, 6].map((line) => (
        <Skeleton key={line} className="h-10" />
      ))}
    </div>
  );
}

interface RankingProps extends LeadsScreenProps {
  product: Product;
}

function Ranking({ product, params, onParams }: RankingProps) {
  const t = useT();
  const queryClient = useQueryClient();
  const query = useInfiniteQuery(leadsQuery(product.id, params));
  const leads = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const ids = leads.map(({ customer }) => customer.id);
  const [place, setPlace] = useState<string | undefined>(params.open);
  const active = place !== undefined && ids.includes(place) ? place : ids[0];
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const [correcting, setCorrecting] = useState<{ lead: Lead; part: FitPart } | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const feedback = useRef<HTMLTextAreaElement>(null);
  /** The keys have moved: the focus follows once the lead is drawn. */
  const follow = useRef<'row' | 'feedback' | null>(null);
  useUnsaved(Object.values(drafts).some((draft) => draft.feedback.trim() !== ''));

  useEffect(() => {
    if (follow.current === null || active === undefined) return;
    // The address opens what is to be written in; until it does there is nothing to go to.
    if (follow.current === 'feedback' && params.open !== active) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-lead="${active}"]`);
    const target = follow.current === 'feedback' ? feedback.current : row;
    follow.current = null;
    target?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  });

  const review = useReview(queryClient, product);
  const draftOf = (id: string) => drafts[id] ?? NO_DRAFT;
  const write = (id: string, draft: Draft) => setDrafts((were) => ({ ...were, [id]: draft }));
  const show = (id: string | undefined, focus: 'row' | 'feedback', open: boolean) => {
    follow.current = focus;
    setPlace(id);
    if (open !== (params.open !== undefined) || (open && params.open !== id))
      onParams({ open: open ? id : undefined }, true);
  };
  const step = (by: 1 | -1) => {
    const at = active === undefined ? -1 : ids.indexOf(active);
    show(ids[Math.min(ids.length - 1, Math.max(0, at + by))], 'row', params.open !== undefined);
    if (by === 1 && at >= ids.length - 2 && query.hasNextPage) void query.fetchNextPage();
  };
  const send = (lead: Lead) => {
    const { id } = lead.customer;
    const { decision, feedback: said, createDeal } = draftOf(id);
    if (decision === null) return;
    review.mutate(
      {
        customerId: id,
        productId: product.id,
        decision,
        ...(said.trim() === '' ? {} : { feedback: said.trim() }),
        ...(decision === 'qualify' && createDeal ? { createDeal: true } : {}),
      },
      {
        onSuccess: () => {
          setDrafts(({ [id]: _, ...others }) => others);
          const next = ids[ids.indexOf(id) + 1];
          show(next ?? id, 'row', next !== undefined);
          if (next === ids.at(-1) && query.hasNextPage) void query.fetchNextPage();
        },
      },
    );
  };

  const current = leads.find(({ customer }) => customer.id === active);
  const moves = (
    [
      ['leads.next', 'leads.key.next', 'j', 1],
      ['leads.nextArrow', 'leads.key.next', 'ArrowDown', 1],
      ['leads.previous', 'leads.key.previous', 'k', -1],
      ['leads.previousArrow', 'leads.key.previous', 'ArrowUp', -1],
    ] as const
  ).map(
    ([id, label, keys, by]): Command => ({
      id,
      group: 'view',
      label,
      keys,
      keysOnly: true,
      run: () => step(by),
    }),
  );
  useCommands(
    current === undefined || correcting !== null
      ? []
      : [
          ...moves,
          {
            id: 'leads.open',
            group: 'record',
            label: 'leads.key.open',
            keys: 'o',
            run: () => show(active, 'row', params.open !== active),
          },
          {
            id: 'leads.select',
            group: 'record',
            label: 'leads.key.select',
            keys: 'x',
            run: () => pick(current.customer.id, !picked.has(current.customer.id)),
          },
          ...decisions.map(
            (decision, index): Command => ({
              id: `leads.${decision}`,
              group: 'record',
              label: `leads.key.${decision}`,
              keys: String(index + 1),
              run: () => {
                write(current.customer.id, { ...draftOf(current.customer.id), decision });
                show(active, 'feedback', true);
              },
            }),
          ),
        ],
  );

  const pick = (id: string, on: boolean) =>
    setPicked((were) => new Set(on ? [...were, id] : [...were].filter((each) => each !== id)));
  const shown = new Set(ids);
  const selection: Selection = { mode: 'some', ids: new Set([...picked].filter((id) => shown.has(id))) };
  const count = selection.ids.size;
  const clear = () => setPicked(new Set());
  const filtered = params.q !== undefined || params.bucket !== undefined || params.owner !== undefined;

  return (
    <>
      <Filters
        product={product}
        params={params}
        onParams={onParams}
        search={search}
        onDown={() => show(active, 'row', params.open !== undefined)}
      />
      {query.isPending ? (
        <Waiting />
      ) : query.isError && leads.length === 0 ? (
        <ListFailed className="flex-1" error={query.error} onRetry={() => void query.refetch()} />
      ) : leads.length === 0 ? (
        filtered ? (
          <EmptyState
            className="pt-[8vh]"
            icon={FilterX}
            title={t('leads.empty.noMatch')}
            description={t('leads.empty.noMatchHint')}
            actions={
              <Button onClick={() => onParams({ q: undefined, bucket: undefined, owner: undefined })}>
                {t('leads.empty.clear')}
              </Button>
            }
          />
        ) : (
          <EmptyState
            className="pt-[8vh]"
            icon={Gauge}
            title={t('leads.empty.unscored', { product: product.name })}
            description={t('leads.empty.unscoredHint')}
            actions={
              <Link to="/crm/scoring" search={{ product: product.id }} className={buttonStyle({})}>
                {t('leads.scoring.link')}
              </Link>
            }
          />
        )
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto pb-20">
          <ol
            ref={list}
            aria-label={t('leads.list.label', { product: product.name })}
            className="flex flex-col"
          >
            {leads.map((lead) => {
              const { id, fullName } = lead.customer;
              return (
                <LeadRow
                  key={id}
                  lead={lead}
                  active={id === active}
                  open={id === params.open}
                  selected={picked.has(id)}
                  onActive={() => setPlace(id)}
                  onOpen={() => {
                    setPlace(id);
                    onParams({ open: id === params.open ? undefined : id }, true);
                  }}
                  onSelected={(on) => pick(id, on)}
                >
                  <Breakdown lead={lead} onCorrect={(part) => setCorrecting({ lead, part })} />
                  <ReviewForm
                    name={fullName}
                    draft={draftOf(id)}
                    onDraft={(draft) => write(id, draft)}
                    feedback={feedback}
                    pending={review.isPending && review.variables.customerId === id}
                    error={review.variables?.customerId === id ? review.error : null}
                    onSend={() => send(lead)}
                  />
                  <Reviews reviews={lead.fit.reviews} />
                </LeadRow>
              );
            })}
          </ol>
          {query.hasNextPage ? (
            <div className="flex justify-center p-3">
              <Button
                variant="ghost"
                size="small"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t('common.action.loadMore')}
              </Button>
            </div>
          ) : (
            <Unscored product={product} />
          )}
        </div>
      )}
      {count > 0 ? (
        <SelectionBar count={count} total={ids.length} exact={!query.hasNextPage} onClear={clear}>
          <BulkActions
            record="customer"
            selection={selection}
            count={count}
            view={AS_RANKED}
            columns={EXPORTED}
            exact
            clear={clear}
          >
            <Button
              size="small"
              onClick={() => {
                const select = { ids: [...selection.ids] };
                void startBulk(select, { record: 'customer', action: { kind: 'rescore' } }).then((taken) => {
                  if (taken) clear();
                });
              }}
            >
              <RefreshCw aria-hidden className="size-4" />
              {t('leads.action.rescore')}
            </Button>
          </BulkActions>
        </SelectionBar>
      ) : null}
      <CorrectDialog
        lead={correcting?.lead ?? null}
        part={correcting?.part ?? null}
        onClose={() => setCorrecting(null)}
      />
    </>
  );
}

/** Sends what was said of a lead; the answer holds the scores that came of it. */
function useReview(queryClient: QueryClient, product: Product) {
  const t = useT();
  return useMutation({
    mutationFn: (body: NewReview) => unwrap(client.POST('/leads/review', { body })),
    onSuccess: ({ review, fit, deal }) => {
      putFit(queryClient, review.customerId, fit);
      for (const key of ['activity', ...(deal === null ? [] : ['deals'])])
        void queryClient.invalidateQueries({ queryKey: [key] });
      toast.done({
        title: deal
          ? t('leads.review.doneDeal', { deal: deal.name })
          : t('leads.review.done', {
              decision: t(`leads.decision.${review.decision}`),
              product: product.name,
            }),
      });
    },
  });
}

/** Customers that no criterion says anything of are in no place of the ranking. */
function Unscored({ product }: { product: Product }) {
  const t = useT();
  const { data } = useQuery(unscoredQuery(product.id));
  if (data === undefined || data.count === 0) return null;
  const filter = JSON.stringify({ and: [{ fit: product.id, op: 'empty' }] });
  return (
    <p className="flex flex-wrap items-center justify-center gap-x-2 p-4 text-muted text-sm">
      {t('leads.unscored.count', { count: data.count })}
      <Link to="/crm/customers" search={{ filter }} className="text-accent-fg">
        {t('leads.unscored.show')}
      </Link>
    </p>
  );
}

interface FiltersProps extends RankingProps {
  search: RefObject<HTMLInputElement | null>;
  onDown: () => void;
}

function Filters({ product, params, onParams, search, onDown }: FiltersProps) {
  const t = useT();
  const score = useScoreText();
  const { members } = useSources();
  const chosen = readBuckets(params.bucket);
  const hints = {
    hot: t('leads.bucket.from', { score: score(product.hotAt) }),
    warm: t('leads.bucket.from', { score: score(product.warmAt) }),
    cold: t('leads.bucket.below', { score: score(product.warmAt) }),
  };
  const owners = [
    { value: '', label: t('leads.owner.all') },
    { value: 'me', label: t('record.filter.mine') },
    { value: 'none', label: t('leads.owner.none') },
    ...members.all().map(({ id, label }) => ({ value: id, label })),
  ];
  return (
    <div className="flex flex-wrap items-center gap-2 border-line border-b px-4 py-2 sm:px-5">
      <ListSearch
        ref={search}
        label={t('leads.search.label')}
        value={params.q ?? ''}
        onCommit={(q) => onParams({ q: q === '' ? undefined : q, open: undefined }, true)}
        onDown={onDown}
      />
      <fieldset aria-label={t('leads.bucket.label')} className="flex gap-1">
        {buckets.map((bucket) => {
          const on = chosen.includes(bucket);
          return (
            <button
              key={bucket}
              type="button"
              aria-pressed={on}
              className={cn(
                'flex h-control-small items-center gap-1.5 rounded-md border px-2 text-sm pointer-coarse:h-11',
                on ? 'border-accent-fg bg-accent-soft text-fg' : 'border-line text-muted hover:bg-hover',
              )}
              onClick={() =>
                onParams({
                  bucket: writeBuckets(on ? chosen.filter((each) => each !== bucket) : [...chosen, bucket]),
                  open: undefined,
                })
              }
            >
              <span className="font-medium">{t(`leads.bucket.${bucket}`)}</span>
              <span className="tabular text-xs max-sm:hidden">{hints[bucket]}</span>
            </button>
          );
        })}
      </fieldset>
      <Select
        aria-label={t('record.field.claimedById')}
        size="small"
        className="w-44!"
        value={params.owner ?? ''}
        onValueChange={(owner) => onParams({ owner: owner === '' ? undefined : owner, open: undefined })}
        options={owners}
      />
    </div>
  );
}
