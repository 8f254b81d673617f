import { useMemo, useReducer, useState } from 'react';
import { ApiError } from '@/api/errors';
import type { Filter } from '@/api/types';
import type { RuleCatalogue } from './catalogue';
import { isTaken, type Problem, problemsOf } from './check';
import { changed, type History, redone, startHistory, undone } from './history';
import { type RuleWords, ruleSentence } from './sentence';
import {
  CONDITIONS_MAX,
  conditionsOf,
  DEPTH_MAX,
  depthOf,
  eachNode,
  nodeAtPath,
  type RuleGroup,
  type RuleNode,
  readRule,
  without,
  writeRule,
} from './tree';
import { type RuleValues, useRuleValues } from './use-rule-values';
import { useRuleWords } from './use-rule-words';

type Step =
  | { readonly kind: 'change'; readonly root: RuleGroup; readonly at: number; readonly about?: string }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' };

function step(history: History<RuleGroup>, asked: Step): History<RuleGroup> {
  if (asked.kind === 'undo') return undone(history);
  if (asked.kind === 'redo') return redone(history);
  return changed(history, asked.root, asked.at, asked.about);
}

/** What the server said against a tree, kept with the tree it said it of. */
interface Refusal {
  readonly root: RuleGroup;
  readonly faults: ReadonlyMap<string, string>;
  /** What it said of no single condition. */
  readonly whole: string | null;
}

export interface Rule {
  readonly catalogue: RuleCatalogue;
  readonly root: RuleGroup;
  /** `about` names what is typed into, so that one word is one step back. */
  readonly change: (root: RuleGroup, about?: string) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** It differs from what it began with. */
  readonly changed: boolean;
  /** The tree as the API takes it, with all that is still wrong; undefined when everything fits. */
  readonly filter: Filter | undefined;
  /** The tree without unfinished conditions, which is what is counted. */
  readonly countable: { readonly filter: Filter | undefined; readonly root: RuleGroup };
  readonly unfinished: number;
  readonly problems: ReadonlyMap<string, Problem>;
  /** What the server said of single conditions of this very tree. */
  readonly faults: ReadonlyMap<string, string>;
  /** What was said beforehand of conditions that have not changed since. */
  readonly notes: ReadonlyMap<string, string>;
  readonly fault: string | null;
  readonly tooDeep: number | null;
  readonly tooMany: number | null;
  /** Nothing that the server would refuse, as far as is known, and nothing unfinished. */
  readonly ready: boolean;
  /** Takes what a refused request said, and shows it where it belongs. */
  readonly refuse: (error: unknown) => void;
  /** The first node that something is wrong with. */
  readonly firstProblem: string | undefined;
  readonly values: RuleValues;
  readonly words: RuleWords;
  /** In words; null when everything fits. */
  readonly sentence: string | null;
}

export interface RuleNote {
  readonly path: string;
  readonly message: string;
}

interface RuleOptions {
  readonly catalogue: RuleCatalogue;
  /** The tree to begin with, whatever it is; later values are not looked at. */
  readonly initial: unknown;
  /** "Me" may be picked: not in rules that are stored for everybody. */
  readonly me?: boolean;
  /** What the server says of the tree to begin with, by JSON pointers into it. */
  readonly notes?: readonly RuleNote[];
}

/** A filter tree while it is edited. Draw it with `RuleBuilder`. */
export function useRule({ catalogue, initial, me = true, notes = none }: RuleOptions): Rule {
  const [start] = useState(() => readRule(initial));
  const [history, dispatch] = useReducer(step, start, startHistory<RuleGroup>);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const root = history.present;
  const values = useRuleValues(catalogue, root, me);
  const words = useRuleWords(catalogue, values);

  const problems = useMemo(() => problemsOf(root, catalogue, values.gone), [root, catalogue, values]);
  const written = useMemo(() => writeRule(root), [root]);
  const before = useMemo(() => JSON.stringify(writeRule(start).filter ?? null), [start]);
  const countable = useMemo(() => {
    const open = new Set([...problems].flatMap(([id, { kind }]) => (kind === 'incomplete' ? [id] : [])));
    const finished = open.size === 0 ? root : without(root, open);
    const { filter, paths } = writeRule(finished);
    return { filter, paths, root, open };
  }, [root, problems]);

  const [noted] = useState(() => nodesNoted(start, notes));
  const standing = useMemo(() => {
    const found = new Map<string, string>();
    // What was said of a condition holds until somebody touches it.
    eachNode(root, (node) => {
      const message = noted.get(node);
      if (message !== undefined) found.set(node.id, message);
    });
    return found;
  }, [root, noted]);
  const current = refusal?.root === root ? refusal : null;
  const faults = current?.faults ?? noFaults;
  const depth = depthOf(root);
  const conditions = conditionsOf(root);
  const tooDeep = depth > DEPTH_MAX ? depth : null;
  const tooMany = conditions > CONDITIONS_MAX ? conditions : null;
  const refused = [...problems.values()].some((problem) => !isTaken(problem));

  return {
    catalogue,
    root,
    change: (next, about) => dispatch({ kind: 'change', root: next, at: Date.now(), about }),
    undo: () => dispatch({ kind: 'undo' }),
    redo: () => dispatch({ kind: 'redo' }),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    changed: root !== start && JSON.stringify(written.filter ?? null) !== before,
    filter: written.filter,
    countable,
    unfinished: countable.open.size,
    problems,
    faults,
    notes: standing,
    fault: current?.whole ?? null,
    tooDeep,
    tooMany,
    ready: !refused && faults.size === 0 && current?.whole == null && tooDeep === null && tooMany === null,
    refuse: (error) => {
      if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 422)) return;
      const found = new Map<string, string>();
      let whole: string | null = null;
      for (const { path, message } of error.problem.errors ?? []) {
        // Stored rules are refused with the path of the body's field before the tree's own.
        const pointer = path.replace(/^\/(filter|rule)(?=\/|$)/, '');
        const id = nodeAtPath(countable.paths, pointer);
        if (id === undefined || id === root.id) whole ??= message;
        else if (!found.has(id)) found.set(id, message);
      }
      if (found.size === 0 && whole === null) whole = error.message;
      setRefusal({ root, faults: found, whole });
    },
    firstProblem: [...problems].find(([, problem]) => !isTaken(problem))?.[0] ?? [...faults.keys()][0],
    values,
    words,
    sentence: ruleSentence(root, catalogue, words),
  };
}

const none: readonly RuleNote[] = [];

function nodesNoted(start: RuleGroup, notes: readonly RuleNote[]): ReadonlyMap<RuleNode, string> {
  const byNode = new Map<RuleNode, string>();
  const { paths } = writeRule(start);
  for (const { path, message } of notes) {
    const id = nodeAtPath(paths, path.replace(/^\/(filter|rule)(?=\/|$)/, ''));
    eachNode(start, (node) => {
      if (node.id === id && !byNode.has(node)) byNode.set(node, message);
    });
  }
  return byNode;
}

const noFaults: ReadonlyMap<string, string> = new Map();
