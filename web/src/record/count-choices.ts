import type { Count, Facet, Filter } from '@/api/types';
import type { ListView } from '@/grid/use-list';

/** A filter without the conditions that a quick filter has put beside the others. */
function withoutField(filter: Filter | undefined, field: string): Filter | undefined {
  if (filter === undefined || !('and' in filter)) return filter;
  const rest = filter.and.filter((part) => !('field' in part && part.field === field));
  return rest.length === 0 ? undefined : { and: rest };
}

/**
 * How many of a list have each of a few values of a field, for lists whose server counts no facets: as `fetchFacet` answers
 * it, one count for each value.
 */
export async function countChoices(
  values: readonly string[],
  count: (view: ListView, exact: boolean, signal: AbortSignal) => Promise<Count>,
  view: ListView,
  field: string,
  signal: AbortSignal,
  keepOwn = false,
): Promise<Facet> {
  const filter = keepOwn ? view.filter : withoutField(view.filter, field);
  const counts = await Promise.all(
    values.map((value) => {
      const own: Filter = { field, op: 'eq', value };
      return count({ ...view, filter: filter ? { and: [filter, own] } : own }, false, signal);
    }),
  );
  return {
    field,
    values: values
      .map((value, at) => ({ value, count: counts[at]?.count ?? 0 }))
      .filter((counted) => counted.count > 0),
    more: false,
    exact: counts.every(({ exact }) => exact),
  };
}
