import { useRef, useState } from 'react';
import type { Count, Filter } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { fieldOf, type RuleCatalogue } from './catalogue';
import { newCondition } from './new-condition';
import { countText, RuleBuilder } from './rule-builder';
import { group, readRule, writeRule } from './tree';
import { useRule } from './use-rule';
import { useRuleCount } from './use-rule-count';

export interface RuleDialogProps {
  open: boolean;
  onClose: () => void;
  catalogue: RuleCatalogue;
  /** The filter to begin with, whatever it is. */
  filter: unknown;
  /** A field to begin a further condition with. */
  field?: string;
  ask: (filter: Filter | undefined, signal: AbortSignal) => Promise<Count>;
  /** Names what else `ask` counts within, such as a search. */
  scope: string;
  onApply: (filter: Filter | undefined) => void;
}

/** The whole filter of a list in a window of its own; the list follows once it is applied. */
export function RuleDialog(props: RuleDialogProps) {
  const [opened, setOpened] = useState(0);
  const [was, setWas] = useState(false);
  // Begins anew each time, from what the list shows by then; keeps its place while it fades.
  if (props.open !== was) {
    setWas(props.open);
    if (props.open) setOpened(opened + 1);
  }
  return opened === 0 ? null : <Content key={opened} {...props} />;
}

function begun({ filter, field, catalogue }: RuleDialogProps): unknown {
  const info = field === undefined ? undefined : fieldOf(catalogue, field);
  if (info === undefined) return filter;
  const root = readRule(filter);
  const added = newCondition(info);
  return writeRule(
    root.mode === 'all' ? { ...root, children: [...root.children, added] } : group('all', [root, added]),
  ).filter;
}

function Content(props: RuleDialogProps) {
  const { open, onClose, catalogue, ask, scope, onApply } = props;
  const t = useT();
  const format = useFormat();
  const [initial] = useState(() => begun(props));
  const rule = useRule({ catalogue, initial });
  const count = useRuleCount(rule, ask, scope);
  const body = useRef<HTMLDivElement>(null);
  const [refused, setRefused] = useState(false);
  const record =
    catalogue.record === 'customer' || catalogue.record === 'company' ? catalogue.record : 'other';
  const open_ = rule.unfinished + [...rule.problems.values()].filter(isBroken).length + rule.faults.size;

  const apply = () => {
    if (rule.ready) {
      onApply(rule.filter);
      return;
    }
    setRefused(true);
    const id = rule.firstProblem;
    if (id === undefined) return;
    const row = body.current?.querySelector<HTMLElement>(`[data-rule="${id}"]`);
    row?.querySelector<HTMLElement>('button, input')?.focus();
    row?.scrollIntoView({ block: 'nearest' });
  };
  const shown = countText(t, format.number, rule, count);
  const known = shown !== null && !count.refused && !count.failed;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t(`rule.dialog.${record}`)}
      size="wide"
      keepOpen
      changed={rule.changed}
      footer={
        <>
          {refused && !rule.ready ? (
            <p role="alert" className="mr-auto text-danger-fg text-sm">
              {t('rule.problem.count', { count: Math.max(1, open_) })}
            </p>
          ) : rule.root.children.length > 0 ? (
            <Button
              variant="ghost"
              className="mr-auto"
              onClick={() => rule.change({ ...rule.root, mode: 'all', children: [] })}
            >
              {t('rule.dialog.clear')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" aria-keyshortcuts="Control+Enter" onClick={apply}>
            {known ? t('rule.dialog.show', { what: shown }) : t('rule.dialog.apply')}
          </Button>
        </>
      }
    >
      <div ref={body}>
        <RuleBuilder rule={rule} count={count} onSubmit={apply} />
      </div>
    </Dialog>
  );
}

function isBroken({ kind }: { kind: string }): boolean {
  return kind !== 'gone' && kind !== 'archived' && kind !== 'incomplete';
}
