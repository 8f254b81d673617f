/** A filter tree as one sentence that can be read aloud. */
import type { MessageId } from '@/i18n/message-id';
import type { Translate } from '@/i18n/use-t';
import { fieldOf, type RuleCatalogue } from './catalogue';
import type { ActivityRule, FieldRule, RuleGroup, RuleNode } from './tree';
import { readMoment, readSpan, type Shape, type Span, shapeOf, type Unit } from './values';

/** What names things in the language shown. */
export interface RuleWords {
  readonly t: Translate;
  readonly locale: string;
  readonly field: (name: string) => string;
  /** An operator by itself, for lists of them. */
  readonly operator: (op: string) => string;
  readonly value: (field: string, id: string) => string;
  readonly number: (field: string, value: number) => string;
  readonly date: (date: string) => string;
  readonly time: (time: string) => string;
  readonly activity: (type: string) => string;
}

const units = { h: 'hours', d: 'days', w: 'weeks', mo: 'months', y: 'years' } as const satisfies Record<
  Unit,
  string
>;

export function spanText(t: Translate, span: Span): string {
  return span.count === null ? t('rule.say.open') : t(`rule.span.${units[span.unit]}`, { count: span.count });
}

export function momentText(words: RuleWords, text: unknown): string {
  const { t } = words;
  const moment = readMoment(text);
  switch (moment?.kind) {
    case 'date':
      return moment.date === '' ? t('rule.say.open') : words.date(moment.date);
    case 'today':
      return t('rule.say.today');
    case 'ago':
    case 'ahead': {
      const { count, unit } = moment.span;
      return count === null ? t('rule.say.open') : t(`rule.${moment.kind}.${units[unit]}`, { count });
    }
    case 'time':
      return words.time(moment.time);
    default:
      return String(text);
  }
}

/** Sentences of operators that say something else of each type. */
const sayings: Readonly<Record<string, MessageId>> = {
  eq: 'rule.say.eq',
  ne: 'rule.say.ne',
  contains: 'rule.say.contains',
  not_contains: 'rule.say.not_contains',
  starts_with: 'rule.say.starts_with',
  ends_with: 'rule.say.ends_with',
  in: 'rule.say.in',
  not_in: 'rule.say.not_in',
  empty: 'rule.say.empty',
  not_empty: 'rule.say.not_empty',
  gt: 'rule.say.gt',
  gte: 'rule.say.gte',
  lt: 'rule.say.lt',
  lte: 'rule.say.lte',
  between: 'rule.say.between',
  before: 'rule.say.before',
  after: 'rule.say.after',
  last: 'rule.say.last',
  next: 'rule.say.next',
  older_than: 'rule.say.older_than',
  is: 'rule.say.is',
  has_any: 'rule.say.has_any',
  has_all: 'rule.say.has_all',
  has_none: 'rule.say.has_none',
  ever_any: 'rule.say.ever_any',
  never_any: 'rule.say.never_any',
};

function listText(words: RuleWords, items: readonly string[], type: 'conjunction' | 'disjunction'): string {
  return new Intl.ListFormat(words.locale, { type }).format(items);
}

/** More of them would hide what the sentence says. */
const NAMED = 4;

