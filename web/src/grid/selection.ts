/**
 * What is selected in a list. "All matching" is kept as the filter plus exceptions and
 * never as ids: selecting a million rows costs nothing and a bulk action can send it as is.
 */

export interface SelectionScope {
  /** The filter tree of the list, or null when it is not filtered. */
  readonly filter: unknown;
  readonly q: string;
}

export type Selection =
  | { readonly mode: 'some'; readonly ids: ReadonlySet<string> }
  | {
      readonly mode: 'allMatching';
      readonly scope: SelectionScope;
      readonly except: ReadonlySet<string>;
    };

export const NOTHING: Selection = { mode: 'some', ids: new Set() };

/** Rows a shift-selection may span; longer ranges are what "all matching" is for. */
export const MAX_RANGE = 1200;

export function isSelected(selection: Selection, id: string): boolean {
  return selection.mode === 'some' ? selection.ids.has(id) : !selection.except.has(id);
}

export function isEmpty(selection: Selection): boolean {
  return selection.mode === 'some' && selection.ids.size === 0;
}

/** How many of `total` are selected. */
export function selectedCount(selection: Selection, total: number): number {
  return selection.mode === 'some' ? selection.ids.size : Math.max(0, total - selection.except.size);
}

/** Sets the given ids to selected or not, whatever they were. */
export function setSelected(selection: Selection, ids: Iterable<string>, selected: boolean): Selection {
  const add = selection.mode === 'some' ? selected : !selected;
  const next = new Set(selection.mode === 'some' ? selection.ids : selection.except);
  for (const id of ids) {
    if (add) next.add(id);
    else next.delete(id);
  }
  return selection.mode === 'some'
    ? { mode: 'some', ids: next }
    : { mode: 'allMatching', scope: selection.scope, except: next };
}

export function toggle(selection: Selection, id: string): Selection {
  return setSelected(selection, [id], !isSelected(selection, id));
}

export function selectAllMatching(scope: SelectionScope): Selection {
  return { mode: 'allMatching', scope, except: new Set() };
}

export type AllState = 'none' | 'some' | 'all';

/** What the header's box shows. */
export function allState(selection: Selection, total: number): AllState {
  const count = selectedCount(selection, total);
  if (count <= 0) return 'none';
  return total > 0 && count >= total ? 'all' : 'some';
}

/** The rows between an anchor and a target, both included, cut to MAX_RANGE from the target. */
export function rangeBetween(anchor: number, target: number): { first: number; end: number } {
  const first = Math.min(anchor, target);
  const end = Math.max(anchor, target) + 1;
  if (end - first <= MAX_RANGE) return { first, end };
  return target >= anchor ? { first: end - MAX_RANGE, end } : { first, end: first + MAX_RANGE };
}
