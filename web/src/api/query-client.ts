import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, NetworkError } from './errors';
import { withOwnWrites } from './own-writes';

export function createQueryClient(): QueryClient {
  const mutationCache = new MutationCache();
  const queryCache = new QueryCache({
    // Comes before anything is drawn of the answer.
    onSuccess: (data, query) => {
      const right = withOwnWrites(data, mutationCache);
      if (right !== data) query.setData(right, { manual: true, updatedAt: query.state.dataUpdatedAt });
    },
  });
  return new QueryClient({
    queryCache,
    mutationCache,
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 2 && worthRetrying(error),
        retryDelay: (failures, error) =>
          error instanceof ApiError && error.retryAfterSeconds
            ? Math.min(error.retryAfterSeconds, 30) * 1000
            : 500 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  });
}

/** A refusal stays a refusal; only a busy or unreachable server is asked again. */
function worthRetrying(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}
