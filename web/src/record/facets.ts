import { client, unwrap } from '@/api/client';
import type { Facet } from '@/api/types';
import type { ListView } from '@/grid/use-list';

/** Values of one field that are asked for at once; the server gives no more. */
export const VALUES_MAX = 200;

export type FacetRecord = 'customers' | 'companies';

/**
 * How many of a list have each value of a field, whatever the list's filter says of that field itself; with `keepOwn` of
 * exactly those that the filter finds.
 */
export async function fetchFacet(
  record: FacetRecord,
  view: ListView,
  field: string,
  signal: AbortSignal,
  keepOwn = false,
): Promise<Facet> {
  const body = {
    fields: [field],
    keepOwn,
    limit: VALUES_MAX,
    ...(view.filter === undefined ? {} : { filter: view.filter as Record<string, unknown> }),
    ...(view.q === '' ? {} : { q: view.q }),
  };
  const { facets } = await unwrap(
    record === 'customers'
      ? client.POST('/customers/facets', { body, signal })
      : client.POST('/companies/facets', { body, signal }),
  );
  return facets[0] ?? { field, values: [], more: false, exact: true };
}
