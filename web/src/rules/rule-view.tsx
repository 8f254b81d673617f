import { type ReactNode, useMemo } from 'react';
import { useT } from '@/i18n/use-t';
import type { RuleCatalogue } from './catalogue';
import { nodeText, type RuleWords } from './sentence';
import { type RuleGroup, type RuleNode, readRule, writeRule } from './tree';
import { type RuleValues, useRuleValues } from './use-rule-values';
import { useRuleWords } from './use-rule-words';

export interface ReadRule {
  readonly root: RuleGroup;
  /** JSON pointers of the nodes, by their ids. */
  readonly pointers: ReadonlyMap<string, string>;
  readonly catalogue: RuleCatalogue;
  readonly values: RuleValues;
  readonly words: RuleWords;
}

/** A stored rule, for showing it. */
export function useReadRule(catalogue: RuleCatalogue, rule: unknown): ReadRule {
  const text = JSON.stringify(rule ?? null);
  const { root, pointers } = useMemo(() => {
    const read = readRule(JSON.parse(text));
    const { paths } = writeRule(read);
    return { root: read, pointers: new Map([...paths].map(([path, id]) => [id, path])) };
  }, [text]);
  const values = useRuleValues(catalogue, root, false);
  const words = useRuleWords(catalogue, values);
  return useMemo(
    () => ({ root, pointers, catalogue, values, words }),
    [root, pointers, catalogue, values, words],
  );
}

interface RuleViewProps {
  rule: ReadRule;
  /** What stands before and after a condition. */
  mark: (pointer: string, node: RuleNode) => { before: ReactNode; after: ReactNode };
}

/** A rule line by line, groups indented. */
export function RuleView({ rule, mark }: RuleViewProps) {
  return <Lines group={rule.root} rule={rule} mark={mark} />;
}

function Lines({ group, rule, mark }: RuleViewProps & { group: RuleGroup }) {
  const t = useT();
  return (
    <div className="min-w-0 text-sm">
      <p className="font-medium text-muted text-xs">{t(`rule.mode.${group.mode}`)}</p>
      <ul className="mt-1 flex flex-col gap-1.5 border-line border-l pl-3">
        {group.children.map((child) => {
          if (child.kind === 'group')
            return (
              <li key={child.id}>
                <Lines group={child} rule={rule} mark={mark} />
              </li>
            );
          const { before, after } = mark(rule.pointers.get(child.id) ?? '', child);
          return (
            <li key={child.id} className="flex items-start gap-2">
              {before}
              <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                {nodeText(child, rule.catalogue, rule.words)}
                {after}
              </div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
