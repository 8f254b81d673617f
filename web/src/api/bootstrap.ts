import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { client, unwrap } from './client';
import { markSignedIn } from './connection';
import type { Bootstrap, Me, Member, SegmentRef, Tag } from './types';

/** Reference data of the workspace: one request at start, then kept fresh by whoever changes it. */
export const bootstrapQuery = queryOptions({
  queryKey: ['bootstrap'],
  queryFn: async ({ signal }) => {
    const bootstrap = await unwrap(client.GET('/bootstrap', { signal }));
    markSignedIn();
    return bootstrap;
  },
  // Whoever changes tags or names updates the data at once; what colleagues change arrives when the person comes back
  // to the window. Parts of pages never ask for it.
  staleTime: 60_000,
  refetchOnMount: false,
  gcTime: Number.POSITIVE_INFINITY,
  retry: false,
  // Asked for at start, before anything is drawn; the page that then appears need not ask again.
  retryOnMount: false,
});

/** Only below the signed-in shell, which waits for the data before it renders anything. */
export function useBootstrap(): Bootstrap {
  return useSuspenseQuery(bootstrapQuery).data;
}

export function useMe(): Me {
  return useBootstrap().me;
}

export function useMembers(): Member[] {
  return useBootstrap().members;
}

/** Those that are not archived, by name. */
export function useSegments(): SegmentRef[] {
  return useBootstrap().segments;
}

export function useTags(): Tag[] {
  return useBootstrap().tags;
}
