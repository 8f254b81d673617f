import type { ReactNode } from 'react';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Skeleton } from '@/ui/skeleton';

/** A titled part of a record. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="font-medium text-muted text-xs">{title}</h3>
      {children}
    </section>
  );
}

export function Moment({ value }: { value: string | null }) {
  const format = useFormat();
  if (value === null) return <span className="text-faint">–</span>;
  return (
    <time dateTime={value} title={format.relative(value)} className="tabular">
      {format.dateTime(value)}
    </time>
  );
}

export function DrawerSkeleton() {
  const t = useT();
  return (
    <div role="status" aria-label={t('record.drawer.loading')} className="flex flex-col gap-4 p-4">
      {[80, 55, 70, 45, 60, 50].map((width) => (
        <span key={width} style={{ width: `${width}%` }}>
          <Skeleton className="h-4" />
        </span>
      ))}
    </div>
  );
}
