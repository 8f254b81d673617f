import type { Segment } from '@/api/types';
import { fold } from '@/lib/fold';

export const sortFields = ['name', 'kind', 'updatedAt'] as const;
export type SortField = (typeof sortFields)[number];

export interface Order {
  readonly field: SortField;
  readonly descending: boolean;
}

/** The order of an address; by name where it names none that there is. */
export function orderOf(sort: string | undefined): Order {
  const descending = sort?.startsWith('-') ?? false;
  const field = sortFields.find((each) => each === (descending ? sort?.slice(1) : sort));
  return field === undefined ? { field: 'name', descending: false } : { field, descending };
}

/** What the address says of the order after a press on a column; nothing for the order as it comes. */
export function pressed(order: Order, field: SortField): string | undefined {
  const first = field === 'updatedAt';
  const descending = order.field === field ? !order.descending : first;
  return field === 'name' && !descending ? undefined : `${descending ? '-' : ''}${field}`;
}

interface Asked {
  readonly q: string;
  readonly archived: boolean;
  readonly order: Order;
  readonly compare: (a: string, b: string) => number;
}

/** The segments to list: those whose name or description holds every word, in the order asked for. */
export function listed(segments: readonly Segment[], { q, archived, order, compare }: Asked): Segment[] {
  const words = fold(q).split(/\s+/).filter(Boolean);
  const found = segments.filter((segment) => {
    const text = fold(`${segment.name} ${segment.description ?? ''}`);
    return (segment.archivedAt !== null) === archived && words.every((word) => text.includes(word));
  });
  const turn = order.descending ? -1 : 1;
  return found.sort(
    (a, b) =>
      turn *
        (order.field === 'updatedAt'
          ? Date.parse(a.updatedAt) - Date.parse(b.updatedAt)
          : compare(a[order.field], b[order.field])) || compare(a.name, b.name),
  );
}
