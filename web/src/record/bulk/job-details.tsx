import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap } from '@/api/client';
import type { Customer, Job } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import type { BulkRecord } from './jobs';

const reasons: Record<string, MessageId> = {
  forbidden: 'bulk.reason.forbidden',
  unchanged: 'bulk.reason.unchanged',
  archived: 'bulk.reason.archived',
  already_claimed: 'bulk.reason.alreadyClaimed',
  changed_since: 'bulk.reason.changedSince',
  owner_left: 'bulk.reason.ownerLeft',
  gone: 'bulk.reason.gone',
  contact_taken: 'bulk.reason.contactTaken',
  domain_taken: 'bulk.reason.domainTaken',
  merged: 'bulk.reason.merged',
  too_many: 'bulk.reason.tooMany',
  unknown_tag: 'bulk.reason.unknownTag',
};

/** Records whose names are asked for; the rest of the list is reached through its links. */
const NAMED = 25;

interface JobDetailsProps {
  open: boolean;
  onClose: () => void;
  record: BulkRecord;
  job: Job;
  title: string;
}

/** What became of every record of a bulk action. */
export function JobDetails({ open, onClose, record, job, title }: JobDetailsProps) {
  const t = useT();
  const format = useFormat();
  const reason = (code: string) => (code in reasons ? t(reasons[code] as MessageId) : code);
  const left = (job.matched ?? 0) - (job.changed ?? 0) - (job.skipped ?? 0) - (job.failed ?? 0);
  const counts: Array<[MessageId, number]> = [
    ['bulk.details.changed', job.changed ?? 0],
    ['bulk.details.skipped', job.skipped ?? 0],
    ['bulk.details.failed', job.failed ?? 0],
  ];
  if (left > 0) counts.push(['bulk.details.left', left]);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={title}
      size="large"
      footer={<Button onClick={onClose}>{t('common.action.close')}</Button>}
    >
      <div className="flex flex-col gap-5 pb-2 text-sm">
        <dl className="flex flex-wrap gap-x-8 gap-y-2">
          {counts.map(([label, count]) => (
            <div key={label}>
              <dt className="text-muted text-xs">{t(label)}</dt>
              <dd className="tabular font-semibold text-lg">{format.number(count)}</dd>
            </div>
          ))}
        </dl>
        {job.state === 'failed' && job.error ? (
          <p className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg">
            {t('bulk.details.stopped', { problem: job.error })}
          </p>
        ) : null}
        {job.reasons.length > 0 ? (
          <section>
            <h3 className="mb-1.5 font-medium">{t('bulk.details.why')}</h3>
            <ul className="divide-y divide-line rounded-md border border-line">
              {job.reasons.map(({ code, count }) => (
                <li key={code} className="flex items-baseline gap-3 px-3 py-2">
                  <span className="min-w-0 flex-1">{reason(code)}</span>
                  <span className="tabular text-muted">{format.number(count)}</span>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        {job.errors.length > 0 ? (
          <section>
            <h3 className="mb-1.5 font-medium">
              {(job.failed ?? 0) > job.errors.length
                ? t('bulk.details.firstFailed', { count: job.errors.length })
                : t('bulk.details.allFailed')}
            </h3>
            <ul className="divide-y divide-line rounded-md border border-line">
              {job.errors.map((error, index) => (
                <li key={error.recordId} className="px-3 py-2">
                  <Link
                    to={record === 'customer' ? '/crm/customers' : '/crm/companies'}
                    search={{ open: error.recordId }}
                    onClick={onClose}
                    className="font-medium text-accent-fg hover:underline"
                  >
                    <RecordName record={record} id={error.recordId} ask={open && index < NAMED} />
                  </Link>
                  <p className="text-muted">{reason(error.code)}</p>
                  <p className="text-muted text-xs">{error.message}</p>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </div>
    </Dialog>
  );
}

function RecordName({ record, id, ask }: { record: BulkRecord; id: string; ask: boolean }) {
  const t = useT();
  const path = { params: { path: { id } } };
  const { data } = useQuery({
    queryKey: [record === 'customer' ? 'customers' : 'companies', 'one', id],
    queryFn: ({ signal }): Promise<{ fullName?: Customer['fullName']; name?: string }> =>
      record === 'customer'
        ? unwrap(client.GET('/customers/{id}', { ...path, signal }))
        : unwrap(client.GET('/companies/{id}', { ...path, signal })),
    enabled: ask,
    staleTime: 10_000,
  });
  return data?.fullName ?? data?.name ?? t('bulk.details.open');
}
