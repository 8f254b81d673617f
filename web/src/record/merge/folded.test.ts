import { expect, test } from 'vitest';
import type { Activity } from '@/api/types';
import { newestMerges } from './folded';

const event = (id: string, type: string, detail: unknown) => ({ id, type, detail }) as Activity;

test('only the last merge of a record can be taken back', () => {
  const merges = newestMerges([
    event('5', 'customer.merged', { customerId: 'ada', name: 'Ada' }),
    event('4', 'customer.unmerged', { customerId: 'ada', name: 'Ada' }),
    event('3', 'company.merged', { companyId: 'acme', name: 'Acme' }),
    event('2', 'customer.merged', { customerId: 'ada', name: 'Ada' }),
    event('1', 'customer.merged', { something: 'else' }),
  ]);
  expect([...merges]).toEqual([
    ['5', { record: 'customer', id: 'ada', name: 'Ada' }],
    ['3', { record: 'company', id: 'acme', name: 'Acme' }],
  ]);
});
