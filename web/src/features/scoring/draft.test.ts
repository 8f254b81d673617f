import { expect, test } from 'vitest';
import type { Criterion } from '@/api/types';
import { bodyOf, draftOf } from './draft';

const written = (value: number) => String(value);
const criterion = (type: Criterion['type'], params: object) =>
  ({ name: 'Where', type, weight: 0.4, params }) as unknown as Criterion;

test('what is read is written again as it was', () => {
  for (const [type, params] of [
    ['profile', { rules: [{ when: { and: [] }, score: 0.5, label: 'All' }], otherwise: -0.2 }],
    [
      'behavioral',
      { windowDays: 90, halfLifeDays: 14, scale: 2, weights: [{ type: 'call.logged', weight: 1.5 }] },
    ],
    ['intent', { signals: [{ name: 'pricing page', weight: -1 }] }],
    ['conversation', { prompt: 'Do they want it?' }],
  ] as const)
    expect(bodyOf(draftOf(criterion(type, params), written), 'en')).toEqual({
      name: 'Where',
      type,
      weight: 0.4,
      params,
    });
});

test('says what is wrong first', () => {
  const begun = draftOf(null, written);
  expect(bodyOf(begun, 'en')).toBe('name');
  expect(bodyOf({ ...begun, name: 'A', weight: '2' }, 'en')).toBe('weight');
  expect(bodyOf({ ...begun, name: 'A' }, 'en')).toBe('rules');
  expect(bodyOf({ ...begun, name: 'A', rules: [], otherwise: 'x' }, 'en')).toBe('score');
  expect(bodyOf({ ...begun, name: 'A', type: 'intent' }, 'en')).toBe('lines');
  expect(bodyOf({ ...begun, name: 'A', type: 'conversation', prompt: ' ' }, 'en')).toBe('prompt');
  const events = [{ key: 1, name: 'call.logged', weight: '1' }];
  expect(bodyOf({ ...begun, name: 'A', type: 'behavioral', events, scale: '0' }, 'en')).toBe('positive');
});
