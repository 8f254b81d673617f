import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { client, unwrap } from '@/api/client';
import { isStatus } from '@/api/errors';
import type { Job } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button, IconButton } from '@/ui/button';
import { Progress } from '@/ui/progress';
import { Spinner } from '@/ui/spinner';
import { toast } from '@/ui/toast';
import { JobDetails } from './job-details';
import { bulkJobs, canUndo, dismiss, jobProblem, settle, type TrackedJob, undoBulk } from './jobs';

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: ['jobs', id],
    queryFn: ({ signal }) => unwrap(client.GET('/jobs/{id}', { params: { path: { id } }, signal })),
    // Until it has ended; work that takes long is asked about less often.
    refetchInterval: ({ state }) =>
      state.data?.finishedAt ? false : state.dataUpdateCount < 20 ? 500 : 2_000,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

/** Bulk actions under way and just done, at the foot of every page. */
export function JobStrip() {
  const t = useT();
  const jobs = useStore(bulkJobs, (state) => state.jobs);
  const count = jobs.length;
  // Toasts stand above the strip, not on its buttons.
  useEffect(() => {
    document.documentElement.style.setProperty('--job-strip', `${count * 3}rem`);
    return () => {
      document.documentElement.style.removeProperty('--job-strip');
    };
  }, [count]);
  if (count === 0) return null;
  return (
    <section
      aria-label={t('bulk.strip.label')}
      className="sticky bottom-0 z-20 shrink-0 divide-y divide-line border-line border-t bg-raised"
    >
      {jobs.map((job) => (
        <JobRow key={job.id} tracked={job} />
      ))}
    </section>
  );
}

function JobRow({ tracked }: { tracked: TrackedJob }) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const { data: job, error } = useQuery(jobQuery(tracked.id));
  const [details, setDetails] = useState(false);
  const [busy, setBusy] = useState(false);
  const title = job?.finishedAt ? doneText(t, tracked, job) : '';

  useEffect(() => {
    if (job?.finishedAt) settle(tracked, job, doneText(t, tracked, job), queryClient);
  }, [job, tracked, queryClient, t]);
  // Somebody else's, or deleted: nothing to tell.
  const gone = isStatus(error, 404) || isStatus(error, 403);
  useEffect(() => {
    if (gone) dismiss(tracked.id);
  }, [gone, tracked.id]);

  const act = async (run: () => Promise<unknown>, failed: MessageId) => {
    setBusy(true);
    try {
      await run();
    } catch (problem) {
      toast.failed({ title: t(failed), description: jobProblem(problem) });
      void queryClient.invalidateQueries({ queryKey: ['jobs', tracked.id] });
    } finally {
      setBusy(false);
    }
  };

  if (job === undefined || job.finishedAt === null) {
    const done = (job?.changed ?? 0) + (job?.skipped ?? 0) + (job?.failed ?? 0);
    const matched = job?.matched ?? null;
    const label = t(tracked.isUndo ? 'bulk.running.undo' : (`bulk.running.${tracked.kind}` as MessageId));
    return (
      <div className="flex h-12 items-center gap-3 px-4 text-sm">
        <Spinner className="size-4 shrink-0" />
        <p className="min-w-0 truncate font-medium">{label}</p>
        <Progress
          className="max-w-60 flex-1 max-sm:hidden"
          label={label}
          value={matched ? Math.round((done / matched) * 100) : null}
        />
        <span className="tabular shrink-0 text-muted">
          {job === undefined || job.state === 'queued'
            ? t('bulk.strip.waiting')
            : t('bulk.strip.progress', { done: format.number(done), total: format.number(matched ?? 0) })}
        </span>
        <Button
          size="small"
          className="ml-auto"
          loading={busy}
          onClick={() =>
            void act(
              async () =>
                queryClient.setQueryData(
                  jobQuery(tracked.id).queryKey,
                  await unwrap(client.POST('/jobs/{id}/cancel', { params: { path: { id: tracked.id } } })),
                ),
              'bulk.error.notCanceled',
            )
          }
        >
          {t('common.action.cancel')}
        </Button>
      </div>
    );
  }

  const Icon =
    job.state === 'failed' || (job.failed ?? 0) > 0
      ? CircleAlert
      : job.state === 'canceled' || (job.skipped ?? 0) > 0
        ? TriangleAlert
        : CircleCheck;
  const tone =
    Icon === CircleAlert ? 'text-danger-fg' : Icon === CircleCheck ? 'text-success-fg' : 'text-warning-fg';
  const rest = [
    job.state === 'canceled' ? t('bulk.strip.canceled') : null,
    job.state === 'failed' ? t('bulk.strip.stopped') : null,
    (job.skipped ?? 0) > 0 ? t('bulk.strip.skipped', { count: job.skipped ?? 0 }) : null,
    (job.failed ?? 0) > 0 ? t('bulk.strip.failed', { count: job.failed ?? 0 }) : null,
  ].filter(Boolean);
  return (
    <div className="flex min-h-12 items-center gap-2.5 px-4 text-sm max-sm:px-3">
      <Icon aria-hidden className={`size-4 shrink-0 ${tone}`} />
      <output className="min-w-0 truncate">
        <span className="font-medium">{title}</span>
        {rest.length > 0 ? <span className="text-muted max-sm:block"> {rest.join(' · ')}</span> : null}
      </output>
      <span className="ml-auto flex shrink-0 items-center gap-1">
        {rest.length > 0 ? (
          <Button size="small" variant="ghost" onClick={() => setDetails(true)}>
            {t('bulk.strip.details')}
          </Button>
        ) : null}
        {canUndo(job) && !tracked.isUndo ? (
          <Button
            size="small"
            loading={busy}
            onClick={() => void act(() => undoBulk(tracked), 'bulk.error.notUndone')}
          >
            {t('common.action.undo')}
          </Button>
        ) : null}
        <IconButton label={t('common.action.dismiss')} onClick={() => dismiss(tracked.id)}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </span>
      <JobDetails
        open={details}
        onClose={() => setDetails(false)}
        record={tracked.record}
        job={job}
        title={title}
      />
    </div>
  );
}

/** "12 customers archived". */
export function doneText(t: ReturnType<typeof useT>, tracked: TrackedJob, job: Job): string {
  const what = t(`bulk.count.${tracked.record}`, { count: job.changed ?? 0 });
  return t(tracked.isUndo ? 'bulk.done.undo' : (`bulk.done.${tracked.kind}` as MessageId), { what });
}
