import { expect, test } from 'vitest';
import type { CustomField } from '@/api/types';
import {
  filledOptions,
  moveOption,
  newOption,
  optionProblems,
  optionsOf,
  patchOf,
  placeBeside,
  withFieldAt,
  withoutOption,
} from './custom-field-draft';

const field = (id: string, more: Partial<CustomField> = {}) =>
  ({
    id,
    record: 'customer',
    label: id,
    kind: 'select',
    options: [],
    required: false,
    archivedAt: null,
    ...more,
  }) as unknown as CustomField;

const tier = field('Tier', {
  options: [
    { id: 'gold', label: 'Gold', archived: false },
    { id: 'old', label: 'Old', archived: true },
    { id: 'silver', label: 'Silver', archived: false },
  ],
});

test('only what differs is sent', () => {
  const same = { label: ' Tier ', required: false, options: [...optionsOf(tier), newOption(' ')] };
  expect(patchOf(tier, same)).toEqual({});
  expect(patchOf(tier, { ...same, label: 'Level', required: true })).toEqual({
    label: 'Level',
    required: true,
  });
});

test('options keep their ids, also when they are renamed, moved or put aside', () => {
  const moved = moveOption(optionsOf(tier), 'silver', -1);
  expect(moved.map(({ id }) => id)).toEqual(['silver', 'old', 'gold']);
  expect(moveOption(moved, 'silver', -1)).toEqual(moved);
  const options = [...withoutOption(moved, 'gold'), newOption('Bronze')];
  expect(patchOf(tier, { label: 'Tier', required: false, options })).toEqual({
    options: [
      { id: 'silver', label: 'Silver', archived: false },
      { id: 'old', label: 'Old', archived: true },
      { id: 'gold', label: 'Gold', archived: true },
      { label: 'Bronze', archived: false },
    ],
  });
  const made = newOption('New');
  expect(withoutOption([made], made.key)).toEqual([]);
});

test('options need names of their own; archived ones do not count', () => {
  const options = [...optionsOf(tier), newOption('gold'), newOption('OLD'), newOption('')];
  expect([...optionProblems(options).values()]).toEqual(['repeated']);
  expect(filledOptions(options)).toHaveLength(5);
  const emptied = optionsOf(tier).map((option) => ({ ...option, label: '' }));
  expect(optionProblems(emptied).get('gold')).toBe('empty');
});

test('a field changes places with its living neighbour, past archived ones and those of other records', () => {
  const [a, b, c] = [field('a'), field('b', { archivedAt: '2026-01-01T00:00:00Z' }), field('c')];
  const all = [a, b, c, field('other', { record: 'company' })];
  expect(placeBeside(all, a, -1)).toBeNull();
  const place = placeBeside(all, a, 1);
  expect(place).toBe(2);
  expect(withFieldAt(all, a, 2).map(({ id }) => id)).toEqual(['b', 'c', 'other', 'a']);
  expect(placeBeside(all, c, -1)).toBe(0);
  expect(withFieldAt(all, c, 0).map(({ id }) => id)).toEqual(['c', 'a', 'b', 'other']);
});
