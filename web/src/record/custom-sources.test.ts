import { expect, test } from 'vitest';
import type { CustomField } from '@/api/types';
import type { PickSource } from '@/grid/types';
import { editorOf } from './custom-editors';
import { customSource, pickedIds, pickedValue, toggled } from './custom-sources';

const members: PickSource = { name: 'members', all: () => [{ id: 'u1', label: 'Mara' }] };
const t = ((id: string) => id) as Parameters<typeof customSource>[2];
const field = (kind: CustomField['kind'], more: Partial<CustomField> = {}) =>
  ({
    record: 'customer',
    key: 'own',
    kind,
    required: false,
    info: { field: 'custom.own' },
    options: [
      { id: 'a', label: 'A', archived: false },
      { id: 'b', label: 'B', archived: true },
    ],
    ...more,
  }) as CustomField;
const offered = (of: CustomField, current?: unknown) => {
  const source = customSource(of, members, t, current);
  return 'all' in source ? source.all().map(({ id }) => id) : [];
};

test('archived options are offered only to who has them', () => {
  expect(offered(field('select'))).toEqual(['a']);
  expect(offered(field('select'), 'b')).toEqual(['a', 'b']);
  expect(offered(field('multi_select'), ['b'])).toEqual(['a', 'b']);
  expect(offered(field('user'))).toEqual(['u1']);
  expect(offered(field('boolean'))).toEqual(['true', 'false']);
});

test('what is picked and what it stands for', () => {
  expect(pickedIds(undefined)).toEqual([]);
  expect(pickedIds(false)).toEqual(['false']);
  expect(pickedIds(['a', 'b'])).toEqual(['a', 'b']);
  expect(pickedValue(field('boolean'), 'false')).toBe(false);
  expect(pickedValue(field('select'), 'a')).toBe('a');
  expect(pickedValue(field('select'), undefined)).toBeNull();
});

test('several stay in the order of the options; none is no value', () => {
  const several = field('multi_select');
  expect(toggled(several, undefined, 'b')).toEqual(['b']);
  expect(toggled(several, ['b'], 'a')).toEqual(['a', 'b']);
  expect(toggled(several, ['a', 'b'], 'a')).toEqual(['b']);
  expect(toggled(several, ['b'], 'b')).toBeNull();
});

test('every kind has an editor of its own, which saves by key', () => {
  const saved: unknown[] = [];
  const editing = {
    t,
    locale: 'en',
    members,
    blocked: () => null,
    save: (_: unknown, values: Record<string, unknown>) => {
      saved.push(values);
      return undefined;
    },
  };
  const editor = (kind: CustomField['kind'], more?: Partial<CustomField>) =>
    editorOf<{ custom: Record<string, unknown> }>(field(kind, more), editing);
  const row = { custom: { own: ['a'] } };

  const number = editor('number');
  if (number.kind !== 'text') throw new Error(number.kind);
  expect(number.check?.('many')).toBe('customValue.problem.number');
  number.set(row, '1,250.5');
  number.set(row, '');
  const date = editor('date');
  expect(date.kind === 'text' && date.date).toBeTruthy();
  const several = editor('multi_select');
  if (several.kind !== 'tags') throw new Error(several.kind);
  several.toggle(row, 'a', false);
  const flag = editor('boolean');
  if (flag.kind !== 'pick') throw new Error(flag.kind);
  flag.set(row, { id: 'false', label: 'no' });
  flag.set(row, null);
  expect(saved).toEqual([{ own: 1250.5 }, { own: null }, { own: null }, { own: false }, { own: null }]);

  // What has to have a value cannot be emptied.
  const required = editor('select', { required: true });
  expect(required.kind === 'pick' && required.clear).toBeUndefined();
  expect(flag.clear).toBe('record.edit.clear');
});
