import { FolderPlus, GripVertical, Plus } from 'lucide-react';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { partName, useBuilder } from './builder-context';
import { ConditionRow, NodeMenu } from './condition-row';
import { setMode } from './edit';
import { GroupLook } from './group-look';
import { problemText } from './problem-text';
import { nodeText } from './sentence';
import { CONDITIONS_MAX, conditionsOf, DEPTH_MAX, type Mode, type RuleGroup } from './tree';
import { PartSelect } from './value-editors';

const MODES: readonly Mode[] = ['all', 'any', 'none', 'notAll'];

interface GroupBoxProps {
  node: RuleGroup;
  /** Levels of the written tree down to what the group holds, itself counted. */
  level: number;
}

/** Levels a group takes of the tree as it is written. */
function levelsOf(mode: Mode): number {
  return mode === 'none' || mode === 'notAll' ? 2 : 1;
}

/** Conditions and groups that are joined in one way. */
export function GroupBox({ node, level }: GroupBoxProps) {
  const t = useT();
  const builder = useBuilder();
  const { rule } = builder;
  const root = rule.root.id === node.id;
  const count = node.children.length;
  const text = t('rule.group.label', { mode: t(`rule.mode.${node.mode}`), count });
  const full = conditionsOf(rule.root) >= CONDITIONS_MAX;
  const limit = t('rule.limit.conditions', { max: CONDITIONS_MAX });
  const deep = t('rule.limit.depth', { max: DEPTH_MAX });
  const problem = problemText(rule, node.id);
  const movable = rule.root.children.length > 1 || rule.root.children[0]?.kind === 'group';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own box
    <div
      role="group"
      aria-label={text}
      data-rule={node.id}
      data-rule-group={node.id}
      className={cn(
        'flex min-w-0 flex-col gap-2',
        !root &&
          'rounded-lg border border-line bg-sunken/60 p-2 max-sm:rounded-none max-sm:border-y-0 max-sm:border-r-0 max-sm:border-l-2 max-sm:bg-transparent max-sm:py-0 max-sm:pr-0',
      )}
    >
      {root && count < 2 && node.mode === 'all' ? null : (
        <div className="flex min-w-0 items-center gap-2">
          <PartSelect
            part={partName(node.id, 'mode')}
            aria-label={t('rule.mode.label')}
            value={node.mode}
            options={MODES.map((mode) => ({ value: mode, label: t(`rule.mode.${mode}`) }))}
            onValueChange={(mode) => {
              const next = setMode(rule.root, node.id, mode);
              if (next !== null) rule.change(next);
            }}
            className="w-32 shrink-0"
          />
          <span className="min-w-0 flex-1 truncate text-muted text-sm">{t('rule.group.hold')}</span>
          {root ? null : (
            <>
              <GroupLook node={node} />
              <NodeMenu id={node.id} text={text} keeps group />
            </>
          )}
        </div>
      )}
      {problem ? <p className="text-danger-fg text-xs">{problem.text}</p> : null}
      {count === 0 ? (
        <p className="px-1 py-1 text-muted text-sm">
          {root && node.mode === 'all'
            ? t('rule.group.empty')
            : t('rule.group.emptyNone', { rule: nodeText(node, rule.catalogue, rule.words) })}
        </p>
      ) : (
        <ul className="flex min-w-0 flex-col gap-2">
          {node.children.map((child, at) => (
            <li
              key={child.id}
              data-rule-node={child.id}
              className={cn('flex min-w-0 items-start gap-2', builder.dragged === child.id && 'opacity-50')}
            >
              {count > 1 ? (
                <span aria-hidden className="w-8 shrink-0 pt-1.5 text-right text-muted text-sm max-sm:hidden">
                  {at === 0 ? '' : t(`rule.join.${node.mode}`)}
                </span>
              ) : null}
              {movable ? (
                // Keys move by what the menus name.
                <span
                  aria-hidden
                  title={t('rule.action.drag')}
                  data-rule-grip={child.id}
                  className="-mr-1.5 flex h-control shrink-0 cursor-grab touch-none items-center text-faint hover:text-fg max-sm:hidden"
                  onPointerDown={(event) => builder.drag(event, child.id)}
                >
                  <GripVertical className="size-4" />
                </span>
              ) : null}
              <div className="min-w-0 flex-1">
                {child.kind === 'group' ? (
                  <GroupBox node={child} level={level + levelsOf(child.mode)} />
                ) : (
                  <ConditionRow node={child} />
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      <div
        className={cn(
          'flex flex-wrap gap-1',
          count > 1 ? (movable ? 'sm:ml-12' : 'sm:ml-9') : movable && count > 0 && 'sm:ml-3',
        )}
      >
        <Button
          variant="ghost"
          size="small"
          data-rule-part={partName(node.id, 'add')}
          aria-label={root ? undefined : t('rule.action.addConditionTo')}
          disabledReason={full ? limit : level >= DEPTH_MAX ? deep : undefined}
          onClick={() => builder.addCondition(node.id)}
        >
          <Plus aria-hidden className="size-4" />
          {t('rule.action.addCondition')}
        </Button>
        <Button
          variant="ghost"
          size="small"
          aria-label={root ? undefined : t('rule.action.addGroupTo')}
          disabledReason={full ? limit : level + 1 >= DEPTH_MAX ? deep : undefined}
          onClick={() => builder.addGroup(node.id)}
        >
          <FolderPlus aria-hidden className="size-4" />
          {t('rule.action.addGroup')}
        </Button>
      </div>
    </div>
  );
}
