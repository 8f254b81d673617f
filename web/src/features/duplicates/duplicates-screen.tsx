import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CopyCheck, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { errorText } from '@/api/error-text';
import type { Decision, DuplicatePair, PairState } from '@/api/types';
import { type Command, useCommands } from '@/commands/registry';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { takeUndo, type UndoEntry } from '@/lib/undo';
import { recordQuery } from '@/record/merge/api';
import { type MergeRecord, nameOf } from '@/record/merge/choices';
import { bothOf, type PairSubject, pairCountsQuery, pairsQuery } from '@/record/merge/duplicates';
import type { MergeSubject } from '@/record/merge/merge-dialog';
import { MergeDialog } from '@/record/merge/parts';
import { isAdmin } from '@/record/permissions';
import { Button, buttonStyle } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { TabPanel, Tabs } from '@/ui/tabs';
import { toast } from '@/ui/toast';
import { PairCard } from './pair-card';
import { type DuplicatesParams, placeAfter, stepFrom, subjectOf, tabs } from './tabs';
import { useDecide } from './use-decide';
import { usePairActs } from './use-pair-acts';

interface DuplicatesScreenProps {
  params: DuplicatesParams;
  onParams: (change: DuplicatesParams) => void;
}

/** Customers that may be one person, and companies that may be one, to be decided one after the other. */
export function DuplicatesScreen({ params, onParams }: DuplicatesScreenProps) {
  const t = useT();
  const format = useFormat();
  const state: PairState = params.state ?? 'open';
  const subject = subjectOf(params);
  const { data: counts } = useQuery(pairCountsQuery(subject));
  const countOf = (tab: PairState) => {
    const found = counts?.[tab];
    if (found === undefined) return undefined;
    return found.exact ? format.number(found.count) : t('grid.count.atLeast', { count: found.count });
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={t('nav.duplicates.label')}
        note={
          subject.of === undefined ? null : (
            <OnlyOf
              record={subject.record}
              id={subject.of}
              onClear={() => onParams({ customer: undefined, company: undefined })}
            />
          )
        }
        actions={<RecordSwitch record={subject.record} />}
      />
      <Tabs<PairState>
        label={t('duplicates.tabs.label')}
        value={state}
        onValueChange={(next) => onParams({ state: next === 'open' ? undefined : next })}
        tabs={tabs.map((tab) => ({ value: tab, label: t(`duplicates.tab.${tab}`), count: countOf(tab) }))}
        className="flex-1 pt-1"
      >
        <TabPanel key={`${state} ${subject.record} ${subject.of}`} value={state} className="overflow-y-auto">
          <Pairs state={state} subject={subject} />
        </TabPanel>
      </Tabs>
    </div>
  );
}

