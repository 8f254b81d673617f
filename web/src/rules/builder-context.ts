import { createContext, use } from 'react';
import type { Direction } from './edit';
import type { RuleNode } from './tree';
import type { Rule } from './use-rule';

/** What a control of the builder is called when it is to get the focus. */
export type Part = 'field' | 'op' | 'value' | 'mode' | 'add' | 'menu';

export interface Builder {
  readonly rule: Rule;
  readonly update: (id: string, change: (node: RuleNode) => RuleNode, about?: string) => void;
  readonly addCondition: (groupId: string) => void;
  readonly addGroup: (groupId: string) => void;
  readonly addBelow: (id: string) => void;
  readonly duplicate: (id: string) => void;
  readonly move: (id: string, direction: Direction) => void;
  readonly remove: (id: string) => void;
  readonly wrap: (id: string) => void;
  readonly unwrap: (id: string) => void;
  readonly negate: (id: string) => void;
  readonly focus: (id: string, part: Part) => void;
  /** Whether the node was added just now, so that it opens what it begins with. */
  readonly isNew: (id: string) => boolean;
}

export const BuilderContext = createContext<Builder | null>(null);

export function useBuilder(): Builder {
  const builder = use(BuilderContext);
  if (builder === null) throw new Error('only inside a RuleBuilder');
  return builder;
}

export function partName(id: string, part: Part): string {
  return `${id}:${part}`;
}
