import { expect, test } from 'vitest';
import { namesTag } from './uses';

test('a rule names a tag wherever it stands, in any spelling', () => {
  const tags = (...value: string[]) => ({ field: 'tags', op: 'has_any', value });
  expect(namesTag(tags('x', 'VÍP'), 'vip')).toBe(true);
  expect(namesTag({ and: [{ not: { or: [tags('vip')] } }] }, 'vip')).toBe(true);
  expect(namesTag({ and: [tags('vips'), { field: 'fullName', op: 'eq', value: 'vip' }] }, 'vip')).toBe(false);
  expect(namesTag(null, 'vip')).toBe(false);
});
