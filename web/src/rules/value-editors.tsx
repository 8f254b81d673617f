import { ChevronsUpDown, Plus, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { PickList } from '@/grid/cell-editors/pick-list';
import type { PickSource } from '@/grid/types';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { currencyDigits } from '@/lib/format';
import { Button } from '@/ui/button';
import { controlStyle, Input } from '@/ui/input';
import { Popover } from '@/ui/popover';
import { Select } from '@/ui/select';
import { useBuilder } from './builder-context';
import { type FieldInfo, isMoney } from './catalogue';
import { momentText } from './sentence';
import {
  type Moment,
  readMoment,
  readSpan,
  shapeOf,
  UNITS,
  type Unit,
  writeMoment,
  writeSpan,
} from './values';

interface ValueEditorProps {
  field: FieldInfo;
  op: string;
  value: unknown;
  /** `typing`: one of several changes that make one step back. */
  onChange: (value: unknown, typing?: boolean) => void;
  /** Marks the control that gets the focus. */
  part: string;
}

/** The control that fits a field and an operator. A value that does not fit is shown by the nearest one, to be replaced. */
export function ValueEditor({ field, op, value, onChange, part }: ValueEditorProps): ReactNode {
  const t = useT();
  const { values, words } = useBuilder().rule;
  const label = t('rule.editor.value', { field: words.field(field.field) });
  const source = values.sourceOf(field.field);
  const common = { label, part, onChange };
  switch (shapeOf(field, op)) {
    case 'nothing':
      return null;
    case 'boolean':
      return <YesNo {...common} value={value} />;
    case 'number':
      return <NumberValue {...common} field={field} value={value} />;
    case 'numbers':
      return (
        <Pair value={value} onChange={onChange}>
          {(each, set, end) => (
            <NumberValue
              label={`${label}: ${t(`rule.editor.${end}`)}`}
              part={end === 'from' ? part : undefined}
              field={field}
              value={each}
              onChange={set}
            />
          )}
        </Pair>
      );
    case 'span':
      return <SpanValue {...common} value={value} />;
    case 'moment':
      return <MomentValue {...common} value={value} />;
    case 'moments':
      return (
        <Pair value={value} onChange={onChange}>
          {(each, set, end) => (
            <MomentValue
              label={`${label}: ${t(`rule.editor.${end}`)}`}
              part={end === 'from' ? part : undefined}
              value={each}
              onChange={set}
            />
          )}
        </Pair>
      );
    case 'text':
      return <TextValue {...common} value={value} />;
    case 'texts':
    case 'keys': {
      const written = shapeOf(field, op) === 'texts' || source === undefined;
      return (
        <Values
          {...common}
          adding={t('rule.editor.addTo', { field: words.field(field.field) })}
          value={value}
          source={written ? undefined : source}
          nameOf={(id) => (written ? id : values.nameOf(field.field, id))}
          gone={values.gone(field.field, listOf(value))}
        />
      );
    }
    case 'key':
      return source === undefined ? (
        <TextValue {...common} value={value} />
      ) : (
        <OneValue {...common} field={field} value={value} source={source} />
      );
  }
}

interface EditorProps {
  label: string;
  part: string | undefined;
  value: unknown;
  onChange: (value: unknown, typing?: boolean) => void;
}

function asText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? ''
      : JSON.stringify(value);
}

function TextValue({ label, part, value, onChange }: EditorProps) {
  const t = useT();
  return (
    <Input
      aria-label={label}
      data-rule-part={part}
      placeholder={t('rule.editor.write')}
      maxLength={1_000}
      value={asText(value)}
      onValueChange={(text) => onChange(text === '' ? undefined : text, true)}
    />
  );
}

function YesNo({ label, part, value, onChange }: EditorProps) {
  const t = useT();
  return (
    <PartSelect
      part={part}
      aria-label={label}
      value={value === false ? 'no' : value === true ? 'yes' : null}
      options={(['yes', 'no'] as const).map((id) => ({ value: id, label: t(`rule.value.${id}`) }))}
      onValueChange={(next) => onChange(next === 'yes')}
      className="w-28"
    />
  );
}

interface PartSelectProps<T extends string> {
  part: string | undefined;
  'aria-label': string;
  value: T | null;
  options: ReadonlyArray<{ value: T; label: string }>;
  onValueChange: (value: T) => void;
  className?: string;
}

