/**
 * A filter as people edit it. It is read from any JSON, however broken: what is not understood is kept as it is, so that
 * it can be seen, repaired or removed. Writing it gives the tree that the API takes.
 */
import type { Filter } from '@/api/types';

/** How the conditions of a group are joined; `none` and `notAll` are `any` and `all` turned round. */
export type Mode = 'all' | 'any' | 'none' | 'notAll';

export interface RuleGroup {
  readonly kind: 'group';
  readonly id: string;
  readonly mode: Mode;
  readonly children: readonly RuleNode[];
}

export interface FieldRule {
  readonly kind: 'field';
  readonly id: string;
  readonly field: string;
  readonly op: string;
  /** Absent where the operator takes none, or where it has not been given yet. */
  readonly value?: unknown;
}

/** How often something happened. */
export interface ActivityRule {
  readonly kind: 'activity';
  readonly id: string;
  readonly types: readonly string[];
  readonly op: string;
  readonly count: number | null;
  readonly since?: string;
  readonly until?: string;
}

/** Something that is no condition this build knows. */
export interface RawRule {
  readonly kind: 'raw';
  readonly id: string;
  readonly json: unknown;
}

export type RuleNode = RuleGroup | FieldRule | ActivityRule | RawRule;

/** As the server counts: every group and every `not` is a level, and so is the condition. */
export const DEPTH_MAX = 8;
export const CONDITIONS_MAX = 250;

let made = 0;
/** Names of nodes are never written; they only have to differ. */
export function newId(): string {
  made += 1;
  return `r${made}`;
}

export function group(mode: Mode, children: readonly RuleNode[], id = newId()): RuleGroup {
  return { kind: 'group', id, mode, children };
}

type Json = Readonly<Record<string, unknown>>;

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function hasOnly(json: Json, keys: readonly string[]): boolean {
  return Object.keys(json).every((key) => keys.includes(key));
}

const isText = (value: unknown): value is string => typeof value === 'string';
const maybeText = (value: unknown): value is string | null | undefined => value == null || isText(value);

function readNode(json: unknown): RuleNode {
  const raw: RawRule = { kind: 'raw', id: newId(), json };
  if (!isObject(json)) return raw;
  if (hasOnly(json, ['and']) && Array.isArray(json.and)) return group('all', json.and.map(readNode));
  if (hasOnly(json, ['or']) && Array.isArray(json.or)) return group('any', json.or.map(readNode));
  if (hasOnly(json, ['not']) && isObject(json.not)) {
    const inside = json.not;
    if (hasOnly(inside, ['and']) && Array.isArray(inside.and))
      return group('notAll', inside.and.map(readNode));
    if (hasOnly(inside, ['or']) && Array.isArray(inside.or)) return group('none', inside.or.map(readNode));
    return group('none', [readNode(inside)]);
  }
  if (isText(json.field) && hasOnly(json, ['field', 'op', 'value']) && maybeText(json.op)) {
    const rule: FieldRule = { kind: 'field', id: raw.id, field: json.field, op: json.op ?? '' };
    return json.value == null ? rule : { ...rule, value: json.value };
  }
  if (
    Array.isArray(json.activity) &&
    json.activity.every(isText) &&
    hasOnly(json, ['activity', 'op', 'count', 'since', 'until']) &&
    maybeText(json.op) &&
    maybeText(json.since) &&
    maybeText(json.until)
  ) {
    return {
      kind: 'activity',
      id: raw.id,
      types: json.activity,
      op: json.op ?? '',
      count: typeof json.count === 'number' ? json.count : null,
      ...(json.since == null ? {} : { since: json.since }),
      ...(json.until == null ? {} : { until: json.until }),
    };
  }
  return raw;
}

/** The tree to edit; its root is a group always. No filter at all is an empty group, which everything fits. */
export function readRule(json: unknown): RuleGroup {
  if (json == null) return group('all', []);
  const node = readNode(json);
  return node.kind === 'group' ? node : group('all', [node]);
}

