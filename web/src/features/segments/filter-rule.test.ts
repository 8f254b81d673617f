import { expect, test } from 'vitest';
import { catalogueOf, type FieldInfo } from '@/rules/catalogue';
import { withoutMe } from './filter-rule';

const field = (name: string, more: Partial<FieldInfo>): FieldInfo => ({
  record: 'customer',
  field: name,
  label: name,
  operators: [],
  sortable: false,
  type: 'id',
  ...more,
});
const catalogue = catalogueOf(
  [field('claimedById', { ref: 'user' }), field('fullName', { type: 'text' })],
  'customer',
);

test('"me" becomes a person wherever people are meant, at any depth, and nowhere else', () => {
  const filter = {
    and: [
      { field: 'claimedById', op: 'eq', value: 'me' },
      { not: { or: [{ field: 'claimedById', op: 'in', value: ['me', 'b'] }] } },
      { field: 'fullName', op: 'eq', value: 'me' },
      { field: 'claimedById', op: 'empty' },
    ],
  };
  expect(withoutMe(filter, catalogue, 'a')).toEqual({
    and: [
      { field: 'claimedById', op: 'eq', value: 'a' },
      { not: { or: [{ field: 'claimedById', op: 'in', value: ['a', 'b'] }] } },
      { field: 'fullName', op: 'eq', value: 'me' },
      { field: 'claimedById', op: 'empty' },
    ],
  });
});
