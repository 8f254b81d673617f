import { expect, it } from 'vitest';
import type { Tag } from '@/api/types';
import { groupTags, prefixOf } from './group-tags';

const tag = (name: string, description: string | null = null): Tag => ({
  id: name,
  name,
  description,
  color: 'blue',
  isSystem: name.startsWith('bot:'),
  customerCount: 0,
  createdAt: '',
  updatedAt: '',
  version: 1,
});
const compare = new Intl.Collator('en').compare;
const library = [
  tag('event:hanoi'),
  tag('vip', 'Answer within the hour'),
  tag('bot:disabled'),
  tag('event:berlin'),
  tag(':odd'),
  tag('Überblick'),
];
const shape = (query: string) =>
  groupTags(library, query, compare).map(({ prefix, tags }) => [
    prefix,
    tags.map(({ name }) => name).join(' '),
  ]);

it('puts tags under their prefixes, those without one first', () => {
  expect(shape('')).toEqual([
    ['', ':odd Überblick vip'],
    ['bot', 'bot:disabled'],
    ['event', 'event:berlin event:hanoi'],
  ]);
});

it('finds by name and description, without case and accents', () => {
  expect(shape('HOUR')).toEqual([['', 'vip']]);
  expect(shape('uberblick')).toEqual([['', 'Überblick']]);
  expect(shape('event ber')).toEqual([['event', 'event:berlin']]);
  expect(shape('nothing')).toEqual([]);
});

it('takes a prefix only where there is one', () => {
  expect(prefixOf('event:x')).toBe('event');
  expect(prefixOf(':x')).toBe('');
  expect(prefixOf('plain')).toBe('');
});
