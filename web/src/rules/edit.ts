/** Changes of a filter tree. Each answers a new tree, or null where the change cannot be. */
import {
  CONDITIONS_MAX,
  conditionsOf,
  DEPTH_MAX,
  depthOf,
  group,
  type Mode,
  newId,
  type RuleGroup,
  type RuleNode,
} from './tree';

interface Place {
  readonly node: RuleNode;
  readonly parent: RuleGroup | null;
  readonly index: number;
}

export function find(root: RuleGroup, id: string): Place | undefined {
  const look = (node: RuleNode, parent: RuleGroup | null, index: number): Place | undefined => {
    if (node.id === id) return { node, parent, index };
    if (node.kind !== 'group') return undefined;
    for (const [at, child] of node.children.entries()) {
      const found = look(child, node, at);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return look(root, null, 0);
}

/** The tree with one node replaced by any number of others; the root stays a group. */
function replace(root: RuleGroup, id: string, make: (node: RuleNode) => readonly RuleNode[]): RuleGroup {
  const inside = (node: RuleNode): readonly RuleNode[] => {
    if (node.id === id) return make(node);
    if (node.kind !== 'group') return [node];
    const children = node.children.flatMap(inside);
    const same =
      children.length === node.children.length && children.every((child, at) => child === node.children[at]);
    return [same ? node : { ...node, children }];
  };
  const made = inside(root);
  const only = made[0];
  return made.length === 1 && only?.kind === 'group' ? only : group('all', made);
}

/** Whether the server takes as much. */
export function fits(root: RuleGroup): boolean {
  return depthOf(root) <= DEPTH_MAX && conditionsOf(root) <= CONDITIONS_MAX;
}

function ifFits(root: RuleGroup): RuleGroup | null {
  return fits(root) ? root : null;
}

/** Whether the tree gets no worse: one that was too large to begin with may be changed all the same. */
function ifNoWorse(before: RuleGroup, after: RuleGroup): RuleGroup | null {
  const worse = (measure: (node: RuleNode) => number, most: number) =>
    measure(after) > most && measure(after) > measure(before);
  return worse(depthOf, DEPTH_MAX) || worse(conditionsOf, CONDITIONS_MAX) ? null : after;
}

export function update(root: RuleGroup, id: string, change: (node: RuleNode) => RuleNode): RuleGroup {
  return replace(root, id, (node) => [change(node)]);
}

export function setMode(root: RuleGroup, id: string, mode: Mode): RuleGroup | null {
  return ifNoWorse(
    root,
    update(root, id, (node) => (node.kind === 'group' ? { ...node, mode } : node)),
  );
}

/** Adds at the end of a group. */
export function append(root: RuleGroup, groupId: string, node: RuleNode): RuleGroup | null {
  return ifFits(
    update(root, groupId, (each) =>
      each.kind === 'group' ? { ...each, children: [...each.children, node] } : each,
    ),
  );
}

export function insertAfter(root: RuleGroup, id: string, node: RuleNode): RuleGroup | null {
  if (root.id === id) return append(root, id, node);
  return ifFits(replace(root, id, (each) => [each, node]));
}

/** Removes a node, and the groups that are left without any. */
export function remove(root: RuleGroup, id: string): RuleGroup {
  if (root.id === id) return { ...root, mode: 'all', children: [] };
  const parent = find(root, id)?.parent;
  if (parent && parent.id !== root.id && parent.children.length === 1) return remove(root, parent.id);
  return replace(root, id, () => []);
}

export function copyOf(node: RuleNode): RuleNode {
  return node.kind === 'group'
    ? { ...node, id: newId(), children: node.children.map(copyOf) }
    : { ...node, id: newId() };
}

export function duplicate(root: RuleGroup, id: string): { root: RuleGroup; id: string } | null {
  const place = find(root, id);
  if (place === undefined || place.parent === null) return null;
  const copy = copyOf(place.node);
  const next = insertAfter(root, id, copy);
  return next && { root: next, id: copy.id };
}

/** Puts a node into a group of its own. */
export function wrap(root: RuleGroup, id: string, mode: Mode): { root: RuleGroup; id: string } | null {
  if (root.id === id) return null;
  const wrapper = group(mode, []);
  const next = ifFits(replace(root, id, (node) => [{ ...wrapper, children: [node] }]));
  return next && { root: next, id: wrapper.id };
}

/** Gives the nodes of a group to the one around it. */
export function unwrap(root: RuleGroup, id: string): RuleGroup | null {
  const place = find(root, id);
  if (!place?.parent || place.node.kind !== 'group') return null;
  return replace(root, id, (node) => (node.kind === 'group' ? node.children : [node]));
}

const opposites: Readonly<Record<Mode, Mode>> = { all: 'notAll', notAll: 'all', any: 'none', none: 'any' };

/** Turns a group round; a condition gets a group of its own that says "none of". */
export function negate(root: RuleGroup, id: string): RuleGroup | null {
  const place = find(root, id);
  if (place === undefined) return null;
  const { node } = place;
  if (node.kind === 'group') return setMode(root, id, opposites[node.mode]);
  return wrap(root, id, 'none')?.root ?? null;
}

export type Direction = 'up' | 'down';

/**
 * Moves a node one place in the order that people read: into a group that follows, out of the one that ends. A group that
 * it would make too deep is passed by.
 */
export function move(root: RuleGroup, id: string, direction: Direction): RuleGroup | null {
  const place = find(root, id);
  if (!place?.parent) return null;
  const { node, parent, index } = place;
  const step = direction === 'up' ? -1 : 1;
  const neighbour = parent.children[index + step];
  if (neighbour === undefined) {
    if (parent.id === root.id) return null;
    const rest = parent.children.filter((child) => child.id !== id);
    const left: RuleNode[] = rest.length === 0 ? [] : [{ ...parent, children: rest }];
    return replace(root, parent.id, () => (direction === 'up' ? [node, ...left] : [...left, node]));
  }
  if (neighbour.kind === 'group') {
    const children = direction === 'up' ? [...neighbour.children, node] : [node, ...neighbour.children];
    const entered = ifNoWorse(
      root,
      replace(
        replace(root, id, () => []),
        neighbour.id,
        () => [{ ...neighbour, children }],
      ),
    );
    if (entered !== null) return entered;
  }
  const children = [...parent.children];
  children[index] = neighbour;
  children[index + step] = node;
  return update(root, parent.id, (each) => (each.kind === 'group' ? { ...each, children } : each));
}

/** A place in a group: before one of its nodes, or at its end. */
export interface Spot {
  readonly groupId: string;
  readonly before: string | null;
}

/** Puts a node into another place; a group that is left empty by it goes. */
export function place(root: RuleGroup, id: string, { groupId, before }: Spot): RuleGroup | null {
  const moved = find(root, id);
  if (!moved?.parent || before === id) return null;
  const { node, parent, index } = moved;
  // Not into itself, and not where it is.
  if (node.kind === 'group' && find(node, groupId) !== undefined) return null;
  if (groupId === parent.id && (parent.children[index + 1]?.id ?? null) === before) return null;
  const out = replace(root, id, () => []);
  const into = update(out, groupId, (each) => {
    if (each.kind !== 'group') return each;
    const at = each.children.findIndex((child) => child.id === before);
    const end = at < 0 ? each.children.length : at;
    return { ...each, children: [...each.children.slice(0, end), node, ...each.children.slice(end)] };
  });
  const emptied = parent.children.length === 1 && parent.id !== root.id && parent.id !== groupId;
  return ifNoWorse(root, emptied ? remove(into, parent.id) : into);
}

/** The node that gets the focus when this one goes: the next beside it, the one before, or what is around it. */
export function neighbourOf(root: RuleGroup, id: string): string {
  const place = find(root, id);
  if (!place?.parent) return root.id;
  const { parent, index } = place;
  const beside = parent.children[index + 1] ?? parent.children[index - 1];
  if (beside !== undefined) return beside.id;
  return parent.id === root.id ? root.id : neighbourOf(root, parent.id);
}

/** How far down a node stands: 1 for what the root holds. */
export function levelOf(root: RuleGroup, id: string): number {
  const parent = find(root, id)?.parent;
  return parent ? levelOf(root, parent.id) + 1 : 0;
}

/** A group within another makes sense when it joins otherwise. */
export function otherMode(root: RuleGroup, groupId: string): Mode {
  const node = find(root, groupId)?.node;
  return node?.kind === 'group' && node.mode === 'all' ? 'any' : 'all';
}
