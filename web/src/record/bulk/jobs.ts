/** Bulk actions that this browser has asked for: they go on while the person does something else. */
import type { QueryClient } from '@tanstack/react-query';
import { createStore } from 'zustand/vanilla';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { ApiError } from '@/api/errors';
import { tellOtherTabs } from '@/api/tabs-channel';
import type { CompanyAction, CustomerAction, Job, Select } from '@/api/types';
import { translate } from '@/i18n/setup';
import { pushUndo, takeUndo } from '@/lib/undo';
import { toast } from '@/ui/toast';

export type BulkRecord = 'customer' | 'company';
export type BulkKind = (CustomerAction | CompanyAction)['kind'];

export interface TrackedJob {
  readonly id: string;
  readonly record: BulkRecord;
  readonly kind: BulkKind;
  /** It takes back another one. */
  readonly isUndo: boolean;
  /** Its end has been told. */
  readonly settled?: boolean;
  /** How Ctrl+Z knows it. */
  readonly undoId?: number;
}

/** More than these are no longer news. */
const SHOWN = 4;
const KEPT = 'entente.bulk';

export const bulkJobs = createStore<{ jobs: readonly TrackedJob[] }>(() => ({ jobs: read() }));
bulkJobs.subscribe(({ jobs }) => {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(jobs.map(({ undoId: _, ...job }) => job)));
  } catch {
    // Without storage they are forgotten with the page.
  }
});

function read(): TrackedJob[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? (kept as TrackedJob[]) : [];
  } catch {
    return [];
  }
}

const waiting = new Map<string, (job: Job) => void>();

function track(job: TrackedJob) {
  bulkJobs.setState(({ jobs }) => ({ jobs: [...jobs, job].slice(-SHOWN) }));
}

export function dismiss(id: string) {
  bulkJobs.setState(({ jobs }) => ({ jobs: jobs.filter((job) => job.id !== id) }));
}

function change(id: string, fields: Partial<TrackedJob>) {
  bulkJobs.setState(({ jobs }) => ({
    jobs: jobs.map((job) => (job.id === id ? { ...job, ...fields } : job)),
  }));
}

export type BulkAction =
  | { record: 'customer'; action: CustomerAction }
  | { record: 'company'; action: CompanyAction };

/** Why a bulk action was refused, in the person's language where the code says enough. */
export function jobProblem(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.code === 'too_many_jobs') return translate('bulk.error.tooManyJobs');
    if (error.code === 'job_finished' || error.code === 'not_cancelable')
      return translate('bulk.error.finished');
    if (error.code === 'not_undoable') return translate('bulk.error.notUndoable');
  }
  return errorText(error);
}

/** Asks for a bulk action; answers whether it was taken. */
export async function startBulk(select: Select, asked: BulkAction): Promise<boolean> {
  try {
    const { jobId } = await unwrap(
      asked.record === 'customer'
        ? client.POST('/customers/bulk', { body: { select, action: asked.action } })
        : client.POST('/companies/bulk', { body: { select, action: asked.action } }),
    );
    track({ id: jobId, record: asked.record, kind: asked.action.kind, isUndo: false });
    return true;
  } catch (error) {
    toast.failed({
      title: translate('bulk.error.notStarted'),
      description: jobProblem(error),
      retry: () => void startBulk(select, asked),
    });
    return false;
  }
}

/** Takes a job back and answers once that is done; rejects when it cannot be. */
export async function undoBulk(job: TrackedJob): Promise<Job> {
  const { jobId } = await unwrap(client.POST('/jobs/{id}/undo', { params: { path: { id: job.id } } }));
  if (job.undoId !== undefined) takeUndo(job.undoId);
  dismiss(job.id);
  const done = new Promise<Job>((resolve) => waiting.set(jobId, resolve));
  track({ id: jobId, record: job.record, kind: job.kind, isUndo: true });
  return done;
}

/** A job has ended: what the pages show of its records is read anew, and it can be taken back by Ctrl+Z. */
export function settle(job: TrackedJob, ended: Job, label: string, queryClient: QueryClient) {
  if (bulkJobs.getState().jobs.find(({ id }) => id === job.id)?.settled) return;
  const entry =
    !job.isUndo && canUndo(ended)
      ? pushUndo(label, () => undoBulk({ ...job, undoId: undefined }))
      : undefined;
  change(job.id, { settled: true, undoId: entry?.id });
  refreshRecords(queryClient);
  waiting.get(job.id)?.(ended);
  waiting.delete(job.id);
}

export function canUndo(job: Job, now = Date.now()): boolean {
  return (
    job.undoneBy === null &&
    job.undoableUntil !== null &&
    Date.parse(job.undoableUntil) > now &&
    (job.changed ?? 0) > 0
  );
}

const AFFECTED = [
  'customers',
  'companies',
  'bootstrap',
  'tags',
  'segments',
  'pick',
  'search',
  'duplicates',
  'leads',
  'readings',
];

/** Many records have changed at once: everything that shows some of them is read anew. */
export function refreshRecords(queryClient: QueryClient) {
  tellOtherTabs();
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => AFFECTED.includes(String(queryKey[0])) });
}
