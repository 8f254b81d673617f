import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import type { AuditEntry } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { auditQuery } from './api';
import { auditLabel, describeDetail } from './audit-text';
import { ListProblem, SectionIntro } from './section-parts';

export function AuditSection() {
  const t = useT();
  const {
    data: entries,
    error,
    refetch,
    hasNextPage,
    fetchNextPage,
    isFetchingNextPage,
  } = useInfiniteQuery(auditQuery);
  return (
    <>
      <SectionIntro>{t('settings.audit.intro')}</SectionIntro>
      {error && !entries ? <ListProblem error={error} onRetry={() => void refetch()} /> : null}
      {entries?.length === 0 ? <EmptyState icon={ScrollText} title={t('settings.audit.empty')} /> : null}
      {entries && entries.length > 0 ? (
        <div className="overflow-hidden rounded-lg border border-line">
          <table className="w-full border-collapse text-sm">
            <thead>
              <tr className="border-b border-line bg-sunken text-left text-xs text-muted">
                <th scope="col" className="px-4 py-2 font-medium">
                  {t('settings.audit.what')}
                </th>
                <th scope="col" className="px-4 py-2 font-medium max-sm:hidden">
                  {t('settings.audit.who')}
                </th>
                <th scope="col" className="px-4 py-2 text-right font-medium max-sm:hidden">
                  {t('settings.audit.when')}
                </th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {entries.map((entry) => (
                <AuditRow key={entry.id} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {!entries && !error ? <Skeleton className="h-72 rounded-lg" /> : null}
      {hasNextPage ? (
        <div className="mt-4 flex justify-center">
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('common.action.loadMore')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const t = useT();
  const format = useFormat();
  const label = auditLabel(entry.action);
  const detail = describeDetail(entry.detail, t, format.date);
  const when = (
    <time className="tabular" dateTime={entry.occurredAt} title={format.relative(entry.occurredAt)}>
      {format.dateTime(entry.occurredAt)}
    </time>
  );
  return (
    <tr className="align-top">
      <td className="px-4 py-2">
        <p className="font-medium">{label ? t(label) : entry.action}</p>
        {detail ? <p className="text-xs break-words text-muted">{detail}</p> : null}
        <p className="text-xs text-muted sm:hidden">
          {entry.actor.name} · {when}
        </p>
      </td>
      <td className="px-4 py-2 max-sm:hidden">
        <p>{entry.actor.name}</p>
        {entry.ipAddress ? <p className="tabular text-xs text-muted">{entry.ipAddress}</p> : null}
      </td>
      <td className="px-4 py-2 text-right text-muted whitespace-nowrap max-sm:hidden">{when}</td>
    </tr>
  );
}
