import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Page, Tag } from '@/api/types';

const PAGE = 200;

/** The whole library: it is bounded, and filtered here. */
export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  queryFn: async ({ signal }) => {
    const tags: Tag[] = [];
    let cursor: string | null = null;
    do {
      const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor ? { cursor } : {}) };
      const page: Page<Tag> = await unwrap(client.GET('/tags', { params: { query }, signal }));
      tags.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return tags;
  },
  staleTime: 10_000,
});
