/**
 * Tabs of one browser: what one of them writes, the others read again, so that none shows what is no longer so. A tab
 * that nobody looks at only notes that its answers are old, and asks when it is looked at. The session is one for all of
 * them: whoever signs out leaves every tab, and none shows one account what another was shown.
 */
import type { QueryClient } from '@tanstack/react-query';
import { bootstrapQuery } from './bootstrap';
import { endSession } from './connection';
import { type Told, tabs } from './tabs-channel';

/** Changes that follow each other closely are answered by one reading. */
const GATHER_MS = 150;

/** Follows what other tabs tell. */
export function followOtherTabs(queryClient: QueryClient) {
  let waiting = false;
  const reread = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      const refetchType = document.visibilityState === 'hidden' ? 'none' : 'active';
      void queryClient.invalidateQueries({ refetchType });
    }, GATHER_MS);
  };
  tabs?.addEventListener('message', ({ data }: MessageEvent<Told>) => {
    const account = queryClient.getQueryData(bootstrapQuery.queryKey)?.me.id;
    if (account === undefined) return;
    if (data.kind === 'written') reread();
    if (data.kind === 'entered' && data.account !== account) window.location.reload();
    if (data.kind === 'left') {
      endSession();
      window.location.replace('/login');
    }
  });
}
