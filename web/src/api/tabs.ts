/**
 * Tabs of one browser: what one of them writes, the others read again, so that none shows what is no longer so. A tab
 * that nobody looks at only notes that its answers are old, and asks when it is looked at.
 */
import type { QueryClient } from '@tanstack/react-query';

/** Changes that follow each other closely are answered by one reading. */
const GATHER_MS = 150;

// A channel does not hear itself.
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('entente.written');

/** Says that this tab has changed something on the server. */
export function tellOtherTabs() {
  channel?.postMessage(null);
}

/** Reads again what this tab shows whenever another one has changed something. */
export function followOtherTabs(queryClient: QueryClient) {
  let waiting = false;
  channel?.addEventListener('message', () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      const refetchType = document.visibilityState === 'hidden' ? 'none' : 'active';
      void queryClient.invalidateQueries({ refetchType });
    }, GATHER_MS);
  });
}
