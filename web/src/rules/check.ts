/** What is wrong with the conditions of a tree, as far as the page can tell without the server. */
import { fieldOf, type RuleCatalogue } from './catalogue';
import { eachNode, type RuleGroup, type RuleNode } from './tree';
import { isMoment, judge, shapeOf } from './values';

export type Problem =
  /** Something is still to be given; the condition does not count yet. */
  | { readonly kind: 'incomplete' }
  /** The server will refuse it. */
  | { readonly kind: 'field'; readonly field: string }
  | { readonly kind: 'operator'; readonly op: string }
  | { readonly kind: 'value' }
  | { readonly kind: 'type'; readonly names: readonly string[] }
  | { readonly kind: 'raw' }
  /** It names something that is no more: it is taken, and holds for nothing. */
  | { readonly kind: 'gone'; readonly names: readonly string[] }
  /** Its field is archived: the last values are asked. */
  | { readonly kind: 'archived' };

/** The server takes it none the less. */
export function isTaken({ kind }: Problem): boolean {
  return kind === 'gone' || kind === 'archived';
}

/** The names of those values of a field that stand for nothing any more. */
export type GoneValues = (field: string, ids: readonly string[]) => readonly string[];

export const ACTIVITY_OPS = ['at_least', 'at_most', 'exactly'] as const;
const COUNT_MAX = 1_000_000;

export function problemOf(node: RuleNode, catalogue: RuleCatalogue, gone: GoneValues): Problem | null {
  switch (node.kind) {
    case 'group':
      return null;
    case 'raw':
      return { kind: 'raw' };
    case 'activity': {
      if (catalogue.activities.length === 0) return { kind: 'raw' };
      const unknown = node.types.filter((type) => !catalogue.activities.includes(type));
      if (unknown.length > 0) return { kind: 'type', names: unknown };
      if (node.op !== '' && !ACTIVITY_OPS.some((op) => op === node.op))
        return { kind: 'operator', op: node.op };
      if (node.types.length === 0 || node.op === '' || node.count === null) return { kind: 'incomplete' };
      if (!Number.isInteger(node.count) || node.count < 0 || node.count > COUNT_MAX) return { kind: 'value' };
      const ends = [node.since, node.until].filter((end) => end !== undefined);
      if (ends.some((end) => judge('moment', end) === 'missing')) return { kind: 'incomplete' };
      return ends.every(isMoment) ? null : { kind: 'value' };
    }
    case 'field': {
      if (node.field === '') return { kind: 'incomplete' };
      const field = fieldOf(catalogue, node.field);
      if (field === undefined) return { kind: 'field', field: node.field };
      if (node.op === '') return { kind: 'incomplete' };
      if (!field.operators.includes(node.op)) return { kind: 'operator', op: node.op };
      const verdict = judge(shapeOf(field, node.op), node.value);
      if (verdict === 'missing') return { kind: 'incomplete' };
      if (verdict === 'wrong') return { kind: 'value' };
      const ids = [node.value].flat().filter((id): id is string => typeof id === 'string');
      if (field.enum && ids.some((id) => !field.enum?.includes(id))) return { kind: 'value' };
      const names = gone(node.field, ids);
      if (names.length > 0) return { kind: 'gone', names };
      return catalogue.archived?.includes(field) ? { kind: 'archived' } : null;
    }
  }
}

export function problemsOf(
  root: RuleGroup,
  catalogue: RuleCatalogue,
  gone: GoneValues,
): ReadonlyMap<string, Problem> {
  const problems = new Map<string, Problem>();
  eachNode(root, (node) => {
    const problem = problemOf(node, catalogue, gone);
    if (problem !== null) problems.set(node.id, problem);
  });
  return problems;
}
