import { createContext, type PointerEvent, use } from 'react';
import type { Filter } from '@/api/types';
import type { Direction, Spot } from './edit';
import type { RuleNode } from './tree';
import type { Rule } from './use-rule';

/** What a control of the builder is called when it is to get the focus. */
export type Part = 'field' | 'op' | 'value' | 'mode' | 'add' | 'menu' | 'look';

/** Somebody whom a part of a rule selects. */
export interface SamplePerson {
  readonly id: string;
  readonly fullName: string;
  readonly jobTitle: string | null;
  readonly companyName: string | null;
}

/** Counts a part of a rule and shows some of the people. */
export type Look = (
  filter: Filter | undefined,
  signal: AbortSignal,
) => Promise<{ readonly count: number; readonly sample: readonly SamplePerson[] }>;

export interface Builder {
  readonly rule: Rule;
  readonly look: Look | undefined;
  readonly update: (id: string, change: (node: RuleNode) => RuleNode, about?: string) => void;
  readonly addCondition: (groupId: string) => void;
  readonly addGroup: (groupId: string) => void;
  readonly addBelow: (id: string) => void;
  readonly duplicate: (id: string) => void;
  readonly move: (id: string, direction: Direction) => void;
  /** Puts a node where it was dropped. */
  readonly place: (id: string, spot: Spot) => void;
  /** Begins to drag a node by its handle. */
  readonly drag: (event: PointerEvent<HTMLElement>, id: string) => void;
  /** The node that is being dragged. */
  readonly dragged: string | null;
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
