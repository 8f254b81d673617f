import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DuplicatePair, PairedCompany, PairedCustomer } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { channels } from '@/record/channels';
import { bothOf } from '@/record/merge/duplicates';
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

/** How what two records have in common is called beside it; the names stand above already. */
const rowLabels = {
  email: channels.email.label,
  phone: channels.phone.label,
  linkedin: channels.linkedin.label,
  telegram: channels.telegram.label,
  domain: 'duplicates.row.domain',
  related_domain: 'duplicates.row.domain',
  name: null,
} as const satisfies Record<DuplicatePair['evidence'][number]['kind'], MessageId | null>;

/** Two records side by side, what speaks for their being one, and what can be said about it. */
export function PairCard({ pair, acts, active, onActive }: PairCardProps) {
  const t = useT();
  const format = useFormat();
  const [one, other] = bothOf(pair);
  if (one === undefined || other === undefined) return null;
  const shared = pair.evidence.flatMap(({ kind, first, second }) => {
    const label = rowLabels[kind];
    return label === null ? [] : [{ kind, label, first, second }];
  });
  const likely = t('duplicates.pair.likely', { percent: format.number(percent(pair.score)) });
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: only notes where the keys are meant for
    <li
      tabIndex={active ? 0 : -1}
      data-pair={pair.id}
      aria-current={active || undefined}
      aria-label={t('duplicates.pair.label', { one: one.name, other: other.name, likely })}
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
        {pair.customers.map((customer) => (
          <Person key={customer.id} customer={customer} />
        ))}
        {pair.companies.map((company) => (
          <Firm key={company.id} company={company} />
        ))}
        {shared.map(({ kind, label, first, second }) => (
          <div key={`${kind} ${first}`} className="col-span-full grid grid-cols-subgrid">
            <span className="text-muted text-xs leading-5 max-sm:col-span-full">{t(label)}</span>
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

const nameStyle = 'block break-words rounded-sm font-medium text-fg no-underline hover:underline';

function Person({ customer }: { customer: PairedCustomer }) {
  return (
    <Side
      avatar={<Avatar name={customer.fullName} url={customer.avatarUrl} size="medium" />}
      name={
        <Link to="/crm/customers" search={{ open: customer.id }} className={nameStyle}>
          {customer.fullName}
        </Link>
      }
      about={[customer.jobTitle, customer.companyName]}
      ownerId={customer.claimedById}
    />
  );
}

function Firm({ company }: { company: PairedCompany }) {
  const t = useT();
  const format = useFormat();
  const place = [company.city, company.country && format.country(company.country)].filter(Boolean).join(', ');
  return (
    <Side
      avatar={<Avatar name={company.name} size="medium" shape="square" />}
      name={
        <Link to="/crm/companies" search={{ open: company.id }} className={nameStyle}>
          {company.name}
        </Link>
      }
      about={[company.domain, place, t('companies.card.people', { count: company.customerCount })]}
      ownerId={company.ownerId}
    />
  );
}

interface SideProps {
  avatar: ReactNode;
  name: ReactNode;
  about: ReadonlyArray<string | null>;
  ownerId: string | null;
}

function Side({ avatar, name, about, ownerId }: SideProps) {
  const t = useT();
  const names = useNames();
  const known = about.filter(Boolean).join(' · ');
  return (
    <div className="mb-1 flex min-w-0 items-start gap-2.5">
      <span className="max-sm:hidden">{avatar}</span>
      <div className="min-w-0">
        {name}
        {known === '' ? null : <span className="block truncate text-muted text-xs">{known}</span>}
        <span className="block truncate text-muted text-xs">
          {ownerId === null
            ? t('record.owner.none')
            : t('duplicates.pair.owner', { name: names.member(ownerId) })}
        </span>
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
