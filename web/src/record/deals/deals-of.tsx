import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { errorText } from '@/api/error-text';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import { Skeleton } from '@/ui/skeleton';
import { Section } from '../drawer-parts';
import { type DealSubject, dealsOfQuery, usePipelines } from './api';
import type { NewDealDialogProps } from './new-deal-dialog';
import { StageDot } from './stage-mark';

const NewDealDialog = deferComponent<NewDealDialogProps>(
  async () => (await import('./new-deal-dialog')).NewDealDialog,
  ({ open }) => open,
);

export interface DealsOfProps {
  subject: DealSubject;
  /** Of a customer: the company that a new deal is with. */
  company?: { id: string; name: string } | null;
  onOpen: (id: string) => void;
}

/** The deals of another record, in its drawer, with the form for a new one. */
export function DealsOf({ subject, company = null, onOpen }: DealsOfProps) {
  const t = useT();
  const format = useFormat();
  const pipelines = usePipelines();
  const query = useInfiniteQuery(dealsOfQuery(subject));
  const [adding, setAdding] = useState(false);
  const deals = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t('nav.deals.label')}>
      {query.isPending ? (
        <Skeleton className="h-9" />
      ) : query.isError && deals.length === 0 ? (
        <p role="alert" className="flex items-center gap-2 text-danger-fg text-sm">
          {errorText(query.error)}
          <Button size="small" onClick={() => void query.refetch()}>
            {t('common.action.retry')}
          </Button>
        </p>
      ) : deals.length === 0 ? (
        <p className="text-muted text-sm">{t('deals.of.empty')}</p>
      ) : (
        <ul aria-label={t('nav.deals.label')} className="-mx-2 flex flex-col">
          {deals.map((deal) => (
            <li key={deal.id}>
              <button
                type="button"
                className="focus-inset flex min-h-11 w-full items-center gap-2.5 rounded-md px-2 py-1 text-left hover:bg-hover"
                onClick={() => onOpen(deal.id)}
              >
                <StageDot stage={deal.stage} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium text-sm">{deal.name}</span>
                  <span className="block truncate text-muted text-xs">
                    {[
                      pipelines.stage(deal.stageId)?.name ?? t(`deals.stage.${deal.stage}`),
                      subject.kind === 'customer' ? deal.company?.name : deal.customer?.name,
                      deal.closedAt ? format.date(deal.closedAt) : null,
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
                {deal.amount === null || deal.currency === null ? null : (
                  <span className="tabular text-sm">{format.money(deal.amount, deal.currency)}</span>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex gap-2">
        {subject.kind === 'product' ? null : (
          <Button variant="ghost" size="small" className="-ml-2 w-fit" onClick={() => setAdding(true)}>
            <Plus aria-hidden className="size-4" />
            {t('deals.action.new')}
          </Button>
        )}
        {query.hasNextPage ? (
          <Button
            variant="ghost"
            size="small"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('common.action.loadMore')}
          </Button>
        ) : null}
      </div>
      <NewDealDialog
        open={adding}
        onClose={() => setAdding(false)}
        onCreated={() => setAdding(false)}
        {...(subject.kind === 'customer' ? { customer: { ...subject, company } } : {})}
        {...(subject.kind === 'company' ? { company: subject } : {})}
      />
    </Section>
  );
}
