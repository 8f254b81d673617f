import { describe, expect, it } from 'vitest';
import {
  append,
  duplicate,
  find,
  fits,
  insertAfter,
  levelOf,
  move,
  negate,
  neighbourOf,
  place,
  remove,
  setMode,
  unwrap,
  wrap,
} from './edit';
import { changed, redone, startHistory, undone } from './history';
import { group, type RuleGroup, type RuleNode, readRule, writeRule } from './tree';

const at = (field: string) => ({ field, op: 'empty' });
const json = (root: RuleGroup | null) => root && writeRule(root).filter;
/** The id of the condition about a field. */
function idOf(root: RuleGroup, field: string): string {
  let found = '';
  const look = (node: RuleNode) => {
    if (node.kind === 'field' && node.field === field) found = node.id;
    if (node.kind === 'group') node.children.forEach(look);
  };
  look(root);
  return found;
}
const start = () => readRule({ and: [at('a'), { or: [at('b'), at('c')] }, at('d')] });

describe('changes of a tree', () => {
  it('adds at the end of a group and after a condition', () => {
    const root = start();
    const inner = root.children[1]!.id;
    const more = (id: string) => ({ kind: 'field', id, field: id, op: 'empty' }) as const;
    expect(json(append(root, inner, more('x')))).toEqual({
      and: [at('a'), { or: [at('b'), at('c'), at('x')] }, at('d')],
    });
    expect(json(insertAfter(root, idOf(root, 'b'), more('x')))).toEqual({
      and: [at('a'), { or: [at('b'), at('x'), at('c')] }, at('d')],
    });
  });

  it('removes, and the group that is left empty with it', () => {
    const root = readRule({ and: [at('a'), { or: [{ and: [at('b')] }] }] });
    expect(json(remove(root, idOf(root, 'b')))).toEqual({ and: [at('a')] });
    expect(neighbourOf(root, idOf(root, 'b'))).toBe(idOf(root, 'a'));
    expect(json(remove(root, root.id))).toBeUndefined();
  });

  it('puts a node where it is dropped', () => {
    const root = start();
    const inner = root.children[1]!.id;
    expect(json(place(root, idOf(root, 'd'), { groupId: inner, before: idOf(root, 'c') }))).toEqual({
      and: [at('a'), { or: [at('b'), at('d'), at('c')] }],
    });
    expect(json(place(root, inner, { groupId: root.id, before: idOf(root, 'a') }))).toEqual({
      and: [{ or: [at('b'), at('c')] }, at('a'), at('d')],
    });
    const out = place(root, idOf(root, 'b'), { groupId: root.id, before: null })!;
    expect(json(out)).toEqual({ and: [at('a'), { or: [at('c')] }, at('d'), at('b')] });
    // The last one takes its group with it.
    expect(json(place(out, idOf(out, 'c'), { groupId: root.id, before: null }))).toEqual({
      and: [at('a'), at('d'), at('b'), at('c')],
    });
  });

  it('drops nothing into itself, where it is, or too deep', () => {
    const root = start();
    const inner = root.children[1]!.id;
    expect(place(root, inner, { groupId: inner, before: null })).toBeNull();
    expect(place(root, idOf(root, 'a'), { groupId: root.id, before: inner })).toBeNull();
    expect(place(root, idOf(root, 'd'), { groupId: root.id, before: null })).toBeNull();
    let deep: object = at('z');
    for (let level = 0; level < 6; level += 1)
      deep = level % 2 ? { and: [deep, at('y')] } : { or: [deep, at('y')] };
    const tree = readRule({ and: [deep, { or: [at('m'), { and: [at('n'), at('o')] }] }] });
    const held = find(tree, idOf(tree, 'z'))!.parent!.id;
    expect(place(tree, tree.children[1]!.id, { groupId: held, before: null })).toBeNull();
  });

  it('duplicates with names of its own', () => {
    const root = start();
    const made = duplicate(root, root.children[1]!.id)!;
    expect(json(made.root)).toEqual({
      and: [at('a'), { or: [at('b'), at('c')] }, { or: [at('b'), at('c')] }, at('d')],
    });
    const ids = new Set<string>();
    const collect = (node: RuleNode) => {
      expect(ids.has(node.id)).toBe(false);
      ids.add(node.id);
      if (node.kind === 'group') node.children.forEach(collect);
    };
    collect(made.root);
  });

  it('moves a condition down into a group, through it, out of it, and back up the same way', () => {
    let root = start();
    const id = idOf(root, 'a');
    const seen = [json(root)];
    for (let next = move(root, id, 'down'); next; next = move(root, id, 'down')) {
      root = next;
      seen.push(json(root));
    }
    expect(seen).toEqual([
      { and: [at('a'), { or: [at('b'), at('c')] }, at('d')] },
      { and: [{ or: [at('a'), at('b'), at('c')] }, at('d')] },
      { and: [{ or: [at('b'), at('a'), at('c')] }, at('d')] },
      { and: [{ or: [at('b'), at('c'), at('a')] }, at('d')] },
      { and: [{ or: [at('b'), at('c')] }, at('a'), at('d')] },
      { and: [{ or: [at('b'), at('c')] }, at('d'), at('a')] },
    ]);
    for (const before of seen.slice(0, -1).reverse()) {
      root = move(root, id, 'up')!;
      expect(json(root)).toEqual(before);
    }
    expect(move(root, id, 'up')).toBeNull();
  });

  it('passes by a group that it would make too deep', () => {
    const deep = (levels: number): unknown => (levels === 0 ? at('x') : { or: [deep(levels - 1), at('y')] });
    const root = readRule({ and: [{ or: [at('a'), { and: [at('b')] }] }, deep(6)] });
    const moved = move(root, root.children[0]!.id, 'down')!;
    expect(fits(moved)).toBe(true);
    expect(levelOf(moved, root.children[0]!.id)).toBe(2);
    const full = readRule({
      and: [{ or: [{ or: [at('a')] }] }, { or: [{ or: [{ or: [{ or: [at('b')] }] }] }] }],
    });
    expect(move(full, full.children[0]!.id, 'down')).not.toBeNull();
    const deepest = readRule({ and: [chain(6), { or: [at('z')] }] });
    const passed = move(deepest, deepest.children[0]!.id, 'down')!;
    expect(fits(passed)).toBe(true);
    expect(passed.children).toHaveLength(2);
    expect(passed.children[1]!.id).toBe(deepest.children[0]!.id);
  });

  it('wraps, dissolves and turns round', () => {
    const root = start();
    const wrapped = wrap(root, idOf(root, 'a'), 'any')!;
    expect(json(wrapped.root)).toEqual({ and: [{ or: [at('a')] }, { or: [at('b'), at('c')] }, at('d')] });
    expect(json(unwrap(root, root.children[1]!.id))).toEqual({ and: [at('a'), at('b'), at('c'), at('d')] });
    expect(json(negate(root, root.children[1]!.id))).toEqual({
      and: [at('a'), { not: { or: [at('b'), at('c')] } }, at('d')],
    });
    expect(json(negate(root, idOf(root, 'a')))).toEqual({
      and: [{ not: at('a') }, { or: [at('b'), at('c')] }, at('d')],
    });
    expect(json(setMode(root, root.id, 'notAll'))).toEqual({
      not: { and: [at('a'), { or: [at('b'), at('c')] }, at('d')] },
    });
  });

  it('refuses what the server would refuse, before it is asked', () => {
    const full = readRule({ and: Array.from({ length: 250 }, () => at('a')) });
    expect(append(full, full.id, { kind: 'field', id: 'n', field: 'b', op: 'empty' })).toBeNull();
    expect(duplicate(full, full.children[0]!.id)).toBeNull();
    const root = readRule(chain(7));
    let inner: RuleGroup = root;
    while (inner.children[0]?.kind === 'group') inner = inner.children[0];
    expect(wrap(root, inner.children[0]!.id, 'any')).toBeNull();
    expect(setMode(root, inner.id, 'none')).not.toBeNull();
    expect(setMode(root, inner.id, 'notAll')).toBeNull();
    expect(append(root, inner.id, group('any', [{ kind: 'field', id: 'n', field: 'b', op: '' }]))).toBeNull();
    expect(find(root, inner.id)?.parent).not.toBeNull();
  });
});

/** A condition in so many groups. */
function chain(groups: number): unknown {
  let node: unknown = at('x');
  for (let level = 0; level < groups; level += 1) node = level % 2 ? { and: [node] } : { or: [node] };
  return node;
}

describe('steps back and forth', () => {
  it('undoes, redoes and forgets what was undone once something else is done', () => {
    let history = startHistory('a');
    history = changed(history, 'b', 0);
    history = changed(history, 'c', 10);
    expect(undone(history).present).toBe('b');
    expect(redone(undone(history)).present).toBe('c');
    expect(undone(undone(undone(history))).present).toBe('a');
    expect(redone(changed(undone(history), 'x', 20)).present).toBe('x');
  });

  it('takes a word as one step, and what comes after a pause as another', () => {
    let history = startHistory('');
    for (const [at, text] of ['h', 'he', 'hel'].entries()) history = changed(history, text, at * 100, 'name');
    history = changed(history, 'help', 5_000, 'name');
    expect(undone(history).present).toBe('hel');
    expect(undone(undone(history)).present).toBe('');
    history = changed(history, 'other', 5_100, 'place');
    expect(undone(history).present).toBe('help');
  });
});
