import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { ApiKey } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { apiKeysQuery } from './api';
import { NewApiKeyDialog } from './new-api-key-dialog';
import { managesWorkspace, roleLabels } from './roles';
import { ListProblem, Row, Rows, SectionIntro } from './section-parts';

export function ApiKeysSection() {
  const t = useT();
  const me = useMe();
  const [creating, setCreating] = useState(false);
  const allowed = managesWorkspace(me.role);
  const { data: keys, error, refetch } = useQuery({ ...apiKeysQuery, enabled: allowed });
  const create = (
    <Button
      variant="primary"
      onClick={() => setCreating(true)}
      disabledReason={allowed ? undefined : t('settings.reason.admins')}
    >
      <Plus aria-hidden className="size-4" />
      {t('settings.apiKeys.create')}
    </Button>
  );
  return (
    <>
      <SectionIntro action={keys?.length === 0 ? null : create}>{t('settings.apiKeys.intro')}</SectionIntro>
      {allowed ? null : (
        <EmptyState
          icon={KeyRound}
          title={t('settings.forbidden.title')}
          description={t('settings.apiKeys.forbidden')}
        />
      )}
      {error ? <ListProblem error={error} onRetry={() => void refetch()} /> : null}
      {keys?.length === 0 ? (
        <EmptyState
          icon={KeyRound}
          title={t('settings.apiKeys.emptyTitle')}
          description={t('settings.apiKeys.emptyText')}
          actions={create}
        />
      ) : null}
      {keys && keys.length > 0 ? (
        <Rows label={t('settings.apiKeys.title')}>
          {keys.map((key) => (
            <ApiKeyRow key={key.id} apiKey={key} />
          ))}
        </Rows>
      ) : null}
      {allowed && !keys && !error ? <Skeleton className="h-32 rounded-lg" /> : null}
      <NewApiKeyDialog open={creating} onOpenChange={setCreating} />
    </>
  );
}

function ApiKeyRow({ apiKey }: { apiKey: ApiKey }) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api-keys/{id}', { params: { path: { id: apiKey.id } } })),
    onSuccess: () => toast.done({ title: t('settings.apiKeys.revoked', { name: apiKey.name }) }),
    onError: (error) => toast.failed({ title: t('common.error.title'), description: errorText(error) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
  const expired = apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) < Date.now();
  const ask = async () => {
    const sure = await confirm({
      title: t('settings.apiKeys.confirmTitle', { name: apiKey.name }),
      description: t('settings.apiKeys.confirmText'),
      confirmLabel: t('settings.apiKeys.revoke'),
      danger: true,
    });
    if (sure) revoke.mutate();
  };
  const facts = [
    t('settings.apiKeys.createdBy', { when: format.date(apiKey.createdAt), name: apiKey.createdBy.name }),
    apiKey.lastUsedAt
      ? t('settings.apiKeys.lastUsed', { when: format.relative(apiKey.lastUsedAt) })
      : t('settings.apiKeys.neverUsed'),
    apiKey.expiresAt
      ? t(expired ? 'settings.apiKeys.expired' : 'settings.apiKeys.expires', {
          when: format.date(apiKey.expiresAt),
        })
      : t('settings.apiKeys.noExpiry'),
  ];
  return (
    <Row className="max-sm:flex-wrap">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{apiKey.name}</span>
          <code className="font-mono text-xs text-muted">{apiKey.prefix}…</code>
          <Badge tone={apiKey.role === 'member' ? 'gray' : 'blue'}>{t(roleLabels[apiKey.role])}</Badge>
          {expired ? <Badge tone="red">{t('settings.apiKeys.expiredBadge')}</Badge> : null}
        </p>
        <p className="mt-0.5 text-xs text-muted">{facts.join(' · ')}</p>
      </div>
      <Button
        size="small"
        loading={revoke.isPending}
        onClick={() => void ask()}
        aria-label={t('settings.apiKeys.revokeNamed', { name: apiKey.name })}
      >
        {t('settings.apiKeys.revoke')}
      </Button>
    </Row>
  );
}
