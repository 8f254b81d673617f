import { useQuery } from '@tanstack/react-query';
import { useBootstrap } from '@/api/bootstrap';
import { errorText } from '@/api/error-text';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { customerCountQuery } from './api';
import { FirstSteps } from './first-steps';
import { Overview } from './overview';

/** A workspace without customers is led to its first ones; any other sees where it stands. */
export function HomePage() {
  const t = useT();
  const { org } = useBootstrap();
  const customers = useQuery(customerCountQuery());
  return (
    <>
      <PageHeader title={t('home.page.title')} note={org.name} />
      <div className="mx-auto w-full max-w-4xl px-4 py-6 sm:px-6">
        {customers.data ? (
          customers.data.count === 0 ? (
            <FirstSteps />
          ) : (
            <Overview />
          )
        ) : customers.error ? (
          <EmptyState
            title={t('home.failed.title')}
            description={errorText(customers.error)}
            actions={<Button onClick={() => void customers.refetch()}>{t('common.action.retry')}</Button>}
          />
        ) : (
          <Skeleton className="h-64 rounded-lg" />
        )}
      </div>
    </>
  );
}