/** A select that the builder can give the focus to. */
export function PartSelect<T extends string>({ part, className, ...props }: PartSelectProps<T>) {
  const t = useT();
  return (
    <span data-rule-part={part} className={cn('block min-w-0', className)}>
      <Select<T | null>
        {...props}
        placeholder={t('rule.operator.choose')}
        onValueChange={(next) => next !== null && props.onValueChange(next)}
      />
    </span>
  );
}

interface NumberProps extends EditorProps {
  field: FieldInfo;
}

const MINUS = /^[-−]?\d*([.,]\d*)?$/;

function NumberValue({ label, part, field, value, onChange }: NumberProps) {
  const t = useT();
  const { currency } = useBootstrap().org;
  const scale = isMoney(field) ? 10 ** currencyDigits(currency) : 1;
  const [draft, setDraft] = useState('');
  const read = (text: string) => {
    const plain = text.trim().replace('−', '-').replace(',', '.');
    const number = Number(plain) * scale;
    return plain !== '' && Number.isFinite(number) ? (scale === 1 ? number : Math.round(number)) : undefined;
  };
  // What is typed stays as typed as long as it means the value: "1." or "1,50".
  const shown =
    typeof value === 'number' ? (read(draft) === value ? draft : String(value / scale)) : asText(value);
  return (
    <span className="flex min-w-0 flex-1 items-center gap-1.5">
      <Input
        aria-label={label}
        data-rule-part={part}
        inputMode="decimal"
        autoComplete="off"
        placeholder={t('rule.editor.number')}
        maxLength={20}
        value={shown}
        onValueChange={(text) => {
          if (!MINUS.test(text.trim())) return;
          setDraft(text);
          onChange(read(text) ?? (text === '' ? undefined : text), true);
        }}
        className="tabular min-w-16 max-w-40"
      />
      {scale === 1 ? null : <span className="shrink-0 text-muted text-sm">{currency}</span>}
    </span>
  );
}

interface PairProps {
  value: unknown;
  onChange: (value: unknown, typing?: boolean) => void;
  children: (
    value: unknown,
    set: (value: unknown, typing?: boolean) => void,
    end: 'from' | 'to',
  ) => ReactNode;
}

function Pair({ value, onChange, children }: PairProps) {
  const t = useT();
  const pair: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [from, to] = [pair[0] ?? '', pair[1] ?? ''];
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1.5">
      {children(from, (next, typing) => onChange([next ?? '', to], typing), 'from')}
      <span className="text-muted text-sm">{t('rule.editor.and')}</span>
      {children(to, (next, typing) => onChange([from, next ?? ''], typing), 'to')}
    </div>
  );
}

interface CountProps {
  label: string;
  part: string | undefined;
  count: number | null;
  onCount: (count: number | null) => void;
}

/** A whole number that is not negative. */
export function CountInput({ label, part, count, onCount }: CountProps) {
  return (
    <Input
      aria-label={label}
      data-rule-part={part}
      inputMode="numeric"
      autoComplete="off"
      maxLength={6}
      value={count ?? ''}
      onValueChange={(text) => {
        if (/^\d*$/.test(text)) onCount(text === '' ? null : Number(text));
      }}
      className="tabular max-w-16"
    />
  );
}

interface UnitProps {
  label: string;
  unit: Unit;
  onUnit: (unit: Unit) => void;
}

function UnitSelect({ label, unit, onUnit }: UnitProps) {
  const t = useT();
  return (
    <PartSelect
      part={undefined}
      aria-label={`${label}: ${t('rule.editor.unit')}`}
      value={unit}
      options={UNITS.map((each) => ({ value: each, label: t(`rule.unit.${each}`) }))}
      onValueChange={onUnit}
      className="w-28"
    />
  );
}

function SpanValue({ label, part, value, onChange }: EditorProps) {
  const span = readSpan(value) ?? { count: null, unit: 'd' };
  return (
    <div className="flex min-w-0 flex-1 items-center gap-1.5">
      <CountInput
        label={label}
        part={part}
        count={span.count}
        onCount={(count) => onChange(writeSpan({ ...span, count }), true)}
      />
      <UnitSelect label={label} unit={span.unit} onUnit={(unit) => onChange(writeSpan({ ...span, unit }))} />
    </div>
  );
}

