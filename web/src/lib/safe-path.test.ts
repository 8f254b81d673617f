import { expect, test } from 'vitest';
import { safePath } from './safe-path';

test.each([
  ['/crm/customers?q=a', '/crm/customers?q=a'],
  [undefined, '/home'],
  ['', '/home'],
  ['https://elsewhere.example/', '/home'],
  ['//elsewhere.example/', '/home'],
  ['/\\elsewhere.example/', '/home'],
  ['/login?next=/login', '/home'],
  ['/signup', '/home'],
  ['/loginhistory', '/loginhistory'],
])('%s leads to %s', (given, expected) => {
  expect(safePath(given)).toBe(expected);
});
