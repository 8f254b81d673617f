import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { catalogueOf, type FieldInfo } from './catalogue';
import { problemOf } from './check';
import { newCondition, withField, withOperator } from './new-condition';
import { type RuleWords, ruleSentence } from './sentence';
import { type FieldRule, readRule } from './tree';
import { fitValue, isMoment, isSpan, judge, readMoment, shapeOf, writeMoment } from './values';

const operators: Record<string, string[]> = {
  text: [
    'eq',
    'ne',
    'contains',
    'not_contains',
    'starts_with',
    'ends_with',
    'in',
    'not_in',
    'empty',
    'not_empty',
  ],
  number: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'empty', 'not_empty'],
  time: ['before', 'after', 'between', 'last', 'next', 'older_than', 'empty', 'not_empty'],
  set: ['has_any', 'has_all', 'has_none', 'empty', 'not_empty', 'ever_any', 'never_any'],
  boolean: ['is'],
  id: ['eq', 'ne', 'in', 'not_in', 'empty', 'not_empty'],
  enum: ['eq', 'ne', 'in', 'not_in', 'empty', 'not_empty'],
};
const field = (name: string, type: string, values?: string[]): FieldInfo => ({
  record: 'customer',
  field: name,
  type,
  label: `customer.${name}`,
  operators: operators[type]!,
  sortable: false,
  ...(values ? { enum: values } : {}),
});
const catalogue = catalogueOf(
  [
    field('jobTitle', 'text'),
    field('employees', 'number'),
    field('createdAt', 'time'),
    field('tags', 'set'),
    field('archived', 'boolean'),
    field('country', 'id'),
    field('source', 'enum', ['manual', 'import']),
    { ...field('name', 'text'), record: 'company' },
  ],
  'customer',
  ['call.logged', 'email.replied'],
);

function wordsIn(language: 'en' | 'de'): RuleWords {
  const file = fileURLToPath(new URL(join('../i18n/locales', language, 'rules.late.json'), import.meta.url));
  const texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const messages = Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, compileMessage(text)]));
  const i18n = setupI18n({ locale: language, messages: { [language]: messages } });
  return {
    t: (id, values) => i18n._(id, values),
    locale: language,
    field: (name) => name,
    operator: (op) => op,
    value: (_, id) => id,
    number: (_, value) => String(value),
    date: (date) => date,
    time: (time) => time,
    activity: (type) => type,
  };
}
const say = (filter: unknown, language: 'en' | 'de' = 'en') =>
  ruleSentence(readRule(filter), catalogue, wordsIn(language));

const vip = { field: 'tags', op: 'has_any', value: ['vip'] };
const head = { field: 'jobTitle', op: 'contains', value: 'Head' };
const de = { field: 'country', op: 'in', value: ['DE', 'AT'] };

describe('a filter as a sentence', () => {
  it('joins what must hold, and brackets what is nested', () => {
    expect(say({ and: [vip, { or: [head, de] }] })).toBe(
      'tags include vip and (jobTitle contains “Head” or country is DE or AT)',
    );
    expect(say({ and: [vip, { or: [head, de] }] }, 'de')).toBe(
      'tags umfassen vip und (jobTitle enthält „Head“ oder country ist DE oder AT)',
    );
  });

  it('says none and not all', () => {
    expect(say({ not: { or: [vip, head] } })).toBe('not (tags include vip or jobTitle contains “Head”)');
    expect(say({ not: { and: [vip, head] } }, 'de')).toBe(
      'nicht (tags umfassen vip und jobTitle enthält „Head“)',
    );
  });

  it('says times relative to now', () => {
    const time = (op: string, value: unknown) => say({ field: 'createdAt', op, value });
    expect(time('last', '30d')).toBe('createdAt is in the last 30 days');
    expect(time('before', '-1mo')).toBe('createdAt is before 1 month ago');
    expect(time('between', ['2026-01-01', 'today'])).toBe('createdAt is between 2026-01-01 and today');
    expect(say({ field: 'createdAt', op: 'before', value: '-30d' }, 'de')).toBe(
      'createdAt liegt früher als vor 30 Tagen',
    );
  });

  it('says how often something happened', () => {
    expect(say({ activity: ['call.logged', 'email.replied'], op: 'at_least', count: 2, since: '-30d' })).toBe(
      'call.logged or email.replied happened at least 2 times since 30 days ago',
    );
  });

  it('cuts long lists, marks what is open, and says what it cannot read', () => {
    expect(say({ field: 'country', op: 'in', value: ['A', 'B', 'C', 'D', 'E', 'F'] })).toBe(
      'country is A, B, C, D, or 2 more',
    );
    expect(say({ and: [{ field: 'jobTitle', op: 'contains' }, { bogus: 1 }] })).toBe(
      'jobTitle contains … and something that cannot be read',
    );
    expect(say({ field: 'gone', op: 'eq', value: 1 })).toBe('gone eq 1');
    expect(say(undefined)).toBeNull();
    expect(say({ or: [] })).toBe('no record fits');
  });

  it('has words for every operator of every type, in both languages', () => {
    for (const each of catalogue.fields)
      for (const op of each.operators)
        for (const language of ['en', 'de'] as const) {
          const words = wordsIn(language);
          expect(words.t(`rule.op.${op}` as 'rule.op.eq')).not.toBe(`rule.op.${op}`);
          const value = fitValue(shapeOf(each, op), undefined);
          expect(say({ field: each.field, op, value }, language)).toContain(each.field);
        }
  });
});

