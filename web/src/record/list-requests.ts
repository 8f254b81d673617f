import type { CountBody, ListBody } from '@/api/types';
import type { ListView } from '@/grid/use-list';

/** What a page of a list is asked for with. */
export function pageBody(
  view: ListView,
  defaultSort: string,
  cursor: string | null,
  limit: number,
): ListBody {
  return {
    ...countBody(view, false),
    sort: view.sort === '' ? defaultSort : view.sort,
    limit,
    ...(cursor === null ? {} : { cursor }),
  };
}

export function countBody(view: ListView, exact: boolean): CountBody {
  return {
    ...(view.filter === undefined ? {} : { filter: view.filter }),
    ...(view.q === '' ? {} : { q: view.q }),
    ...(exact ? { exact } : {}),
  };
}
