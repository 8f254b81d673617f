import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps, linkOptions } from '@tanstack/react-router';
import { FileUp, UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { errorText } from '@/api/error-text';
import type { Count, Filter } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Avatar } from '@/ui/avatar';
import { Button, buttonStyle } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { companyCountQuery, customerCountQuery, recentCustomersQuery } from './api';

const mine: Filter = { field: 'claimedById', op: 'eq', value: 'me' };
const unclaimed: Filter = { field: 'claimedById', op: 'empty' };

/** How many there are, and where something happened last. Each part loads and fails alone. */
export function Overview() {
  const t = useT();
  const customers = useQuery(customerCountQuery());
  const ours = useQuery(customerCountQuery(mine));
  const free = useQuery(customerCountQuery(unclaimed));
  const companies = useQuery(companyCountQuery);
  return (
    <div className="flex flex-col gap-8">
      <section aria-labelledby="home-numbers">
        <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
          <h2 id="home-numbers" className="text-sm font-semibold">
            {t('home.numbers.title')}
          </h2>
          <div className="flex gap-2">
            <Link to="/imports" className={buttonStyle({ size: 'small' })}>
              <FileUp aria-hidden className="size-4" />
              {t('firstSteps.import.action')}
            </Link>
            <Link to="/crm/customers" search={{ new: true }} className={buttonStyle({ size: 'small' })}>
              <UserPlus aria-hidden className="size-4" />
              {t('command.newCustomer.label')}
            </Link>
          </div>
        </div>
        <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          <Figure
            label={t('nav.customers.label')}
            count={customers.data}
            failed={customers.isError}
            link={linkOptions({ to: '/crm/customers' })}
          />
          <Figure
            label={t('home.numbers.mine')}
            count={ours.data}
            failed={ours.isError}
            link={linkOptions({ to: '/crm/customers', search: { owner: 'me' } })}
          />
          <Figure
            label={t('home.numbers.unclaimed')}
            count={free.data}
            failed={free.isError}
            link={linkOptions({ to: '/crm/customers', search: { owner: 'none' } })}
          />
          <Figure
            label={t('nav.companies.label')}
            count={companies.data}
            failed={companies.isError}
            link={linkOptions({ to: '/crm/companies' })}
          />
        </dl>
      </section>
      <RecentCustomers />
    </div>
  );
}

interface FigureProps {
  label: string;
  count: Count | undefined;
  failed: boolean;
  /** The list that the number counts. */
  link: Pick<LinkProps, 'to' | 'search'>;
}

function Figure({ label, count, failed, link }: FigureProps) {
  const t = useT();
  const format = useFormat();
  let shown: ReactNode = <Skeleton className="h-7 w-16" />;
  if (count) {
    const number = format.number(count.count);
    const text = count.exact ? number : t('home.numbers.atLeast', { number });
    shown = (
      <Link
        {...link}
        aria-label={`${label}: ${text}`}
        className="text-fg no-underline after:absolute after:inset-0 after:rounded-lg"
      >
        {text}
      </Link>
    );
  } else if (failed) shown = '–';
  return (
    <div className="relative rounded-lg border border-line bg-surface px-4 py-3 shadow-1 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent-fg">
      <dt className="truncate text-sm text-muted">{label}</dt>
      <dd className="mt-1 text-xl font-semibold tabular [&_a]:outline-none">{shown}</dd>
    </div>
  );
}

function RecentCustomers() {
  const t = useT();
  const format = useFormat();
  const { data, error, refetch } = useQuery(recentCustomersQuery);
  return (
    <section aria-labelledby="home-recent">
      <h2 id="home-recent" className="mb-3 text-sm font-semibold">
        {t('home.recent.title')}
      </h2>
      {error && !data ? (
        <EmptyState
          title={t('home.failed.title')}
          description={errorText(error)}
          actions={<Button onClick={() => void refetch()}>{t('common.action.retry')}</Button>}
        />
      ) : null}
      {!data && !error ? <Skeleton className="h-80 rounded-lg" /> : null}
      {data ? (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line shadow-1">
          {data.items.map((customer) => (
            <li key={customer.id}>
              <Link
                to="/crm/customers"
                search={{ open: customer.id }}
                className="focus-inset flex min-h-11 items-center gap-3 px-4 py-1.5 text-sm text-fg no-underline hover:bg-hover"
              >
                <Avatar name={customer.fullName} url={customer.avatarUrl} />
                <span className="min-w-0 flex-1 truncate sm:flex-none sm:basis-48">
                  <span className="font-medium">{customer.fullName}</span>
                </span>
                <span className="min-w-0 flex-1 truncate text-muted max-sm:hidden">
                  {[customer.jobTitle, customer.company?.name].filter(Boolean).join(' · ')}
                </span>
                <time
                  dateTime={customer.lastActivityAt}
                  title={format.dateTime(customer.lastActivityAt)}
                  className="shrink-0 text-xs text-muted"
                >
                  {format.relative(customer.lastActivityAt)}
                </time>
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
