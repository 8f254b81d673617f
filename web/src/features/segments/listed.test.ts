import { expect, test } from 'vitest';
import type { Segment } from '@/api/types';
import { listed, orderOf, pressed } from './listed';

const make = (name: string, more: Partial<Segment> = {}) =>
  ({
    id: name,
    name,
    kind: 'static',
    description: null,
    archivedAt: null,
    updatedAt: '2026-01-01T00:00:00Z',
    ...more,
  }) as Segment;
const compare = (a: string, b: string) => a.localeCompare(b);
const segments = [
  make('Übersee', { kind: 'dynamic', updatedAt: '2026-03-01T00:00:00Z' }),
  make('Berlin', { description: 'Met at the fair' }),
  make('Alt', { archivedAt: '2026-02-01T00:00:00Z' }),
];
const names = (q: string, sort?: string, archived = false) =>
  listed(segments, { q, archived, order: orderOf(sort), compare }).map(({ name }) => name);

test('finds words of name and description, without regard to case and accents', () => {
  expect(names('uber')).toEqual(['Übersee']);
  expect(names('FAIR met')).toEqual(['Berlin']);
  expect(names('fair uber')).toEqual([]);
});

test('archived ones apart', () => {
  expect(names('', undefined, true)).toEqual(['Alt']);
  expect(names('')).toEqual(['Berlin', 'Übersee']);
});

test('orders, and turns the order round', () => {
  expect(names('', '-updatedAt')).toEqual(['Übersee', 'Berlin']);
  expect(names('', 'kind')).toEqual(['Übersee', 'Berlin']);
  expect(orderOf('-nonsense')).toEqual({ field: 'name', descending: false });
  expect(pressed(orderOf(undefined), 'name')).toBe('-name');
  expect(pressed(orderOf('-name'), 'name')).toBeUndefined();
  expect(pressed(orderOf(undefined), 'updatedAt')).toBe('-updatedAt');
});
