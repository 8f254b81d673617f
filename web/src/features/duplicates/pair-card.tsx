import { Link } from '@tanstack/react-router';
import type { DuplicatePair, PairedCustomer } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { channels } from '@/record/channels';
import { evidenceText, percent } from '@/record/merge/evidence';
import { useNames } from '@/record/use-sources';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Kbd } from '@/ui/kbd';
import type { PairAct } from './use-pair-acts';

interface PairCardProps {
  pair: DuplicatePair;
  acts: readonly PairAct[];
  /** The keys are meant for this one. */
  active: boolean;
  onActive: () => void;
}

/** Two customers side by side, what speaks for their being one, and what can be said about it. */
export function PairCard({ pair, acts, active, onActive }: PairCardProps) {
  const t = useT();
  const format = useFormat();
  const [one, other] = pair.customers;
  if (one === undefined || other === undefined) return null;
  // The names stand above already.
  const addresses = pair.evidence.flatMap(({ kind, first, second }) =>
    kind === 'name' ? [] : [{ kind, first, second }],
  );
  const likely = t('duplicates.pair.likely', { percent: format.number(percent(pair.score)) });
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: only notes where the keys are meant for
    <li
      tabIndex={active ? 0 : -1}
      data-pair={pair.id}
      aria-current={active || undefined}
      aria-label={t('duplicates.pair.label', { one: one.fullName, other: other.fullName, likely })}
      onFocus={onActive}
      className="rounded-lg border border-line bg-surface aria-[current]:border-line-strong aria-[current]:shadow-2"
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 px-4 pt-3 text-sm">
        <Badge tone={pair.score >= 0.9 ? 'orange' : 'gray'}>{likely}</Badge>
        <span className="min-w-0">
          {pair.evidence.map((each) => t(evidenceText(pair, each))).join(' · ')}
        </span>
        <span className="text-muted text-xs sm:ml-auto">
          <Decided pair={pair} />
        </span>
      </div>
      <div className="grid grid-cols-2 gap-x-3 gap-y-1.5 p-4 text-sm sm:grid-cols-[7rem_minmax(0,1fr)_minmax(0,1fr)]">
        <span className="max-sm:hidden" />
        <Person customer={one} />
        <Person customer={other} />
        {addresses.map(({ kind, first, second }) => (
          <div key={`${kind} ${first}`} className="col-span-full grid grid-cols-subgrid">
            <span className="text-muted text-xs leading-5 max-sm:col-span-full">
              {t(channels[kind].label)}
            </span>
            <span className="min-w-0 break-words">{first}</span>
            <span className="min-w-0 break-words">{second}</span>
          </div>
        ))}
      </div>
      {acts.length === 0 ? null : (
        <div className="flex flex-wrap gap-2 border-line border-t px-4 py-2.5">
          {acts.map(({ id, label, icon: Icon, keys, main, disabledReason, run }) => (
            <Button
              key={id}
              size="small"
              variant={main && active ? 'primary' : 'secondary'}
              aria-keyshortcuts={active ? keys.toUpperCase() : undefined}
              disabledReason={disabledReason}
              onClick={run}
            >
              <Icon aria-hidden className="size-4 max-sm:hidden" />
              {t(label)}
              {active && disabledReason === undefined ? (
                <span aria-hidden className="max-sm:hidden pointer-coarse:hidden">
                  <Kbd keys={keys} />
                </span>
              ) : null}
            </Button>
          ))}
        </div>
      )}
    </li>
  );
}

function Person({ customer }: { customer: PairedCustomer }) {
  const t = useT();
  const names = useNames();
  const about = [customer.jobTitle, customer.companyName].filter(Boolean).join(' · ');
  const owner =
    customer.claimedById === null
      ? t('record.owner.none')
      : t('duplicates.pair.owner', { name: names.member(customer.claimedById) });
  return (
    <div className="mb-1 flex min-w-0 items-start gap-2.5">
      <span className="max-sm:hidden">
        <Avatar name={customer.fullName} url={customer.avatarUrl} size="medium" />
      </span>
      <div className="min-w-0">
        <Link
          to="/crm/customers"
          search={{ open: customer.id }}
          className="block break-words rounded-sm font-medium text-fg no-underline hover:underline"
        >
          {customer.fullName}
        </Link>
        {about === '' ? null : <span className="block truncate text-muted text-xs">{about}</span>}
        <span className="block truncate text-muted text-xs">{owner}</span>
      </div>
    </div>
  );
}

/** Who has decided and when, or since when the pair is there. */
function Decided({ pair }: { pair: DuplicatePair }) {
  const t = useT();
  const format = useFormat();
  if (pair.state === 'open') return t('duplicates.pair.found', { when: format.relative(pair.createdAt) });
  if (pair.state === 'later' && pair.laterUntil !== null)
    return t('duplicates.pair.until', { when: format.relative(pair.laterUntil) });
  if (pair.decidedBy === null || pair.decidedAt === null) return null;
  return t('duplicates.pair.decided', { name: pair.decidedBy.name, when: format.relative(pair.decidedAt) });
}
