import { expect, test } from 'vitest';
import { leavesForms } from './use-unsaved-guard';

const list = { pathname: '/crm/customers', search: { q: 'ada', open: 'a' } };

test('a form is left with its page, its record, its tab and its dialog', () => {
  expect(leavesForms(list, { pathname: '/home', search: {} })).toBe(true);
  expect(leavesForms(list, { ...list, search: { q: 'ada', open: 'b' } })).toBe(true);
  expect(leavesForms(list, { ...list, search: { q: 'ada' } })).toBe(true);
  expect(leavesForms(list, { ...list, search: { q: 'ada', open: 'a', tab: 'activity' } })).toBe(true);
  expect(leavesForms({ ...list, search: { new: true } }, { ...list, search: {} })).toBe(true);
});

test('another filter, order or set of columns leaves it where it is', () => {
  expect(leavesForms(list, { ...list, search: { q: 'bob', open: 'a', sort: 'fullName', cols: 'x' } })).toBe(
    false,
  );
});
