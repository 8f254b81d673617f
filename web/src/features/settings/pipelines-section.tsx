import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, ArchiveRestore, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Pipeline } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { pipelinesQuery } from '@/record/deals/api';
import { StageDot } from '@/record/deals/stage-mark';
import { Alert } from '@/ui/alert';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { PipelineDialog } from './pipeline-dialog';
import { managesWorkspace } from './roles';
import { Block, SectionIntro } from './section-parts';

export function PipelinesSection() {
  const t = useT();
  const me = useMe();
  const { data, isError, error, refetch } = useQuery(pipelinesQuery);
  const [subject, setSubject] = useState<Pipeline | 'new' | null>(null);
  const reason = managesWorkspace(me.role) ? undefined : t('settings.reason.admins');
  const archive = useArchivePipeline();
  const living = data?.filter(({ archivedAt }) => archivedAt === null) ?? [];
  const archived = data?.filter(({ archivedAt }) => archivedAt !== null) ?? [];
  return (
    <>
      <SectionIntro
        action={
          <Button variant="primary" size="small" disabledReason={reason} onClick={() => setSubject('new')}>
            <Plus aria-hidden className="size-4" />
            {t('pipelines.action.new')}
          </Button>
        }
      >
        {t('pipelines.page.intro')}
      </SectionIntro>
      {reason ? (
        <Alert tone="info" className="mb-5">
          {t('pipelines.page.readOnly')}
        </Alert>
      ) : null}
      {isError && data === undefined ? (
        <EmptyState
          title={t('pipelines.page.failed')}
          description={errorText(error)}
          actions={<Button onClick={() => void refetch()}>{t('common.action.retry')}</Button>}
        />
      ) : data === undefined ? (
        <Skeleton className="h-48 rounded-lg" />
      ) : (
        living.map((pipeline) => (
          <Block key={pipeline.id} title={pipeline.name}>
            <div className="rounded-lg border border-line bg-surface">
              <Stages pipeline={pipeline} />
              <div className="flex flex-wrap items-center gap-2 border-line border-t px-4 py-2">
                {pipeline.isDefault ? <Badge>{t('pipelines.mark.default')}</Badge> : null}
                <span className="ml-auto flex gap-2">
                  {pipeline.isDefault ? null : (
                    <Button
                      size="small"
                      variant="ghost"
                      disabledReason={reason}
                      aria-label={t('pipelines.action.archiveNamed', { name: pipeline.name })}
                      loading={archive.isPending && archive.variables.pipeline.id === pipeline.id}
                      onClick={() => archive.mutate({ pipeline, archived: true })}
                    >
                      <Archive aria-hidden className="size-4" />
                      {t('pipelines.action.archive')}
                    </Button>
                  )}
                  <Button
                    size="small"
                    disabledReason={reason}
                    aria-label={t('pipelines.action.editNamed', { name: pipeline.name })}
                    onClick={() => setSubject(pipeline)}
                  >
                    <Pencil aria-hidden className="size-4" />
                    {t('common.action.edit')}
                  </Button>
                </span>
              </div>
            </div>
          </Block>
        ))
      )}
      {archived.length === 0 ? null : (
        <details className="text-sm">
          <summary className="w-fit cursor-default rounded-sm text-muted hover:text-fg">
            {t('pipelines.archived.title', { count: archived.length })}
          </summary>
          <ul
            aria-label={t('pipelines.archived.label')}
            className="mt-2 divide-y divide-line rounded-lg border border-line"
          >
            {archived.map((pipeline) => (
              <li key={pipeline.id} className="flex min-h-11 items-center gap-3 py-1.5 pr-1.5 pl-4">
                <span className="min-w-0 flex-1 truncate">{pipeline.name}</span>
                <Button
                  size="small"
                  disabledReason={reason}
                  aria-label={t('pipelines.action.restoreNamed', { name: pipeline.name })}
                  onClick={() => archive.mutate({ pipeline, archived: false })}
                >
                  <ArchiveRestore aria-hidden className="size-4" />
                  {t('pipelines.action.restore')}
                </Button>
              </li>
            ))}
          </ul>
        </details>
      )}
      <PipelineDialog subject={subject} onClose={() => setSubject(null)} />
    </>
  );
}

function Stages({ pipeline }: { pipeline: Pipeline }) {
  const t = useT();
  const format = useFormat();
  return (
    <ol aria-label={pipeline.name} className="divide-y divide-line">
      {pipeline.stages.map((stage) => (
        <li key={stage.id} className="flex min-h-11 flex-wrap items-center gap-x-3 px-4 py-1.5 text-sm">
          <StageDot stage={stage.stage} />
          <span className="min-w-0 flex-1 truncate font-medium">{stage.name}</span>
          <span className="text-muted text-xs">
            {[
              t(`deals.stage.${stage.stage}`),
              format.number(stage.probability, { style: 'percent', maximumFractionDigits: 1 }),
              stage.rotDays === null ? null : t('pipelines.stage.rots', { count: stage.rotDays }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </li>
      ))}
    </ol>
  );
}

function useArchivePipeline() {
  const t = useT();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ pipeline, archived }: { pipeline: Pipeline; archived: boolean }) =>
      unwrap(
        client.POST(archived ? '/pipelines/{id}/archive' : '/pipelines/{id}/restore', {
          params: { path: { id: pipeline.id } },
        }),
      ),
    onSuccess: (saved, { archived }) => {
      queryClient.setQueryData(pipelinesQuery.queryKey, (known) =>
        known?.map((each) => (each.id === saved.id ? saved : each)),
      );
      toast.done({
        title: t(archived ? 'record.archive.done' : 'record.archive.restored', { name: saved.name }),
      });
    },
    onError: (error, { pipeline, archived }) =>
      toast.failed({
        title: t(archived ? 'record.archive.failed' : 'record.restore.failed', { name: pipeline.name }),
        description: errorText(error),
      }),
  });
}
