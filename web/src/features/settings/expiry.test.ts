import { expect, test } from 'vitest';
import { expiresAt } from './expiry';

test('a key ends whole days from now, or never', () => {
  const now = new Date('2026-02-10T10:30:00Z');
  expect(expiresAt('30', now)?.toISOString()).toBe('2026-03-12T10:30:00.000Z');
  expect(expiresAt('365', now)?.toISOString()).toBe('2027-02-10T10:30:00.000Z');
  expect(expiresAt('never', now)).toBeNull();
  expect(now.toISOString()).toBe('2026-02-10T10:30:00.000Z');
});
