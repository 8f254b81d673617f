import { describe, expect, it } from 'vitest';
import type { Activity } from '@/api/types';
import { authorOf, clashingFields, flat } from './clash';

describe('a clash of two edits', () => {
  it('is one only where the same field was changed to something else', () => {
    const seen = { jobTitle: 'Buyer', country: 'DE', language: null };
    expect(clashingFields({ jobTitle: 'CTO' }, seen, { ...seen, country: 'VN' })).toEqual([]);
    expect(clashingFields({ jobTitle: 'CTO' }, seen, { ...seen, jobTitle: 'CTO' })).toEqual([]);
    expect(clashingFields({ jobTitle: 'CTO', country: 'SG' }, seen, { ...seen, jobTitle: 'COO' })).toEqual([
      'jobTitle',
    ]);
  });

  it('takes absent for empty and compares lists by value', () => {
    expect(clashingFields({ language: 'de' }, {}, { language: null })).toEqual([]);
    expect(clashingFields({ domains: ['b'] }, { domains: ['a'] }, { domains: ['a'] })).toEqual([]);
    expect(clashingFields({ domains: ['b'] }, { domains: ['a'] }, { domains: ['c'] })).toEqual(['domains']);
  });
});

it('names who changed the field last', () => {
  const event = (id: string, type: string, detail: Record<string, unknown>): Activity => ({
    id,
    type,
    detail,
    customerId: 'c',
    companyId: null,
    dealId: null,
    actor: { kind: 'user', id, name: id },
    occurredAt: '2026-01-01T00:00:00Z',
  });
  const events = [
    event('tag', 'tag.added', { tagId: 't', name: 'vip' }),
    event('priya', 'customer.updated', { changes: [{ field: 'jobTitle', old: 'a', new: 'b' }] }),
    event('jonas', 'customer.updated', { changes: [{ field: 'country', old: 'a', new: 'b' }] }),
  ];
  expect(authorOf(events, ['country'])?.actor.name).toBe('jonas');
  expect(authorOf(events, ['language'])).toBeUndefined();
});

it('values of custom fields stand beside the other fields', () => {
  expect(flat({ name: 'Ada', custom: { tier: 'gold' } })).toEqual({ name: 'Ada', 'custom.tier': 'gold' });
  expect(flat({ name: 'Ada' })).toEqual({ name: 'Ada' });
});
