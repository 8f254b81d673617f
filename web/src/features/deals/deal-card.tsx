import { ArrowRightLeft, Clock } from 'lucide-react';
import { memo } from 'react';
import type { Deal } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { useNames } from '@/record/use-sources';
import { Avatar } from '@/ui/avatar';
import { daysInStage, isOverdue } from './deal-looks';
import { CARD, STEP } from './windowed';

interface DealCardProps {
  deal: Deal;
  index: number;
  count: number;
  stageName: string;
  /** The one that Tab comes to. */
  current: boolean;
  open: boolean;
  /** It may not be moved by this person. */
  fixed: boolean;
}

/** One deal on the board; the board itself listens for what is done with it. */
export const DealCard = memo(function DealCard({
  deal,
  index,
  count,
  stageName,
  current,
  open,
  fixed,
}: DealCardProps) {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  const now = Date.now();
  const closed = deal.stage === 'won' || deal.stage === 'lost';
  const overdue = isOverdue(deal, now);
  const age = daysInStage(deal, now);
  const close = deal.expectedCloseDate;
  const money =
    deal.amount === null || deal.currency === null ? null : format.money(deal.amount, deal.currency);
  const who = [deal.company?.name, deal.customer?.name].filter(Boolean).join(' · ');
  return (
    <li
      aria-setsize={count}
      aria-posinset={index + 1}
      style={{ transform: `translateY(${index * STEP}px)`, height: CARD }}
      className="group absolute inset-x-0 top-0"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a button of its own stands beside it */}
      <div
        role="button"
        tabIndex={current ? 0 : -1}
        data-deal={deal.id}
        draggable={!fixed}
        aria-label={t('deals.card.label', { name: deal.name, stage: stageName, amount: money ?? '' })}
        aria-keyshortcuts="Shift+ArrowRight Shift+ArrowLeft Shift+ArrowUp Shift+ArrowDown m"
        className={cn(
          'flex h-full cursor-pointer select-none flex-col rounded-lg border px-3 py-2 shadow-1 data-dragged:opacity-40',
          open ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:border-line-strong',
        )}
      >
        <span className="truncate pr-7 font-medium text-fg text-sm leading-6">{deal.name}</span>
        <span className="h-5 truncate text-muted text-xs leading-5">{who}</span>
        <span className="mt-0.5 flex h-6 items-center gap-2">
          <span className="tabular min-w-0 flex-1 truncate font-medium text-sm">{money ?? '–'}</span>
          {deal.ownerId === null ? null : <Avatar name={names.member(deal.ownerId)} />}
        </span>
        <span className="mt-0.5 flex h-5 items-center gap-2 text-muted text-xs">
          <span className={cn('tabular min-w-0 truncate', overdue && 'font-medium text-danger-fg')}>
            {closed && deal.closedAt
              ? format.date(deal.closedAt)
              : close === null
                ? t('deals.card.noDate')
                : overdue
                  ? t('deals.card.overdueSince', { date: format.date(`${close}T12:00:00`) })
                  : format.date(`${close}T12:00:00`)}
          </span>
          <span className="ml-auto flex shrink-0 items-center gap-1.5">
            {deal.rotting ? (
              <span className="inline-flex items-center gap-1 rounded-sm bg-warning-soft px-1 font-medium text-warning-fg">
                <Clock aria-hidden className="size-3" />
                {t('deals.card.rotting')}
              </span>
            ) : null}
            <span className="tabular" title={t('deals.card.age', { count: age })}>
              {t('deals.card.ageShort', { count: age })}
            </span>
          </span>
        </span>
      </div>
      <button
        type="button"
        tabIndex={-1}
        data-move={deal.id}
        aria-haspopup="menu"
        aria-label={t('deals.move.label', { name: deal.name })}
        className="pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100 pointer-fine:opacity-0 absolute top-1 right-1 flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-fg pointer-coarse:size-11"
      >
        <ArrowRightLeft aria-hidden className="size-3.5" />
      </button>
    </li>
  );
});
