import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bot, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { AiProvider } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { aiProvidersQuery } from '@/record/fit/ai';
import { modelReason } from '@/record/fit/model-reason';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { ModelDialog } from './model-dialog';
import { managesWorkspace } from './roles';
import { ListProblem, Row, Rows, SectionIntro } from './section-parts';

/** The endpoints with language models, and how they do. */
export function ModelsSection() {
  const t = useT();
  const me = useMe();
  const [subject, setSubject] = useState<AiProvider | 'new' | null>(null);
  const allowed = managesWorkspace(me.role);
  const { data: providers, error, refetch } = useQuery({ ...aiProvidersQuery, enabled: allowed });
  const add = (
    <Button
      variant="primary"
      onClick={() => setSubject('new')}
      disabledReason={allowed ? undefined : t('settings.reason.admins')}
    >
      <Plus aria-hidden className="size-4" />
      {t('models.action.add')}
    </Button>
  );
  return (
    <>
      <SectionIntro action={providers?.length === 0 ? null : add}>{t('models.page.intro')}</SectionIntro>
      {allowed ? null : (
        <EmptyState
          icon={Bot}
          title={t('settings.forbidden.title')}
          description={t('models.page.forbidden')}
        />
      )}
      {error ? <ListProblem error={error} onRetry={() => void refetch()} /> : null}
      {providers?.length === 0 ? (
        <EmptyState
          icon={Bot}
          title={t('models.empty.title')}
          description={t('models.empty.text')}
          actions={add}
        />
      ) : null}
      {providers && providers.length > 0 ? (
        <Rows label={t('settings.models.title')}>
          {providers.map((provider) => (
            <ModelRow key={provider.id} provider={provider} onEdit={() => setSubject(provider)} />
          ))}
        </Rows>
      ) : null}
      {allowed && !providers && !error ? <Skeleton className="h-32 rounded-lg" /> : null}
      <ModelDialog subject={subject} onClose={() => setSubject(null)} />
    </>
  );
}

function ModelRow({ provider, onEdit }: { provider: AiProvider; onEdit: () => void }) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: aiProvidersQuery.queryKey });
  const test = useMutation({
    mutationFn: () => unwrap(client.POST('/ai/providers/test', { body: { id: provider.id } })),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: () => unwrap(client.DELETE('/ai/providers/{id}', { params: { path: { id: provider.id } } })),
    onSuccess: () => toast.done({ title: t('models.remove.done', { name: provider.name }) }),
    onError: (cause) => toast.failed({ title: t('common.error.title'), description: errorText(cause) }),
    onSettled: refresh,
  });
  const ask = async () => {
    const sure = await confirm({
      title: t('models.remove.title', { name: provider.name }),
      description: t('models.remove.text'),
      confirmLabel: t('models.remove.confirm'),
      danger: true,
    });
    if (sure) remove.mutate();
  };
  const { name, baseUrl, chatModel, hasKey, inUse, pausedUntil, reason, said } = provider;
  const facts = [
    baseUrl,
    t(hasKey ? 'models.row.key' : 'models.row.noKey'),
    t('models.row.tokens', {
      used: format.number(provider.tokensToday),
      most: format.number(provider.tokensPerDay),
    }),
  ];
  return (
    <Row className="flex-wrap">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{name}</span>
          {chatModel === null ? null : <code className="font-mono text-muted text-xs">{chatModel}</code>}
          {inUse ? <Badge tone="green">{t('models.row.inUse')}</Badge> : null}
          {reason === null ? null : <Badge tone="red">{modelReason(t, reason)}</Badge>}
        </p>
        <p className="mt-0.5 break-words text-muted text-xs">{facts.join(' · ')}</p>
        {reason === null ? null : (
          <p className="mt-0.5 break-words text-danger-fg text-xs">
            {[
              said,
              pausedUntil === null ? null : t('models.row.paused', { when: format.dateTime(pausedUntil) }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        )}
        <p role="status" className="mt-0.5 break-words text-xs">
          <TestOutcome test={test} />
        </p>
      </div>
      <span className="flex gap-2">
        <Button
          size="small"
          loading={test.isPending}
          disabledReason={chatModel === null ? t('models.form.modelHint') : undefined}
          aria-label={t('models.action.testNamed', { name })}
          onClick={() => test.mutate()}
        >
          {t('models.action.test')}
        </Button>
        <Button size="small" aria-label={t('models.action.editNamed', { name })} onClick={onEdit}>
          {t('common.action.edit')}
        </Button>
        <Button
          size="small"
          loading={remove.isPending}
          aria-label={t('models.action.removeNamed', { name })}
          onClick={() => void ask()}
        >
          {t('common.action.delete')}
        </Button>
      </span>
    </Row>
  );
}

interface TestOutcomeProps {
  test: {
    data: { ok: boolean; reason: string | null; said: string | null; milliseconds: number } | undefined;
    error: Error | null;
    isPending: boolean;
  };
}

/** How a test went, in words. */
export function TestOutcome({ test: { data, error, isPending } }: TestOutcomeProps) {
  const t = useT();
  const format = useFormat();
  if (isPending) return t('models.test.running');
  if (error) return <span className="text-danger-fg">{errorText(error)}</span>;
  if (data === undefined) return null;
  if (data.ok)
    return (
      <span className="text-success-fg">
        {t('models.test.ok', {
          seconds: format.number(data.milliseconds / 1000, { maximumFractionDigits: 1 }),
        })}
      </span>
    );
  const why = [modelReason(t, data.reason ?? ''), data.said].filter(Boolean).join(': ');
  return <span className="text-danger-fg">{t('models.test.failed', { why })}</span>;
}
