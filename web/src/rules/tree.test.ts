import { describe, expect, it } from 'vitest';
import {
  conditionsOf,
  depthOf,
  eachNode,
  nodeAtPath,
  type RuleGroup,
  readRule,
  readRuleText,
  without,
  writeRule,
} from './tree';

const a = { field: 'fullName', op: 'contains', value: 'a' };
const b = { field: 'country', op: 'in', value: ['DE'] };
const c = { field: 'tags', op: 'empty' };

describe('reading and writing', () => {
  it.each([
    [{ and: [a, b] }],
    [{ or: [a, { and: [b, c] }] }],
    [{ not: a }],
    [{ not: { or: [a, b] } }],
    [{ not: { and: [a, b] } }],
    [{ not: { not: a } }],
    [{ and: [{ or: [] }, { not: { and: [] } }] }],
    [{ and: [{ activity: ['call.logged'], op: 'at_least', count: 1, since: '-30d' }] }],
  ])('%j comes back as it was', (filter) => {
    expect(writeRule(readRule(filter)).filter).toEqual(filter);
  });

  it('puts a condition that stands alone into a group, and nothing into none', () => {
    expect(writeRule(readRule(a)).filter).toEqual({ and: [a] });
    expect(writeRule(readRule(undefined)).filter).toBeUndefined();
    expect(writeRule(readRule({ and: [] })).filter).toBeUndefined();
  });

  it.each([
    ['a text', 'soon'],
    ['a list', [a]],
    ['another node', { and: [{ fit: '1', op: 'gt', value: 1 }] }],
    ['a key too many', { and: [{ ...a, note: 'x' }] }],
    ['two kinds at once', { and: [{ and: [], or: [] }] }],
    ['a group that is none', { and: [{ or: 'x' }, { not: 5 }] }],
  ])('keeps %s that it cannot read', (_, json) => {
    const root = readRule(json);
    let raw = 0;
    eachNode(root, (node) => {
      if (node.kind === 'raw') raw += 1;
    });
    expect(raw).toBeGreaterThan(0);
    const written = writeRule(root).filter;
    expect(written).toEqual(typeof json === 'object' && 'and' in json ? json : { and: [json] });
  });

  it('never writes a tree deeper than it was read', () => {
    let chain: unknown = a;
    for (let level = 0; level < 7; level += 1) chain = { not: chain };
    expect(depthOf(readRule(chain))).toBe(8);
    expect(writeRule(readRule(chain)).filter).toEqual(chain);
  });

  it('reads an address, also one that is no JSON', () => {
    expect(readRuleText('{"and":[]}')).toEqual({ and: [] });
    expect(readRuleText('{"and":')).toBe('{"and":');
    expect(readRuleText('null')).toBeUndefined();
    expect(readRuleText(undefined)).toBeUndefined();
  });
});

describe('paths', () => {
  it('lead to the node that they are in', () => {
    const root = readRule({ and: [a, { not: { or: [b, { not: c }] } }] });
    const { paths } = writeRule(root);
    const none = root.children[1] as RuleGroup;
    const inner = none.children[1] as RuleGroup;
    expect(nodeAtPath(paths, '/and/0/value')).toBe(root.children[0]?.id);
    expect(nodeAtPath(paths, '/and/1/not/or/0/value/0')).toBe(none.children[0]?.id);
    expect(nodeAtPath(paths, '/and/1/not/or/1/not/op')).toBe(inner.children[0]?.id);
    expect(nodeAtPath(paths, '/and/1/not')).toBe(none.id);
    expect(nodeAtPath(paths, '')).toBe(root.id);
  });
});

describe('sizes', () => {
  it('counts levels and conditions as the server does', () => {
    expect(depthOf(readRule({ and: [a] }))).toBe(2);
    expect(depthOf(readRule({ not: { or: [a, b] } }))).toBe(3);
    expect(depthOf(readRule({ not: a }))).toBe(2);
    expect(conditionsOf(readRule({ and: [a, { or: [b, { not: c }] }] }))).toBe(3);
  });

  it('leaves conditions out, and groups that held nothing else', () => {
    const root = readRule({ and: [a, { or: [b] }, { or: [] }] });
    const open = (root.children[1] as RuleGroup).children[0]!.id;
    expect(writeRule(without(root, new Set([open]))).filter).toEqual({ and: [a, { or: [] }] });
    const only = readRule({ not: a });
    expect(writeRule(without(only, new Set([only.children[0]!.id]))).filter).toBeUndefined();
  });
});
