import { useT } from '@/i18n/use-t';
import { partName, useBuilder } from './builder-context';
import { ACTIVITY_OPS } from './check';
import type { ActivityRule } from './tree';
import { CountInput, MomentValue, PartSelect, Values } from './value-editors';

/** How often events of some types happened, and within which time. */
export function ActivityEditor({ node }: { node: ActivityRule }) {
  const t = useT();
  const { rule, update } = useBuilder();
  const { catalogue, words } = rule;
  const change = (part: Partial<Omit<ActivityRule, 'kind' | 'id'>>, typing?: string) =>
    update(
      node.id,
      (each) => (each.kind === 'activity' ? { ...each, ...part } : each),
      typing && `${node.id} ${typing}`,
    );
  return (
    <div className="col-span-3 flex min-w-0 flex-col gap-1.5 @xl:col-span-2 @xl:col-start-2 @xl:row-start-1">
      <Values
        label={t('rule.editor.types')}
        adding={t('rule.editor.types')}
        part={partName(node.id, 'value')}
        value={node.types}
        source={{
          name: `rule activities ${catalogue.record}`,
          all: () => catalogue.activities.map((type) => ({ id: type, label: words.activity(type) })),
        }}
        nameOf={words.activity}
        gone={node.types.filter((type) => !catalogue.activities.includes(type))}
        onChange={(types) => change({ types: types as string[] })}
      />
      <div className="flex flex-wrap items-center gap-1.5">
        <PartSelect
          part={partName(node.id, 'op')}
          aria-label={t('rule.editor.often')}
          value={ACTIVITY_OPS.find((op) => op === node.op) ?? null}
          options={ACTIVITY_OPS.map((op) => ({ value: op, label: words.operator(op) }))}
          onValueChange={(op) => change({ op })}
          className="w-36"
        />
        <CountInput
          label={t('rule.editor.number')}
          part={undefined}
          count={node.count}
          onCount={(count) => change({ count }, 'count')}
        />
        <span className="text-muted text-sm">{t('rule.editor.times')}</span>
      </div>
      <Limit
        end="since"
        value={node.since}
        onChange={(since, typing) => change({ since }, typing ? 'since' : undefined)}
      />
      <Limit
        end="until"
        value={node.until}
        onChange={(until, typing) => change({ until }, typing ? 'until' : undefined)}
      />
    </div>
  );
}

interface LimitProps {
  end: 'since' | 'until';
  value: string | undefined;
  onChange: (value: string | undefined, typing?: boolean) => void;
}

function Limit({ end, value, onChange }: LimitProps) {
  const t = useT();
  const label = t(`rule.editor.${end}`);
  return (
    <div className="flex flex-wrap items-start gap-1.5">
      <PartSelect
        part={undefined}
        aria-label={label}
        value={value === undefined ? 'any' : 'at'}
        options={[
          { value: 'any', label: `${label}: ${t('rule.editor.anyTime')}` },
          { value: 'at', label },
        ]}
        onValueChange={(next) => onChange(next === 'any' ? undefined : end === 'since' ? '-30d' : 'today')}
        className="w-36"
      />
      {value === undefined ? null : (
        <MomentValue
          label={label}
          part={undefined}
          value={value}
          onChange={(next, typing) => onChange(next as string, typing)}
        />
      )}
    </div>
  );
}