/** The filter of an address. Text that is no JSON is kept, so that the server refuses it and the builder shows it. */
export function readRuleText(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return text;
  }
}

/** A single condition under `none` is written without a list, which saves one of the levels. */
function isPlainNot(node: RuleGroup): boolean {
  const only = node.children[0];
  if (node.mode !== 'none' || node.children.length !== 1 || only === undefined) return false;
  return only.kind !== 'group' || only.mode === 'none' || only.mode === 'notAll';
}

function writeNode(node: RuleNode, path: string, paths: Map<string, string>): unknown {
  paths.set(path, node.id);
  const list = (key: string) =>
    node.kind === 'group'
      ? node.children.map((child, index) => writeNode(child, `${path}${key}/${index}`, paths))
      : [];
  switch (node.kind) {
    case 'group': {
      if (node.mode === 'all') return { and: list('/and') };
      if (node.mode === 'any') return { or: list('/or') };
      if (node.mode === 'notAll') return { not: { and: list('/not/and') } };
      const only = node.children[0];
      if (only !== undefined && isPlainNot(node)) return { not: writeNode(only, `${path}/not`, paths) };
      return { not: { or: list('/not/or') } };
    }
    case 'field': {
      const { field, op, value } = node;
      return { field, ...(op === '' ? {} : { op }), ...(value === undefined ? {} : { value }) };
    }
    case 'activity': {
      const { types, op, count, since, until } = node;
      return {
        activity: types,
        ...(op === '' ? {} : { op }),
        ...(count === null ? {} : { count }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      };
    }
    case 'raw':
      return node.json;
  }
}

export interface WrittenRule {
  /** Undefined when everything fits. */
  readonly filter: Filter | undefined;
  /** The node that stands at each JSON pointer, to find those the server names. */
  readonly paths: ReadonlyMap<string, string>;
}

export function writeRule(root: RuleGroup): WrittenRule {
  const paths = new Map<string, string>();
  if (root.mode === 'all' && root.children.length === 0) return { filter: undefined, paths };
  // What was kept as it is need not be a filter; the server says so where it stands.
  return { filter: writeNode(root, '', paths) as Filter, paths };
}

/** The node a JSON pointer leads to or into: `/and/1/value/0` is within `/and/1`. */
export function nodeAtPath(paths: ReadonlyMap<string, string>, pointer: string): string | undefined {
  let path = pointer;
  for (;;) {
    const id = paths.get(path);
    if (id !== undefined || path === '') return id;
    path = path.slice(0, path.lastIndexOf('/'));
  }
}

/** Levels of the tree as it is written. */
export function depthOf(node: RuleNode): number {
  if (node.kind !== 'group') return 1;
  const inside = node.children.reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0);
  const own = node.mode === 'notAll' || (node.mode === 'none' && !isPlainNot(node)) ? 2 : 1;
  return own + inside;
}

export function conditionsOf(node: RuleNode): number {
  if (node.kind !== 'group') return 1;
  return node.children.reduce((sum, child) => sum + conditionsOf(child), 0);
}

export function eachNode(
  node: RuleNode,
  visit: (node: RuleNode, parent: RuleGroup | null) => void,
  parent: RuleGroup | null = null,
): void {
  visit(node, parent);
  if (node.kind === 'group') for (const child of node.children) eachNode(child, visit, node);
}

/** The tree without the given conditions, and without groups that hold nothing else. */
export function without(root: RuleGroup, ids: ReadonlySet<string>): RuleGroup {
  const kept = (node: RuleNode): RuleNode[] => {
    if (ids.has(node.id)) return [];
    if (node.kind !== 'group' || node.children.length === 0) return [node];
    const children = node.children.flatMap(kept);
    return children.length === 0 ? [] : [{ ...node, children }];
  };
  const children = root.children.flatMap(kept);
  // Nothing of it is left: everything fits, whatever its mode.
  if (children.length === 0 && root.children.length > 0) return { ...root, mode: 'all', children };
  return { ...root, children };
}
