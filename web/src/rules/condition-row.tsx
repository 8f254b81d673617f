import {
  Ban,
  ChevronsUpDown,
  CircleAlert,
  Copy,
  Ellipsis,
  MoveDown,
  MoveUp,
  Plus,
  SquareDashed,
  Trash2,
  TriangleAlert,
} from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { PickList } from '@/grid/cell-editors/pick-list';
import type { PickOption } from '@/grid/types';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { IconButton } from '@/ui/button';
import { controlStyle } from '@/ui/input';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { Popover } from '@/ui/popover';
import { ActivityEditor } from './activity-editor';
import { partName, useBuilder } from './builder-context';
import { fieldOf } from './catalogue';
import { newActivity, withField, withOperator } from './new-condition';
import { problemText } from './problem-text';
import { nodeText } from './sentence';
import type { ActivityRule, FieldRule, RawRule } from './tree';
import { PartSelect, ValueEditor } from './value-editors';
import { shapeOf } from './values';

type Condition = FieldRule | ActivityRule | RawRule;

/** One condition: what it is about, how that is compared, and with what. */
export function ConditionRow({ node }: { node: Condition }) {
  const builder = useBuilder();
  const { catalogue, words } = builder.rule;
  const text = nodeText(node, catalogue, words);
  const problemId = useId();
  const problem = problemText(builder.rule, node.id);
  return (
    // A fieldset cannot be laid out as a row in every browser.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <div
      role="group"
      aria-label={text}
      aria-describedby={problem ? problemId : undefined}
      data-rule={node.id}
      className={cn(
        '@container min-w-0 rounded-md',
        problem?.tone === 'danger' && 'bg-danger-soft/60 p-1.5 ring-1 ring-danger-fg/40',
        problem?.tone === 'warning' && 'bg-warning-soft/60 p-1.5',
      )}
    >
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-1.5 @xl:grid-cols-[minmax(8rem,12rem)_minmax(7rem,10rem)_minmax(0,1fr)_auto]">
        {node.kind === 'raw' ? <RawFace node={node} /> : <FieldPicker node={node} />}
        {node.kind === 'field' ? <FieldEditor node={node} /> : null}
        {node.kind === 'activity' ? <ActivityEditor node={node} /> : null}
        <div className="col-start-3 row-start-1 @xl:col-start-4">
          <NodeMenu id={node.id} text={text} keeps={node.kind !== 'raw'} />
        </div>
      </div>
      {problem ? (
        <p
          id={problemId}
          className={cn(
            'mt-1 flex items-start gap-1.5 text-xs',
            problem.tone === 'danger' && 'text-danger-fg',
            problem.tone === 'warning' && 'text-warning-fg',
            problem.tone === 'quiet' && 'text-muted',
          )}
        >
          {problem.tone === 'danger' ? <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" /> : null}
          {problem.tone === 'warning' ? (
            <TriangleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          ) : null}
          <span className="min-w-0 [overflow-wrap:anywhere]">{problem.text}</span>
        </p>
      ) : null}
    </div>
  );
}

const valuePlace = 'col-span-3 min-w-0 @xl:col-span-1 @xl:col-start-3 @xl:row-start-1';

function FieldEditor({ node }: { node: FieldRule }): ReactNode {
  const t = useT();
  const builder = useBuilder();
  const { catalogue, words } = builder.rule;
  const field = fieldOf(catalogue, node.field);
  if (field === undefined) {
    if (node.field === '') return null;
    return (
      <span className={cn(valuePlace, 'truncate py-1.5 font-mono text-muted text-xs')}>
        {[node.op, node.value === undefined ? '' : JSON.stringify(node.value)].join(' ')}
      </span>
    );
  }
  const ops =
    field.operators.includes(node.op) || node.op === '' ? field.operators : [...field.operators, node.op];
  const nothing = shapeOf(field, node.op) === 'nothing';
  return (
    <>
      <PartSelect
        part={partName(node.id, 'op')}
        aria-label={t('rule.operator.label')}
        value={node.op === '' ? null : node.op}
        options={ops.map((op) => ({ value: op, label: words.operator(op) }))}
        onValueChange={(op) => builder.update(node.id, () => withOperator(node, field, op))}
      />
      {nothing ? null : (
        <div className={cn(valuePlace, 'flex')}>
          <ValueEditor
            field={field}
            op={node.op}
            value={node.value}
            part={partName(node.id, 'value')}
            onChange={(value, typing) =>
              builder.update(
                node.id,
                (each) => (each.kind === 'field' ? withValue(each, value) : each),
                typing ? `${node.id} value` : undefined,
              )
            }
          />
        </div>
      )}
    </>
  );
}

function withValue({ kind, id, field, op }: FieldRule, value: unknown): FieldRule {
  return { kind, id, field, op, ...(value === undefined ? {} : { value }) };
}

const ACTIVITY = ' activity';

function FieldPicker({ node }: { node: FieldRule | ActivityRule }) {
  const t = useT();
  const builder = useBuilder();
  const { catalogue, words } = builder.rule;
  const [open, setOpen] = useState(() => builder.isNew(node.id));
  const [picked, setPicked] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const current = node.kind === 'field' ? node.field : ACTIVITY;
  const known = node.kind === 'activity' || current === '' || fieldOf(catalogue, current) !== undefined;
  const name = node.kind === 'activity' ? t('rule.field.activity') : words.field(current);
  const options: PickOption[] = [
    ...catalogue.fields.map((field) => ({ id: field.field, label: words.field(field.field) })),
    ...(catalogue.activities.length > 0 ? [{ id: ACTIVITY, label: t('rule.field.activity') }] : []),
  ];
  const pick = (id: string) => {
    if (id === current) return;
    setPicked(true);
    const field = fieldOf(catalogue, id);
    builder.update(node.id, (each) =>
      id === ACTIVITY ? newActivity(each.id) : field ? withField(each, catalogue, field) : each,
    );
    builder.focus(node.id, 'value');
  };
  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        if (next) setPicked(false);
        setOpen(next);
      }}
      trigger={
        <button
          type="button"
          data-rule-part={partName(node.id, 'field')}
          aria-label={current === '' ? t('rule.field.choose') : `${t('rule.field.label')}: ${name}`}
          className={cn(
            controlStyle,
            'flex h-control w-full items-center justify-between gap-2 text-left font-medium',
            (node.kind === 'activity' || !known || current === '') && 'col-span-2 @xl:col-span-1',
          )}
        >
          <span
            className={cn('min-w-0 truncate', current === '' && 'text-faint', !known && 'text-danger-fg')}
          >
            {current === '' ? t('rule.field.choose') : name}
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </button>
      }
      label={t('rule.field.label')}
      initialFocus={input}
      // The value comes next.
      finalFocus={!picked}
      className="flex w-72 flex-col"
    >
      <PickList
        ref={input}
        label={t('rule.field.label')}
        placeholder={t('rule.field.find')}
        source={{ name: 'rule fields', all: () => options }}
        selected={current === '' ? [] : [current]}
        onPick={(option) => option && pick(option.id)}
        onLeave={() => setOpen(false)}
      />
    </Popover>
  );
}

