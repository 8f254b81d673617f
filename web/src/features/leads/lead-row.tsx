import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Lead } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { BucketBadge, Score } from '@/record/fit/score';
import { useScoreText } from '@/record/fit/score-text';
import { useNames } from '@/record/use-sources';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Checkbox } from '@/ui/checkbox';
import { DecisionBadge } from './review-form';

interface LeadRowProps {
  lead: Lead;
  /** The keys are meant for this one. */
  active: boolean;
  open: boolean;
  selected: boolean;
  onActive: () => void;
  onOpen: () => void;
  onSelected: (selected: boolean) => void;
  /** What it is made of, while it is open. */
  children: ReactNode;
}

/** A customer in the ranking, which opens in place. */
export function LeadRow({
  lead: { rank, customer, fit },
  active,
  open,
  selected,
  onActive,
  onOpen,
  onSelected,
  children,
}: LeadRowProps) {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  const score = useScoreText();
  const [review] = fit.reviews;
  const isStale = fit.criteria.some(({ stale }) => stale);
  const owner = customer.claimedById === null ? null : names.member(customer.claimedById);
  const label = t('leads.row.label', {
    rank,
    name: customer.fullName,
    score: fit.overall === null ? t('leads.score.none') : score(fit.overall),
    bucket: [t(`leads.bucket.${fit.bucket ?? 'none'}`), ...(isStale ? [t('leads.row.stale')] : [])].join(
      ', ',
    ),
  });
  const panel = `lead-${customer.id}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: only notes where the keys are meant for
    <li
      tabIndex={active ? 0 : -1}
      data-lead={customer.id}
      aria-current={active || undefined}
      aria-label={label}
      onFocus={onActive}
      className="group focus-inset border-line border-t first:border-t-0"
    >
      <div className="flex min-h-12 items-center gap-3 px-4 py-1.5 group-aria-[current]:bg-hover sm:px-5">
        <Checkbox
          aria-label={t('leads.row.select', { name: customer.fullName })}
          checked={selected}
          onCheckedChange={onSelected}
        />
        <span aria-hidden className="tabular w-8 shrink-0 text-right text-muted text-xs max-sm:hidden">
          {format.number(rank)}
        </span>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={open ? panel : undefined}
          className="focus-inset grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 rounded-md text-left sm:grid-cols-[minmax(0,1fr)_10rem_4.5rem] lg:grid-cols-[minmax(0,1fr)_14rem_4.5rem_8rem_9rem]"
          onClick={onOpen}
        >
          <span className="flex min-w-0 items-center gap-2.5">
            <ChevronRight
              aria-hidden
              className={cn('size-4 shrink-0 text-faint transition-transform', open && 'rotate-90')}
            />
            <span className="max-sm:hidden">
              <Avatar name={customer.fullName} url={customer.avatarUrl} />
            </span>
            <span className="min-w-0">
              <span className="block truncate font-medium text-sm">{customer.fullName}</span>
              <span className="block truncate text-muted text-xs">
                <span className="font-medium text-fg sm:hidden">
                  {t(`leads.bucket.${fit.bucket ?? 'none'}`)}
                  {isStale ? `, ${t('leads.row.stale')}` : null}
                </span>
                <span className="sm:hidden"> · </span>
                {[customer.jobTitle, customer.company?.name].filter(Boolean).join(' · ')}
              </span>
            </span>
          </span>
          <Score score={fit.overall} className="max-sm:w-28" />
          <span className="flex items-center gap-2 max-sm:hidden">
            <BucketBadge bucket={fit.bucket} />
          </span>
          <span className="truncate text-muted text-xs max-lg:hidden">
            {isStale ? <Badge tone="yellow">{t('leads.row.stale')}</Badge> : null}{' '}
            {fit.coverage < 1
              ? t('leads.row.coverage', { share: format.number(fit.coverage, { style: 'percent' }) })
              : null}
          </span>
          <span className="truncate text-muted text-xs max-lg:hidden">
            {review ? <DecisionBadge decision={review.decision} /> : owner}
          </span>
        </button>
      </div>
      {open ? (
        <section
          id={panel}
          aria-label={t('leads.breakdown.title', { name: customer.fullName })}
          className="flex flex-col gap-4 border-line border-t bg-canvas px-4 py-4 sm:px-5 lg:pl-24"
        >
          <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-sm">
            <span>
              {t('leads.breakdown.coverage', { share: format.number(fit.coverage, { style: 'percent' }) })}
            </span>
            <Link to="/crm/customers" search={{ open: customer.id }} className="text-accent-fg">
              {t('leads.row.customer')}
            </Link>
          </p>
          {children}
        </section>
      ) : null}
    </li>
  );
}