/** A point in time: a day, today, or so long before or after now. */
export function MomentValue({ label, part, value, onChange }: EditorProps) {
  const t = useT();
  const { words } = useBuilder().rule;
  const moment = readMoment(value) ?? { kind: 'date', date: '' };
  const set = (next: Moment, typing?: boolean) => onChange(writeMoment(next), typing);
  const kinds = [
    'ago',
    'ahead',
    'today',
    'date',
    ...(moment.kind === 'time' ? (['time'] as const) : []),
  ] as const;
  const span =
    moment.kind === 'ago' || moment.kind === 'ahead' ? moment.span : { count: 30, unit: 'd' as const };
  const relative = moment.kind === 'ago' || moment.kind === 'ahead';
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5">
      {relative ? (
        <>
          <CountInput
            label={label}
            part={part}
            count={span.count}
            onCount={(count) => set({ kind: moment.kind, span: { ...span, count } }, true)}
          />
          <UnitSelect
            label={label}
            unit={span.unit}
            onUnit={(unit) => set({ kind: moment.kind, span: { ...span, unit } })}
          />
        </>
      ) : null}
      <PartSelect
        part={relative || moment.kind === 'date' ? undefined : part}
        aria-label={`${label}: ${t('rule.editor.when')}`}
        value={moment.kind}
        options={kinds.map((kind) => ({ value: kind, label: t(`rule.moment.${kind}`) }))}
        onValueChange={(kind) => {
          if (kind === moment.kind || kind === 'time') return;
          if (kind === 'today') set({ kind });
          else if (kind === 'date') set({ kind, date: '' });
          else set({ kind, span });
        }}
        className="w-32"
      />
      {moment.kind === 'date' ? (
        <Input
          type="date"
          aria-label={`${label}: ${t('rule.editor.day')}`}
          title={t('rule.editor.dayHint')}
          data-rule-part={part}
          value={moment.date}
          onValueChange={(date) => set({ kind: 'date', date })}
          className="max-w-40"
        />
      ) : null}
      {moment.kind === 'time' ? (
        <span className="tabular text-sm">{momentText(words, moment.time)}</span>
      ) : null}
    </div>
  );
}

interface SourcedProps extends EditorProps {
  field: FieldInfo;
  source: PickSource;
}

function OneValue({ label, part, field, value, source, onChange }: SourcedProps) {
  const t = useT();
  const { values } = useBuilder().rule;
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = typeof value === 'string' ? value : '';
  const gone = id !== '' && values.gone(field.field, [id]).length > 0;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          data-rule-part={part}
          aria-label={id === '' ? label : `${label}: ${values.nameOf(field.field, id)}`}
          className={cn(controlStyle, 'flex h-control w-full items-center justify-between gap-2 text-left')}
        >
          <span
            className={cn(
              'min-w-0 truncate',
              id === '' && 'text-faint',
              gone && 'text-warning-fg line-through',
            )}
          >
            {id === '' ? t('rule.editor.choose') : values.nameOf(field.field, id)}
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </button>
      }
      label={label}
      initialFocus={input}
      className="flex w-64 flex-col"
    >
      <PickList
        ref={input}
        label={label}
        placeholder={t('rule.editor.find')}
        source={source}
        selected={id === '' ? [] : [id]}
        onPick={(option) => option && onChange(option.id)}
        onLeave={() => setOpen(false)}
      />
    </Popover>
  );
}

/** More than these are counted, not shown. */
const CHIPS = 24;

interface ValuesProps extends EditorProps {
  /** Name of the button that adds one. */
  adding: string;
  source: PickSource | undefined;
  nameOf: (id: string) => string;
  /** Those that stand for nothing any more. */
  gone: readonly string[];
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(asText);
}