function RawFace({ node }: { node: RawRule }) {
  return (
    <code className="col-span-2 block max-h-16 min-w-0 overflow-auto rounded-md bg-sunken px-2 py-1.5 font-mono text-xs [overflow-wrap:anywhere] @xl:col-span-3">
      {JSON.stringify(node.json)}
    </code>
  );
}

interface NodeMenuProps {
  id: string;
  /** What it is about, for its name. */
  text: string;
  /** It can be copied and grouped; what cannot be read can only go. */
  keeps: boolean;
  group?: boolean;
}

/** Everything that can be done with a condition or a group; each has its key. */
export function NodeMenu({ id, text, keeps, group = false }: NodeMenuProps) {
  const t = useT();
  const builder = useBuilder();
  return (
    <Menu
      align="end"
      trigger={
        <IconButton
          label={t('rule.action.menu', { rule: text })}
          size="icon"
          data-rule-part={partName(id, 'menu')}
        >
          <Ellipsis aria-hidden className="size-4" />
        </IconButton>
      }
    >
      <MenuItem icon={Plus} keys="Alt+Enter" onClick={() => builder.addBelow(id)}>
        {t('rule.action.below')}
      </MenuItem>
      {keeps ? (
        <MenuItem icon={Copy} keys="$mod+d" onClick={() => builder.duplicate(id)}>
          {t('rule.action.duplicate')}
        </MenuItem>
      ) : null}
      <MenuItem icon={MoveUp} keys="Alt+ArrowUp" onClick={() => builder.move(id, 'up')}>
        {t('rule.action.up')}
      </MenuItem>
      <MenuItem icon={MoveDown} keys="Alt+ArrowDown" onClick={() => builder.move(id, 'down')}>
        {t('rule.action.down')}
      </MenuItem>
      {keeps ? (
        <>
          <MenuItem icon={SquareDashed} keys="Alt+g" onClick={() => builder.wrap(id)}>
            {t('rule.action.wrap')}
          </MenuItem>
          {group ? (
            <MenuItem icon={SquareDashed} onClick={() => builder.unwrap(id)}>
              {t('rule.action.unwrap')}
            </MenuItem>
          ) : null}
          <MenuItem icon={Ban} keys="Alt+x" onClick={() => builder.negate(id)}>
            {t('rule.action.negate')}
          </MenuItem>
        </>
      ) : null}
      <MenuSeparator />
      <MenuItem icon={Trash2} danger keys="$mod+Shift+Backspace" onClick={() => builder.remove(id)}>
        {t('rule.action.remove')}
      </MenuItem>
    </Menu>
  );
}
