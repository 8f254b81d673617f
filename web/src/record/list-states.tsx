import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { errorText } from '@/api/error-text';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';

interface FailedProps {
  error: unknown;
  onRetry: () => void;
}

/** In place of a list that could not be read. */
export function ListFailed({ error, onRetry, className }: FailedProps & { className: string }) {
  const t = useT();
  return (
    <EmptyState
      className={className}
      icon={CircleAlert}
      title={t('grid.state.failed')}
      description={errorText(error)}
      actions={<Button onClick={onRetry}>{t('common.action.retry')}</Button>}
    />
  );
}

/** Above a list of which a part could not be read. */
export function PartFailed({ error, onRetry }: FailedProps) {
  const t = useT();
  return (
    <div role="alert" className="flex items-center gap-3 bg-danger-soft px-5 py-1.5 text-danger-fg text-sm">
      {t('grid.state.partFailed', { problem: errorText(error) })}
      <Button size="small" onClick={onRetry}>
        {t('common.action.retry')}
      </Button>
    </div>
  );
}

/** Stands in for the first rows; shows only when they take longer than a moment. */
export function LoadingRows() {
  const t = useT();
  return (
    <div role="status" aria-label={t('common.state.loading')} className="grid-waiting">
      {Array.from({ length: 12 }, (_, index) => index).map((index) => (
        <div key={index} className="grid-cell grid-ghost" />
      ))}
    </div>
  );
}

/** In place of the rows of a table, below its header. */
export function OverRows({ children }: { children: ReactNode }) {
  return <div className="absolute inset-0 top-(--grid-header) overflow-y-auto">{children}</div>;
}
