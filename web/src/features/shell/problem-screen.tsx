import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { CloudOff, Compass, TriangleAlert } from 'lucide-react';
import { errorText } from '@/api/error-text';
import { ApiError, NetworkError } from '@/api/errors';
import { useT } from '@/i18n/use-t';
import { Button, buttonStyle } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';

interface ProblemScreenProps {
  error: unknown;
  /** Else the page is drawn anew. */
  onRetry?: () => void;
}

/** Instead of a page that failed to load or to draw. */
export function ProblemScreen({ error, onRetry }: ProblemScreenProps) {
  const t = useT();
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  const known = error instanceof ApiError || error instanceof NetworkError;
  return (
    <main className="flex flex-1 items-center justify-center bg-surface">
      <title>{`${t('problem.page.title')} · Entente`}</title>
      <EmptyState
        page
        icon={error instanceof NetworkError ? CloudOff : TriangleAlert}
        title={t('problem.page.title')}
        description={known ? errorText(error) : t('problem.page.unexpected')}
        actions={
          <>
            <Button
              variant="primary"
              onClick={() => {
                if (onRetry) {
                  onRetry();
                  return;
                }
                reset();
                void router.invalidate();
              }}
            >
              {t('common.action.retry')}
            </Button>
            <Button onClick={() => window.location.reload()}>{t('common.action.reload')}</Button>
          </>
        }
      />
    </main>
  );
}

/** For an address that leads nowhere. */
export function NotFoundScreen() {
  const t = useT();
  return (
    <main className="flex flex-1 items-center justify-center bg-surface">
      <title>{`${t('notFound.page.title')} · Entente`}</title>
      <EmptyState
        page
        icon={Compass}
        title={t('notFound.page.title')}
        description={t('notFound.page.text')}
        actions={
          <Link to="/home" className={buttonStyle({ variant: 'primary' })}>
            {t('notFound.home.label')}
          </Link>
        }
      />
    </main>
  );
}
