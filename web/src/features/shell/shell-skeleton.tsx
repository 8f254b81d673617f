import { useT } from '@/i18n/use-t';
import { Skeleton } from '@/ui/skeleton';

/** In the size of the shell while the workspace data is on its way; invisible for the first moment. */
export function ShellSkeleton() {
  const t = useT();
  return (
    <div className="flex h-dvh bg-canvas" role="status" aria-label={t('common.state.loading')}>
      <div className="flex w-58 flex-col gap-3 p-3 max-md:hidden">
        <Skeleton className="h-6 w-36" />
        <Skeleton className="h-7" />
        <Skeleton className="mt-2 h-5 w-28" />
        <Skeleton className="h-5 w-32" />
        <Skeleton className="h-5 w-24" />
      </div>
      <div className="flex-1 bg-surface p-5 md:my-2 md:mr-2 md:rounded-lg md:border md:border-line">
        <Skeleton className="h-5 w-40" />
      </div>
    </div>
  );
}
