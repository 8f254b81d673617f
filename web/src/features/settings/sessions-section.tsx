import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Laptop, Smartphone } from 'lucide-react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Session } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { type Translate, useT } from '@/i18n/use-t';
import { readUserAgent } from '@/lib/user-agent';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { sessionsQuery } from './api';
import { ListProblem, Row, Rows, SectionIntro } from './section-parts';

export function SessionsSection() {
  const t = useT();
  const queryClient = useQueryClient();
  const { data: sessions, error, refetch } = useQuery(sessionsQuery);
  const settled = () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  const failed = (problem: unknown) =>
    toast.failed({ title: t('common.error.title'), description: errorText(problem) });

  const revoke = useMutation({
    mutationFn: (id: string) => unwrap(client.DELETE('/me/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => toast.done({ title: t('settings.sessions.revoked') }),
    onError: failed,
    onSettled: settled,
  });
  const revokeOthers = useMutation({
    mutationFn: () => unwrap(client.DELETE('/me/sessions')),
    onSuccess: () => toast.done({ title: t('settings.sessions.othersRevoked') }),
    onError: failed,
    onSettled: settled,
  });

  const others = sessions?.filter(({ current }) => !current).length ?? 0;
  const askRevokeOthers = async () => {
    const sure = await confirm({
      title: t('settings.sessions.confirmTitle'),
      description: t('settings.sessions.confirmText', { count: others }),
      confirmLabel: t('settings.sessions.revokeOthers'),
      danger: true,
    });
    if (sure) revokeOthers.mutate();
  };

  return (
    <>
      <SectionIntro
        action={
          others > 0 ? (
            <Button onClick={() => void askRevokeOthers()} loading={revokeOthers.isPending}>
              {t('settings.sessions.revokeOthers')}
            </Button>
          ) : null
        }
      >
        {t('settings.sessions.intro')}
      </SectionIntro>
      {error ? <ListProblem error={error} onRetry={() => void refetch()} /> : null}
      {sessions ? (
        <Rows label={t('settings.sessions.devices')}>
          {sessions.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              revoking={revoke.isPending && revoke.variables === session.id}
              onRevoke={() => revoke.mutate(session.id)}
            />
          ))}
        </Rows>
      ) : error ? null : (
        <Skeleton className="h-44 rounded-lg" />
      )}
    </>
  );
}

interface SessionRowProps {
  session: Session;
  revoking: boolean;
  onRevoke: () => void;
}

function SessionRow({ session, revoking, onRevoke }: SessionRowProps) {
  const t = useT();
  const format = useFormat();
  const device = readUserAgent(session.userAgent);
  const Icon = device.phone ? Smartphone : Laptop;
  const name = deviceName(session, t);
  return (
    <Row>
      <Icon aria-hidden className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {name}
          {session.current ? <Badge tone="green">{t('settings.sessions.current')}</Badge> : null}
        </p>
        <p className="text-xs text-muted">
          {session.ipAddress ? `${session.ipAddress} · ` : null}
          <time dateTime={session.lastSeenAt} title={format.dateTime(session.lastSeenAt)}>
            {t('settings.sessions.lastSeen', { when: format.relative(session.lastSeenAt) })}
          </time>
        </p>
      </div>
      {session.current ? null : (
        <Button
          variant="secondary"
          size="small"
          loading={revoking}
          onClick={onRevoke}
          aria-label={t('settings.sessions.revokeNamed', { name })}
        >
          {t('settings.sessions.revoke')}
        </Button>
      )}
    </Row>
  );
}

function deviceName(session: Session, t: Translate): string {
  const { browser, system } = readUserAgent(session.userAgent);
  if (browser && system) return t('settings.sessions.device', { browser, system });
  return browser ?? system ?? session.userAgent ?? t('settings.sessions.unknown');
}
