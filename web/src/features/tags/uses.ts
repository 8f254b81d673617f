import { client, unwrap } from '@/api/client';
import type { Page, Segment, Tag } from '@/api/types';
import { fold } from '@/lib/fold';
import type { SavedView } from '@/record/views';

const PAGE = 200;
const DYNAMIC = { field: 'kind', op: 'eq', value: 'dynamic' };

/** Whether a rule or filter names the tag; case and accents make no difference. */
export function namesTag(tree: unknown, key: string): boolean {
  if (Array.isArray(tree)) return tree.some((node) => namesTag(node, key));
  if (typeof tree !== 'object' || tree === null) return false;
  if ('field' in tree && tree.field === 'tags' && 'value' in tree && Array.isArray(tree.value))
    return tree.value.some((name) => typeof name === 'string' && fold(name) === key);
  return Object.values(tree).some((node) => namesTag(node, key));
}

/** The names of the segments and of the views one may see that name the tag. */
export async function usesOf(tag: Tag, signal?: AbortSignal): Promise<string[]> {
  const key = fold(tag.name);
  const names: string[] = [];
  const gather = async <T extends Segment | SavedView>(
    page: (cursor: string | null) => Promise<Page<T>>,
    rule: (of: T) => unknown,
  ) => {
    let cursor: string | null = null;
    do {
      const { items, nextCursor }: Page<T> = await page(cursor);
      names.push(...items.filter((of) => namesTag(rule(of), key)).map((of) => of.name));
      cursor = nextCursor;
    } while (cursor !== null);
  };
  const body = (cursor: string | null) => ({ limit: PAGE, ...(cursor ? { cursor } : {}) });
  await gather<Segment>(
    (cursor) =>
      unwrap(client.POST('/segments/query', { body: { ...body(cursor), filter: DYNAMIC }, signal })),
    (segment) => segment.rule,
  );
  await gather<SavedView>(
    (cursor) => unwrap(client.POST('/views/query', { body: body(cursor), signal })),
    (view) => view.filter,
  );
  return names;
}
