import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Customer, Fit } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cutSearch } from '@/lib/search-text';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Skeleton } from '@/ui/skeleton';
import { Section } from '../drawer-parts';
import { BucketBadge, Score } from './score';
import './fits.css';

export interface FitsOfProps {
  customer: Pick<Customer, 'id' | 'fullName'>;
}

/** How well a customer fits each product that is scored; each line leads to what it is made of. */
export function FitsOf({ customer }: FitsOfProps) {
  const t = useT();
  const { data, isPending, isError, error, refetch } = useQuery({
    queryKey: ['customers', 'fit', customer.id],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/customers/{id}/fit', { params: { path: { id: customer.id } }, signal })),
    staleTime: 15_000,
  });
  return (
    <Section title={t('fits.section.title')}>
      {isPending ? (
        <Skeleton className="h-9" />
      ) : isError ? (
        <p role="alert" className="flex items-center gap-2 text-danger-fg text-sm">
          {errorText(error)}
          <Button size="small" onClick={() => void refetch()}>
            {t('common.action.retry')}
          </Button>
        </p>
      ) : data.length === 0 ? (
        <p className="text-muted text-sm">{t('fits.section.none')}</p>
      ) : (
        <ul className="fits" aria-label={t('fits.section.title')}>
          {data.map((fit) => (
            <li key={fit.productId}>
              <Line fit={fit} name={customer.fullName} id={customer.id} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Line({ fit, name, id }: { fit: Fit; name: string; id: string }) {
  const t = useT();
  const format = useFormat();
  const isStale = fit.criteria.some(({ stale }) => stale);
  return (
    // The ranking is searched for the name, for a customer may stand far down in it.
    <Link
      to="/leads"
      search={{ product: fit.productId, q: cutSearch(name), open: id }}
      className="fit-line"
      title={t('fits.line.open', { product: fit.productName })}
    >
      <span className="fit-name">{fit.productName}</span>
      {fit.overall === null ? null : <Score score={fit.overall} className="fit-score" />}
      <span className="fit-more text-muted text-xs">
        <BucketBadge bucket={fit.bucket} />
        {fit.overall === null
          ? null
          : t('leads.row.coverage', { share: format.number(fit.coverage, { style: 'percent' }) })}
        {isStale ? <Badge tone="yellow">{t('leads.row.stale')}</Badge> : null}
      </span>
    </Link>
  );
}
