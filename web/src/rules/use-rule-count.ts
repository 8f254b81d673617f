import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { isStatus } from '@/api/errors';
import type { Count, Filter } from '@/api/types';
import { useDebounced } from '@/lib/debounce';
import type { Rule } from './use-rule';

export interface RuleCount {
  /** The newest answer; of an earlier tree while `waiting`. */
  readonly count: Count | undefined;
  readonly waiting: boolean;
  /** The tree is refused; what is wrong stands at its conditions. */
  readonly refused: boolean;
  readonly failed: boolean;
}

const PAUSE_MS = 250;

/**
 * How many records fit, while the tree is edited: asked once nothing has changed for a moment. A question that is no
 * longer of interest is stopped, and its answer never shown. `scope` names whatever else `ask` counts within.
 */
export function useRuleCount(
  rule: Rule,
  ask: (filter: Filter | undefined, signal: AbortSignal) => Promise<Count>,
  scope = '',
  enabled = true,
): RuleCount {
  const text = JSON.stringify(rule.countable.filter ?? null);
  const settled = useDebounced(text, PAUSE_MS);
  const sure = rule.tooDeep === null && rule.tooMany === null;
  const query = useQuery({
    queryKey: ['rule-count', rule.catalogue.record, scope, settled],
    queryFn: ({ signal }) => ask(JSON.parse(settled) ?? undefined, signal),
    enabled: sure && enabled,
    staleTime: 10_000,
    gcTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const { error } = query;
  const current = settled === text;
  const refuse = useRef(rule.refuse);
  refuse.current = rule.refuse;
  // Again for every tree: undo may come back to one that was refused before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tree stands for what was asked
  useEffect(() => {
    if (current && error) refuse.current(error);
  }, [current, error, rule.root]);
  const refused = !sure || (current && (isStatus(error, 400) || isStatus(error, 422)));
  return {
    count: query.data,
    waiting: !refused && (!current || query.isFetching || query.isPlaceholderData),
    refused,
    failed: current && error !== null && !refused,
  };
}
