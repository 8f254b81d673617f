/** The options of a quick filter with how many records each would find. Pure. */
import type { Facet } from '@/api/types';
import type { PickOption } from '@/grid/types';

/** Lists longer than this are hard to look through: what occurs stands first in them. */
const SHORT = 12;

/**
 * `standsFor` is the value that an option stands for: null for having none, undefined for what is not counted.
 */
export function withCounts(
  options: readonly PickOption[],
  facet: Facet | undefined,
  standsFor: (id: string) => string | null | undefined,
  text: (count: number, exact: boolean) => string,
): readonly PickOption[] {
  if (facet === undefined) return options;
  const counts = new Map(facet.values.map(({ value, count }) => [value, count]));
  const countOf = (id: string): number | undefined => {
    const value = standsFor(id);
    if (value === undefined) return undefined;
    // A value that is not there has no record, unless not all of them were sent or looked at.
    return counts.get(value) ?? (facet.more || !facet.exact ? undefined : 0);
  };
  const counted = options.map((option) => {
    const count = countOf(option.id);
    const hint = count === undefined ? undefined : text(count, facet.exact);
    return { count: count ?? 0, option: { ...option, hint, quiet: count === 0 } };
  });
  if (options.length > SHORT) counted.sort((a, b) => b.count - a.count);
  return counted.map(({ option }) => option);
}
