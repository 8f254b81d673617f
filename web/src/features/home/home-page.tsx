import { useQuery } from '@tanstack/react-query';
import { useBootstrap } from '@/api/bootstrap';
import { errorText } from '@/api/error-text';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { customerCountQuery } from './api';
import { DashboardPage, type HomeParams } from './dashboard-page';
import { FirstSteps } from './first-steps';

interface HomePageProps {
  params: HomeParams;
  onParams: (change: HomeParams) => void;
}

/** A workspace without customers is led to its first ones; any other sees its dashboards. */
export function HomePage({ params, onParams }: HomePageProps) {
  const t = useT();
  const { org } = useBootstrap();
  const customers = useQuery(customerCountQuery());
  if (customers.data && customers.data.count > 0)
    return <DashboardPage params={params} onParams={onParams} />;
  return (
    <>
      <PageHeader title={t('home.page.title')} note={org.name} />
      <div className="mx-auto w-full max-w-4xl px-4 py-6 sm:px-6">
        {customers.data ? (
          <FirstSteps />
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
