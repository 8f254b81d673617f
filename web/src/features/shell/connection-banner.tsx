import { useQueryClient } from '@tanstack/react-query';
import { RefreshCw, WifiOff } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import { client } from '@/api/client';
import { connection } from '@/api/connection';
import { useT } from '@/i18n/use-t';
import { useOnline } from '@/lib/use-online';
import { Button } from '@/ui/button';

const askAgainAfter = 4_000;

/** Above the page while the server cannot be reached, or when it runs a newer build than this page. */
export function ConnectionBanner() {
  const t = useT();
  const online = useOnline();
  const unreachable = useStore(connection, (state) => state.unreachable);
  const newBuild = useStore(connection, (state) => state.newBuild);

  if (!online)
    return <Banner icon={<WifiOff aria-hidden className="size-4" />}>{t('banner.offline.text')}</Banner>;
  if (unreachable) return <Unreachable />;
  if (newBuild) {
    return (
      <Banner
        icon={<RefreshCw aria-hidden className="size-4" />}
        action={
          <Button size="small" onClick={() => window.location.reload()}>
            {t('common.action.reload')}
          </Button>
        }
      >
        {t('banner.newVersion.text')}
      </Banner>
    );
  }
  return null;
}

/** Asks for a sign of life every few seconds; the first one makes all reads fresh again. */
function Unreachable() {
  const t = useT();
  const queryClient = useQueryClient();
  useEffect(() => {
    const timer = setInterval(async () => {
      try {
        await client.GET('/me');
        if (!connection.getState().unreachable) await queryClient.invalidateQueries();
      } catch {
        // Still away: the next turn asks again.
      }
    }, askAgainAfter);
    return () => clearInterval(timer);
  }, [queryClient]);
  return <Banner icon={<WifiOff aria-hidden className="size-4" />}>{t('banner.unreachable.text')}</Banner>;
}

interface BannerProps {
  icon: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

function Banner({ icon, action, children }: BannerProps) {
  return (
    <div
      role="status"
      className="flex min-h-10 shrink-0 items-center justify-center gap-2.5 bg-warning-soft px-4 py-1 text-sm text-warning-fg"
    >
      {icon}
      <span className="min-w-0">{children}</span>
      {action}
    </div>
  );
}
