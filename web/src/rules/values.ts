/** The values of conditions: which form an operator takes, and how moments and spans are written. */
import type { FieldInfo } from './catalogue';

export const UNITS = ['h', 'd', 'w', 'mo', 'y'] as const;
export type Unit = (typeof UNITS)[number];

/** A hundred years, as the server bounds them. */
const LONGEST: Readonly<Record<Unit, number>> = { h: 876_600, d: 36_525, w: 5_218, mo: 1_200, y: 100 };

export interface Span {
  /** Null while it has not been typed. */
  readonly count: number | null;
  readonly unit: Unit;
}

const SPAN = /^(\d*)(h|d|w|mo|y)$/;

/** Also what is half typed: `d` is a span of days whose number is missing. */
export function readSpan(text: unknown): Span | null {
  const match = typeof text === 'string' ? SPAN.exec(text) : null;
  if (!match) return null;
  return { count: match[1] === '' ? null : Number(match[1]), unit: match[2] as Unit };
}

export function writeSpan({ count, unit }: Span): string {
  return `${count ?? ''}${unit}`;
}

export function isSpan(text: unknown): boolean {
  const span = readSpan(text);
  return span !== null && span.count !== null && span.count <= LONGEST[span.unit];
}

export type Moment =
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'today' }
  | { readonly kind: 'ago' | 'ahead'; readonly span: Span }
  | { readonly kind: 'time'; readonly time: string };

/** What a moment's text says, also half typed; null for what is no moment at all. */
export function readMoment(text: unknown): Moment | null {
  if (typeof text !== 'string') return null;
  if (text === '') return { kind: 'date', date: '' };
  if (text === 'today') return { kind: 'today' };
  if (text.startsWith('-') || text.startsWith('+')) {
    const span = readSpan(text.slice(1));
    return span && { kind: text.startsWith('-') ? 'ago' : 'ahead', span };
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { kind: 'date', date: text };
  if (/^\d{4}-\d{2}-\d{2}[Tt]/.test(text) && Number.isFinite(Date.parse(text)))
    return { kind: 'time', time: text };
  return null;
}

export function writeMoment(moment: Moment): string {
  switch (moment.kind) {
    case 'date':
      return moment.date;
    case 'today':
      return 'today';
    case 'ago':
      return `-${writeSpan(moment.span)}`;
    case 'ahead':
      return `+${writeSpan(moment.span)}`;
    case 'time':
      return moment.time;
  }
}

export function isMoment(text: unknown): boolean {
  const moment = readMoment(text);
  switch (moment?.kind) {
    case undefined:
      return false;
    case 'date': {
      const time = Date.parse(`${moment.date}T00:00:00Z`);
      return Number.isFinite(time) && new Date(time).toISOString().startsWith(moment.date);
    }
    case 'ago':
    case 'ahead':
      return isSpan(writeSpan(moment.span));
    default:
      return true;
  }
}

/** The form of a condition's value. */
export type Shape =
  | 'nothing'
  | 'text'
  | 'texts'
  | 'number'
  | 'numbers'
  | 'boolean'
  | 'moment'
  | 'moments'
  | 'span'
  | 'key'
  | 'keys';

const lists = new Set(['in', 'not_in', 'has_any', 'has_all', 'has_none', 'ever_any', 'never_any']);

export function shapeOf(field: FieldInfo, op: string): Shape {
  if (op === 'empty' || op === 'not_empty') return 'nothing';
  switch (field.type) {
    case 'boolean':
      return 'boolean';
    case 'number':
    case 'money':
      return op === 'between' ? 'numbers' : 'number';
    case 'time':
      if (op === 'last' || op === 'next' || op === 'older_than') return 'span';
      return op === 'between' ? 'moments' : 'moment';
    case 'text':
      return lists.has(op) ? 'texts' : 'text';
    default:
      return field.type === 'set' || lists.has(op) ? 'keys' : 'key';
  }
}

/** Whether a value is whole: `missing` while it is still to be given, `wrong` when the operator cannot take it. */
export type Verdict = 'whole' | 'missing' | 'wrong';

function all(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes('wrong') ? 'wrong' : verdicts.includes('missing') ? 'missing' : 'whole';
}

export function judge(shape: Shape, value: unknown): Verdict {
  const missing = value === undefined || value === null || value === '';
  const list = (one: Shape): Verdict => {
    if (missing || (Array.isArray(value) && value.length === 0)) return 'missing';
    return Array.isArray(value) ? all(value.map((each) => judge(one, each))) : 'wrong';
  };
  const pair = (one: Shape): Verdict => {
    if (missing) return 'missing';
    return Array.isArray(value) && value.length === 2 ? all(value.map((each) => judge(one, each))) : 'wrong';
  };
  const half = (whole: boolean, text: boolean): Verdict => (whole ? 'whole' : text ? 'missing' : 'wrong');
  switch (shape) {
    case 'nothing':
      return value === undefined || value === null ? 'whole' : 'wrong';
    case 'texts':
      return list('text');
    case 'keys':
      return list('key');
    case 'numbers':
      return pair('number');
    case 'moments':
      return pair('moment');
    default:
  }
  if (missing) return 'missing';
  switch (shape) {
    case 'boolean':
      return typeof value === 'boolean' ? 'whole' : 'wrong';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? 'whole' : 'wrong';
    case 'span': {
      const span = readSpan(value);
      return half(isSpan(value), span !== null && span.count === null);
    }
    case 'moment': {
      const moment = readMoment(value);
      const open = moment?.kind === 'ago' || moment?.kind === 'ahead' ? moment.span.count === null : false;
      return half(isMoment(value), open);
    }
    default:
      return typeof value === 'string' ? 'whole' : 'wrong';
  }
}

/** What a condition starts with, or what can be kept of its value when its field or operator changes. */
export function fitValue(shape: Shape, value: unknown): unknown {
  const one = Array.isArray(value) ? value[0] : value;
  const many = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const kept = (each: Shape, fallback: unknown) => (judge(each, one) === 'whole' ? one : fallback);
  const texts = many.filter((each) => typeof each === 'string' && each !== '');
  switch (shape) {
    case 'nothing':
      return undefined;
    case 'text':
    case 'key':
      return kept('text', undefined);
    case 'texts':
    case 'keys':
      return texts;
    case 'number':
      return kept('number', undefined);
    case 'numbers':
      return judge('numbers', value) === 'whole' ? value : [kept('number', ''), ''];
    case 'boolean':
      return kept('boolean', true);
    case 'moment':
      if (judge('span', one) === 'whole') return `-${one}`;
      return kept('moment', '-30d');
    case 'moments':
      return judge('moments', value) === 'whole' ? value : [kept('moment', '-30d'), 'today'];
    case 'span': {
      if (judge('span', one) === 'whole') return one;
      const moment = readMoment(one);
      return moment?.kind === 'ago' || moment?.kind === 'ahead' ? writeSpan(moment.span) : '30d';
    }
  }
}
