import { useSyncExternalStore } from 'react';

/** Whether the media query holds, kept current. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (notify) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', notify);
      return () => media.removeEventListener('change', notify);
    },
    () => window.matchMedia(query).matches,
  );
}

/** Below this the navigation is a bar at the bottom and records fill the screen. */
export function usePhone(): boolean {
  return useMedia('(width < 48rem)');
}
