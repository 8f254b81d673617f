import { expect, test } from 'vitest';
import type { Draft } from './mapping';
import { hasDraft, keepDraft, readDraft } from './stored-draft';

function storage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

const draft: Draft = { Name: { field: 'fullName', values: {} }, Land: { field: null, values: {} } };

test('a draft survives a reload of its own import only', () => {
  const store = storage();
  keepDraft(store, 'a', draft);
  expect(readDraft(store, 'a', draft)).toEqual(draft);
  expect(readDraft(store, 'b', draft)).toBeNull();
  expect(hasDraft(store, 'a')).toBe(true);
  expect(hasDraft(store, 'b')).toBe(false);
  keepDraft(store, 'a', null);
  expect(readDraft(store, 'a', draft)).toBeNull();
});

test('a draft of other columns, or garbage, is not used', () => {
  const store = storage();
  keepDraft(store, 'a', draft);
  expect(readDraft(store, 'a', { Name: { field: null, values: {} } })).toBeNull();
  for (const garbage of ['{', '[]', '{"Name":{"field":3,"values":{}},"Land":{"field":null,"values":{}}}']) {
    store.setItem('entente.import.a', garbage);
    expect(readDraft(store, 'a', draft)).toBeNull();
  }
});

test('a full or blocked storage is no error', () => {
  const blocked = () => {
    throw new Error('blocked');
  };
  keepDraft({ setItem: blocked, removeItem: blocked }, 'a', draft);
  expect(readDraft({ getItem: blocked }, 'a', draft)).toBeNull();
});