describe('what is wrong with a condition', () => {
  const gone = (_: string, ids: readonly string[]) => ids.filter((id) => id === 'deleted');
  const problem = (json: unknown) => problemOf(readRule({ and: [json] }).children[0]!, catalogue, gone);

  it.each([
    [{ field: 'jobTitle', op: 'contains', value: 'x' }, null],
    [{ field: 'jobTitle', op: 'contains' }, 'incomplete'],
    [{ field: 'createdAt', op: 'last', value: 'd' }, 'incomplete'],
    [{ field: 'employees', op: 'between', value: [1, ''] }, 'incomplete'],
    [{ field: 'nothing', op: 'eq', value: 1 }, 'field'],
    [{ field: 'name', op: 'eq', value: 'of a company' }, 'field'],
    [{ field: 'country', op: 'contains', value: 'x' }, 'operator'],
    [{ field: 'employees', op: 'gt', value: 'many' }, 'value'],
    [{ field: 'createdAt', op: 'before', value: 'soon' }, 'value'],
    [{ field: 'createdAt', op: 'before', value: '-200y' }, 'value'],
    [{ field: 'source', op: 'in', value: ['fax'] }, 'value'],
    [{ field: 'tags', op: 'has_any', value: ['vip', 'deleted'] }, 'gone'],
    [{ activity: ['call.logged'], op: 'at_least', count: 1 }, null],
    [{ activity: ['fax.sent'], op: 'at_least', count: 1 }, 'type'],
    [{ activity: ['call.logged'], op: 'at_least', count: 1, since: '-d' }, 'incomplete'],
    [{ bogus: 1 }, 'raw'],
  ])('%j: %s', (json, kind) => {
    expect(problem(json)?.kind ?? null).toBe(kind);
  });
});

describe('values', () => {
  it.each(['2026-01-31', 'today', '-30d', '+2w', '-6mo', '2026-01-31T09:00:00Z'])(
    '%s is a moment',
    (text) => {
      expect(isMoment(text)).toBe(true);
      expect(writeMoment(readMoment(text)!)).toBe(text);
    },
  );

  it.each(['', 'soon', '30d', '-d', '2026-02-30', '-101y'])('%j is none', (text) => {
    expect(isMoment(text)).toBe(false);
  });

  it('knows spans up to a hundred years', () => {
    expect(['1h', '36525d', '100y'].every(isSpan)).toBe(true);
    expect(['101y', 'd', '-1d', '1.5d', 30].some(isSpan)).toBe(false);
  });

  it('begins every operator with a value of its form, and keeps what fits', () => {
    for (const each of catalogue.fields)
      for (const op of each.operators) {
        const rule = withOperator(newCondition(each), each, op);
        expect(judge(shapeOf(each, op), rule.value), `${each.field} ${op}`).not.toBe('wrong');
      }
    const job = catalogue.fields[0]!;
    const rule: FieldRule = { kind: 'field', id: 'r', field: 'jobTitle', op: 'contains', value: 'CTO' };
    expect(withOperator(rule, job, 'in').value).toEqual(['CTO']);
    expect(withOperator(withOperator(rule, job, 'in'), job, 'eq').value).toBe('CTO');
    const time = catalogue.fields[2]!;
    const last: FieldRule = { kind: 'field', id: 'r', field: 'createdAt', op: 'last', value: '7d' };
    expect(withOperator(last, time, 'before').value).toBe('-7d');
    expect(withField(rule, catalogue, time)).toMatchObject({ field: 'createdAt', op: 'last', value: '30d' });
  });
});
