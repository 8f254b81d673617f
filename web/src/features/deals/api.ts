import { client, unwrap } from '@/api/client';
import type { Count, Deal, DealStage, Facet, Page } from '@/api/types';
import type { ListView } from '@/grid/use-list';
import { countChoices } from '@/record/count-choices';
import { countBody, pageBody } from '@/record/list-requests';

export const DEFAULT_SORT = '-createdAt';
/** Fields to sort by that every deal has. */
export const SURE_FIELDS = ['name', 'createdAt', 'updatedAt'];
export const meanings = ['open', 'negotiating', 'won', 'lost'] as const satisfies readonly DealStage[];

export function fetchDeals(
  view: ListView,
  cursor: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<Page<Deal>> {
  return unwrap(client.POST('/deals/query', { body: pageBody(view, DEFAULT_SORT, cursor, limit), signal }));
}

export function countDeals(view: ListView, exact: boolean, signal: AbortSignal): Promise<Count> {
  return unwrap(client.POST('/deals/count', { body: countBody(view, exact), signal }));
}

/** How many deals of a list have each meaning of a stage; no other field is counted. */
export function fetchStageFacet(view: ListView, ...asked: [string, AbortSignal, boolean?]): Promise<Facet> {
  return countChoices(meanings, countDeals, view, ...asked);
}