function valueText(words: RuleWords, rule: FieldRule, shape: Shape): string {
  const { t } = words;
  const { field, value } = rule;
  const open = t('rule.say.open');
  const quoted = (text: unknown) =>
    text === undefined || text === '' ? open : t('rule.say.quoted', { text: String(text) });
  const named = (id: unknown) => (typeof id === 'string' && id !== '' ? words.value(field, id) : open);
  const counted = (number: unknown) =>
    typeof number === 'number'
      ? words.number(field, number)
      : number == null || number === ''
        ? open
        : String(number);
  const many = (texts: readonly string[]) => {
    if (texts.length === 0) return open;
    const rest = texts.length - NAMED;
    const shown = rest > 1 ? [...texts.slice(0, NAMED), t('rule.say.more', { count: rest })] : [...texts];
    return listText(words, shown, rule.op === 'has_all' ? 'conjunction' : 'disjunction');
  };
  const items: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  switch (shape) {
    case 'nothing':
      return '';
    case 'text':
      return quoted(value);
    case 'texts':
      return many(items.map(quoted));
    case 'key':
      return named(value);
    case 'keys':
      return many(items.map(named));
    case 'number':
      return counted(value);
    case 'numbers':
      return t('rule.say.range', { from: counted(items[0]), to: counted(items[1]) });
    case 'boolean':
      return t(value === false ? 'rule.value.no' : 'rule.value.yes');
    case 'moment':
      return value === undefined ? open : momentText(words, value);
    case 'moments':
      return t('rule.say.range', { from: momentText(words, items[0]), to: momentText(words, items[1]) });
    case 'span': {
      const span = readSpan(value);
      return span === null ? open : spanText(t, span);
    }
  }
}

function fieldText(rule: FieldRule, catalogue: RuleCatalogue, words: RuleWords): string {
  const { t } = words;
  if (rule.field === '') return t('rule.say.open');
  const name = words.field(rule.field);
  const field = fieldOf(catalogue, rule.field);
  const saying = sayings[rule.op];
  if (field === undefined || saying === undefined) {
    const rest = rule.value === undefined ? '' : JSON.stringify(rule.value);
    return [name, rule.op === '' ? t('rule.say.open') : words.operator(rule.op), rest]
      .filter((part) => part !== '')
      .join(' ');
  }
  return t(saying, { field: name, value: valueText(words, rule, shapeOf(field, rule.op)) });
}

function activityText(rule: ActivityRule, words: RuleWords): string {
  const { t } = words;
  const types =
    rule.types.length === 0
      ? t('rule.say.open')
      : listText(words, rule.types.map(words.activity), 'disjunction');
  const often = {
    at_least: 'rule.say.at_least',
    at_most: 'rule.say.at_most',
    exactly: 'rule.say.exactly',
  } as const;
  const saying = often[rule.op as keyof typeof often] ?? 'rule.say.at_least';
  const happened = t(saying, { types, count: rule.count ?? 0 });
  const { since, until } = rule;
  if (since !== undefined && until !== undefined)
    return t('rule.say.within', {
      happened,
      since: momentText(words, since),
      until: momentText(words, until),
    });
  if (since !== undefined) return t('rule.say.since', { happened, since: momentText(words, since) });
  if (until !== undefined) return t('rule.say.until', { happened, until: momentText(words, until) });
  return happened;
}

/** One condition, or one group with all it holds. `nested` puts what has several parts in brackets. */
export function nodeText(node: RuleNode, catalogue: RuleCatalogue, words: RuleWords, nested = false): string {
  const { t } = words;
  switch (node.kind) {
    case 'raw':
      return t('rule.say.raw');
    case 'field':
      return fieldText(node, catalogue, words);
    case 'activity':
      return activityText(node, words);
    case 'group': {
      const { mode, children } = node;
      if (children.length === 0)
        return t(mode === 'all' || mode === 'none' ? 'rule.say.everything' : 'rule.say.nothing');
      const several = children.length > 1;
      const parts = children.map((child) => nodeText(child, catalogue, words, several));
      const inner = listText(
        words,
        parts,
        mode === 'all' || mode === 'notAll' ? 'conjunction' : 'disjunction',
      );
      if (mode === 'none' || mode === 'notAll') return t('rule.say.not', { rule: inner });
      return nested && several ? t('rule.say.nested', { rule: inner }) : inner;
    }
  }
}

/** The whole tree; null when everything fits. */
export function ruleSentence(root: RuleGroup, catalogue: RuleCatalogue, words: RuleWords): string | null {
  if (root.children.length === 0 && root.mode === 'all') return null;
  return nodeText(root, catalogue, words);
}