/** Pairs of people or of companies, with how many of each are to be decided. */
function RecordSwitch({ record }: { record: MergeRecord }) {
  const t = useT();
  const format = useFormat();
  const people = useQuery(pairCountsQuery({ record: 'customer', of: undefined })).data;
  const companies = useQuery(pairCountsQuery({ record: 'company', of: undefined })).data;
  const sides = [
    { of: 'customer', counts: people, search: {} },
    { of: 'company', counts: companies, search: { record: 'company' } },
  ] as const;
  return (
    <nav aria-label={t('duplicates.switch.label')} className="flex gap-0.5 rounded-md bg-sunken p-0.5">
      {sides.map(({ of, counts, search }) => (
        <Link
          key={of}
          to="/crm/duplicates"
          search={search}
          // Else the link without a parameter is taken for the current one whatever the address says.
          activeOptions={{ exact: true, includeSearch: true }}
          aria-current={of === record ? 'page' : undefined}
          className="flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium text-muted text-sm no-underline hover:text-fg aria-[current]:bg-surface aria-[current]:text-fg aria-[current]:shadow-1 pointer-coarse:h-10"
        >
          {t(`duplicates.switch.${of}`)}
          {counts === undefined || counts.open.count === 0 ? null : (
            <span className="tabular text-muted text-xs">
              {counts.open.exact
                ? format.number(counts.open.count)
                : t('grid.count.atLeast', { count: counts.open.count })}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

function OnlyOf({ record, id, onClear }: { record: MergeRecord; id: string; onClear: () => void }) {
  const t = useT();
  const { data } = useQuery(recordQuery(record, id));
  return (
    <span className="inline-flex max-w-full items-center rounded-sm bg-sunken pl-2">
      <span className="truncate">
        {data ? t('duplicates.page.of', { name: nameOf(data) }) : t('common.state.loading')}
      </span>
      <button
        type="button"
        aria-label={t('duplicates.page.all')}
        title={t('duplicates.page.all')}
        className="focus-inset flex size-6 shrink-0 items-center justify-center rounded-sm hover:bg-hover pointer-coarse:size-9"
        onClick={onClear}
      >
        <X aria-hidden className="size-3" />
      </button>
    </span>
  );
}

function Pairs({ state, subject: { record, of } }: { state: PairState; subject: PairSubject }) {
  const t = useT();
  const me = useMe();
  const decide = useDecide();
  const query = useInfiniteQuery(pairsQuery(state, { record, of }));
  const pairs = query.data?.pages.flatMap((page) => page.items) ?? [];
  const ids = pairs.map(({ id }) => id);
  const [place, setPlace] = useState<string>();
  const [subject, setSubject] = useState<MergeSubject | null>(null);
  /** The way back from the decision that led to the merge. */
  const said = useRef<UndoEntry>(undefined);
  const list = useRef<HTMLUListElement>(null);
  /** The keys have moved: the focus follows once the pair is drawn. */
  const follow = useRef(false);
  const active = place !== undefined && ids.includes(place) ? place : ids[0];

  useEffect(() => {
    if (!follow.current || active === undefined) return;
    follow.current = false;
    const card = list.current?.querySelector<HTMLElement>(`[data-pair="${active}"]`);
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: 'nearest' });
  });

  const go = (id: string | undefined) => {
    follow.current = true;
    setPlace(id);
  };
  const merge = (pair: DuplicatePair) =>
    setSubject({ record: pair.record, ids: bothOf(pair).map(({ id }) => id) });
  const say = async (pair: DuplicatePair, decision: Decision) => {
    go(placeAfter(ids, pair.id));
    const entry = await decide(pair, decision);
    if (entry === null) return;
    if (decision === 'same' && isAdmin(me)) {
      said.current = entry;
      merge(pair);
    } else toast.offerUndo(entry);
  };
  const leave = (merged: boolean) => {
    setSubject(null);
    const entry = said.current;
    said.current = undefined;
    if (entry === undefined) return;
    // The way back from a merge is that of the merge itself.
    if (merged) takeUndo(entry.id);
    else toast.offerUndo(entry);
  };
  const actsOf = usePairActs((pair, decision) => void say(pair, decision), merge);

  const step = (by: 1 | -1) => {
    go(stepFrom(ids, active, by));
    if (by === 1 && active === ids.at(-1) && query.hasNextPage) void query.fetchNextPage();
  };
  const current = pairs.find(({ id }) => id === active);
  const moves: Command[] = (
    [
      ['duplicates.next', 'duplicates.key.next', 'j', 1],
      ['duplicates.nextArrow', 'duplicates.key.next', 'ArrowDown', 1],
      ['duplicates.previous', 'duplicates.key.previous', 'k', -1],
      ['duplicates.previousArrow', 'duplicates.key.previous', 'ArrowUp', -1],
    ] as const
  ).map(([id, label, keys, by]) => ({
    id,
    group: 'view',
    label,
    keys,
    keysOnly: true,
    run: () => step(by),
  }));
  useCommands(
    current === undefined
      ? []
      : [
          ...moves,
          ...actsOf(current).map(
            ({ id, label, icon, keys, disabledReason, run }): Command => ({
              id: `duplicates.${id}`,
              group: 'record',
              label,
              icon,
              keys,
              disabledReason,
              run,
            }),
          ),
        ],
  );

  return (
    <>
      {query.isPending ? (
        <div
          role="status"
          aria-label={t('common.state.loading')}
          className="mx-auto flex max-w-4xl flex-col gap-3 p-4 sm:p-5"
        >
          <Skeleton className="h-40 rounded-lg" />
          <Skeleton className="h-40 rounded-lg" />
        </div>
      ) : query.isError && pairs.length === 0 ? (
        <EmptyState
          icon={CircleAlert}
          title={t('duplicates.state.failed')}
          description={errorText(query.error)}
          actions={<Button onClick={() => void query.refetch()}>{t('common.action.retry')}</Button>}
        />
      ) : pairs.length === 0 ? (
        <EmptyState
          className="pt-[8vh]"
          icon={CopyCheck}
          title={t(`duplicates.empty.${state}`)}
          description={t(`duplicates.emptyHint.${state}.${record}`)}
          actions={
            <Link to={record === 'customer' ? '/crm/customers' : '/crm/companies'} className={buttonStyle()}>
              {t(record === 'customer' ? 'command.goCustomers.label' : 'command.goCompanies.label')}
            </Link>
          }
        />
      ) : (
        <div className="mx-auto flex max-w-4xl flex-col gap-3 p-4 sm:p-5">
          <ul ref={list} aria-label={t(`duplicates.tab.${state}`)} className="flex flex-col gap-3">
            {pairs.map((pair) => (
              <PairCard
                key={pair.id}
                pair={pair}
                acts={actsOf(pair)}
                active={pair.id === active}
                onActive={() => setPlace(pair.id)}
              />
            ))}
          </ul>
          {query.hasNextPage ? (
            <Button
              variant="ghost"
              size="small"
              className="self-center"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t('common.action.loadMore')}
            </Button>
          ) : null}
        </div>
      )}
      <MergeDialog subject={subject} onClose={() => leave(false)} onMerged={() => leave(true)} />
    </>
  );
}
