import type { Filter, Id } from '@/api/types';
import { fieldOf, type RuleCatalogue } from '@/rules/catalogue';

/** The filter with "me" written as who that is: a rule is stored for everybody. */
export function withoutMe(filter: Filter, catalogue: RuleCatalogue, me: Id): Filter {
  const own = (value: unknown): unknown => (value === 'me' ? me : value);
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    if ('field' in node && typeof node.field === 'string') {
      if (!('value' in node) || fieldOf(catalogue, node.field)?.ref !== 'user') return node;
      return { ...node, value: Array.isArray(node.value) ? node.value.map(own) : own(node.value) };
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]));
  };
  return walk(filter) as Filter;
}
