import type { Id, Segment, SegmentUse } from '@/api/types';

interface View {
  readonly id: Id;
  readonly name: string;
  readonly filter: unknown;
}

/** What names each segment in its rule or filter, as far as this page knows rules and views. */
export function usesOf(
  segments: readonly Segment[],
  views: readonly View[],
): ReadonlyMap<Id, readonly SegmentUse[]> {
  const uses = new Map<Id, SegmentUse[]>();
  const note = (tree: unknown, use: SegmentUse) => {
    for (const id of new Set(segmentsIn(tree))) uses.set(id, [...(uses.get(id) ?? []), use]);
  };
  for (const { id, name, rule } of segments) note(rule, { record: 'segment', id, name });
  for (const { id, name, filter } of views) note(filter, { record: 'view', id, name });
  return uses;
}

function segmentsIn(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(segmentsIn);
  if (typeof tree !== 'object' || tree === null) return [];
  if ('field' in tree && tree.field === 'segments' && 'value' in tree && Array.isArray(tree.value))
    return tree.value.filter((id) => typeof id === 'string');
  return Object.values(tree).flatMap(segmentsIn);
}