/** Any number of values, each removable by itself, picked from a list or written. */
export function Values({ label, part, adding, value, source, nameOf, gone, onChange }: ValuesProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const chosen = listOf(value);
  const removeAt = (at: number) => {
    onChange(chosen.filter((_, index) => index !== at));
    // The button goes with its value.
    requestAnimationFrame(() => {
      const buttons = box.current?.querySelectorAll<HTMLElement>('button, input') ?? [];
      buttons[Math.min(at, buttons.length - 1)]?.focus();
    });
  };
  return (
    <div
      ref={box}
      className={cn(
        'flex min-h-control min-w-0 flex-1 flex-wrap items-center gap-1 rounded-md border border-line-strong/70 bg-surface p-0.75',
        source === undefined && 'focus-within:border-accent-fg',
      )}
    >
      {chosen.slice(0, CHIPS).map((id, at) => {
        const name = nameOf(id);
        return (
          <span
            // A value may stand twice in a filter that somebody else wrote.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={`${at} ${id}`}
            className={cn(
              'flex h-6 min-w-0 max-w-full items-center rounded-sm pl-1.5 text-sm pointer-coarse:h-11',
              gone.includes(id) ? 'bg-warning-soft text-warning-fg' : 'bg-tint-gray text-tint-gray-fg',
            )}
          >
            <span className={cn('truncate', gone.includes(id) && 'line-through')}>{name}</span>
            <button
              type="button"
              aria-label={t('rule.editor.removeValue', { value: name })}
              className="focus-inset flex h-6 w-6 shrink-0 items-center justify-center rounded-sm hover:text-fg pointer-coarse:h-11 pointer-coarse:w-11"
              onClick={() => removeAt(at)}
            >
              <X aria-hidden className="size-3" />
            </button>
          </span>
        );
      })}
      {chosen.length > CHIPS ? (
        <span className="px-1 text-muted text-sm">
          {t('rule.editor.valuesMore', { count: chosen.length - CHIPS })}
        </span>
      ) : null}
      {source === undefined ? (
        <WriteValues label={label} part={part} chosen={chosen} onChange={onChange} />
      ) : (
        <AddValue
          label={label}
          part={part}
          adding={adding}
          chosen={chosen}
          source={source}
          onChange={onChange}
        />
      )}
    </div>
  );
}

interface AddValueProps extends Omit<EditorProps, 'value'> {
  adding: string;
  chosen: readonly string[];
  source: PickSource;
}

function AddValue({ label, part, adding, chosen, source, onChange }: AddValueProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button
          variant="ghost"
          size="small"
          data-rule-part={part}
          aria-label={adding}
          className="h-6! px-1.5! pointer-coarse:h-11!"
        >
          <Plus aria-hidden className="size-3.5" />
          {chosen.length === 0 ? t('rule.editor.choose') : null}
        </Button>
      }
      label={label}
      initialFocus={input}
      className="flex w-64 flex-col"
    >
      <PickList
        ref={input}
        label={label}
        placeholder={t('rule.editor.find')}
        source={source}
        selected={chosen}
        multiple
        onPick={(option) => {
          if (option === null) return;
          onChange(
            chosen.includes(option.id) ? chosen.filter((id) => id !== option.id) : [...chosen, option.id],
          );
        }}
        onLeave={() => setOpen(false)}
      />
    </Popover>
  );
}

interface WriteValuesProps extends Omit<EditorProps, 'value'> {
  chosen: readonly string[];
}

/** What is typed counts on Enter, on a comma, and when the field is left; a pasted column is as many values. */
function WriteValues({ label, part, chosen, onChange }: WriteValuesProps) {
  const t = useT();
  const [text, setText] = useState('');
  const take = (typed: string) => {
    const fresh = typed
      .split(/[\n\t,;]/)
      .map((each) => each.trim())
      .filter((each, at, list) => each !== '' && !chosen.includes(each) && list.indexOf(each) === at);
    setText('');
    if (fresh.length > 0) onChange([...chosen, ...fresh]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.altKey) || event.key === ',') {
      event.preventDefault();
      take(text);
    } else if (event.key === 'Backspace' && text === '' && chosen.length > 0) {
      event.preventDefault();
      onChange(chosen.slice(0, -1));
    }
  };
  return (
    <input
      type="text"
      aria-label={label}
      data-rule-part={part}
      autoComplete="off"
      maxLength={1_000}
      placeholder={chosen.length === 0 ? t('rule.editor.writeMany') : ''}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => take(text)}
      onPaste={(event) => {
        const pasted = event.clipboardData.getData('text');
        if (!/[\n\t,;]/.test(pasted)) return;
        event.preventDefault();
        take(text + pasted);
      }}
      className="h-6 min-w-24 flex-1 bg-transparent px-1.5 text-sm outline-none pointer-coarse:h-11 pointer-coarse:text-lg"
    />
  );
}
