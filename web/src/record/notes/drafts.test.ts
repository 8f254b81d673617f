import { beforeEach, expect, it } from 'vitest';
import { draftKey, forgetOldDrafts, readDraft, writeDraft } from './drafts';

class Memory implements Storage {
  [name: string]: unknown;
  get length() {
    return Object.keys(this).length;
  }
  clear() {}
  key(index: number) {
    return Object.keys(this)[index] ?? null;
  }
  getItem(key: string) {
    return (this[key] as string | undefined) ?? null;
  }
  setItem(key: string, value: string) {
    this[key] = value;
  }
  removeItem(key: string) {
    delete this[key];
  }
}

const day = 86_400_000;
const now = Date.parse('2026-11-23T12:00:00Z');
const draft = { text: 'half a', isPrivate: true, files: [], version: 3 };
let storage: Memory;
beforeEach(() => {
  storage = new Memory();
});

it('is found by who wrote it, for what it was written', () => {
  const mine = draftKey('org', 'ada', 'customer.1');
  writeDraft(mine, draft, now, storage);
  expect(readDraft(mine, now + day, storage)).toEqual(draft);
  for (const other of [
    draftKey('org', 'bob', 'customer.1'),
    draftKey('other', 'ada', 'customer.1'),
    draftKey('org', 'ada', 'customer.2'),
  ])
    expect(readDraft(other, now, storage)).toBeNull();
  writeDraft(mine, null, now, storage);
  expect(readDraft(mine, now, storage)).toBeNull();
});

it('goes after thirty days, and its loose files after one', () => {
  const key = draftKey('org', 'ada', 'deal.1');
  const file = {
    id: 'f',
    noteId: null,
    fileName: 'a',
    mediaType: 'text/plain',
    bytes: 1,
    createdAt: new Date(now).toISOString(),
  };
  writeDraft(key, { ...draft, files: [file, { ...file, id: 'g', noteId: 'n' }] }, now, storage);
  expect(readDraft(key, now + day / 2, storage)?.files).toHaveLength(2);
  expect(readDraft(key, now + day, storage)?.files.map(({ id }) => id)).toEqual(['g']);
  forgetOldDrafts(now + 31 * day, storage);
  expect(Object.keys(storage)).toEqual([]);
});

it('takes what is stored for what it is', () => {
  storage.setItem('entente.draft.x', '{"text":5}');
  expect(readDraft('entente.draft.x', now, storage)).toBeNull();
  storage.setItem('entente.draft.x', 'rubbish');
  expect(readDraft('entente.draft.x', now, storage)).toBeNull();
  const full = Object.assign(new Memory(), {
    setItem() {
      throw new DOMException('full', 'QuotaExceededError');
    },
  });
  expect(writeDraft('entente.draft.x', draft, now, full)).toBe(false);
});
