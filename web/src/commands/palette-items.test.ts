import { expect, test } from 'vitest';
import type { MessageId } from '@/i18n/message-id';
import type { Translate } from '@/i18n/use-t';
import { paletteGroups } from './palette-items';
import type { Command } from './registry';
import type { FoundRecord } from './search';

const texts: Partial<Record<MessageId, string>> = {
  'command.newCustomer.label': 'New customer',
  'command.goCustomers.label': 'Go to Customers',
  'command.themeDark.label': 'Use the dark theme',
  'command.theme.keywords': 'appearance night',
  'command.palette.label': 'Search',
};
const t: Translate = (id) => texts[id] ?? id;
const command = (
  id: string,
  group: Command['group'],
  label: MessageId,
  over: Partial<Command> = {},
): Command => ({
  id,
  group,
  label,
  run: () => {},
  ...over,
});
const commands = [
  command('dark', 'app', 'command.themeDark.label', { keywords: 'command.theme.keywords' }),
  command('go', 'navigate', 'command.goCustomers.label'),
  command('new', 'create', 'command.newCustomer.label'),
  command('open', 'app', 'command.palette.label', { keysOnly: true }),
];
const record = (id: string, kind: FoundRecord['record'], guess = false): FoundRecord => ({
  record: kind,
  id,
  name: id,
  hint: '',
  address: null,
  guess,
});
const found = [record('1', 'company'), record('2', 'customer'), record('3', 'company')];
const shape = (typed: string, records = found) =>
  paletteGroups(typed, commands, records, t).map(({ key, items }) => [key, items.map((item) => item.key)]);

test('nothing typed lists every act in its own order', () => {
  expect(shape('', [])).toEqual([
    ['create', ['new']],
    ['navigate', ['go']],
    ['app', ['dark']],
  ]);
});

test('records come after the acts that answer, in the order of the answer', () => {
  expect(shape('cus')).toEqual([
    ['create', ['new']],
    ['navigate', ['go']],
    ['company', ['company:1', 'company:3']],
    ['customer', ['customer:2']],
  ]);
});

test('guesses of every kind stand together at the end', () => {
  const guesses = [record('4', 'customer'), record('5', 'company', true), record('6', 'customer', true)];
  expect(shape('zzz', guesses)).toEqual([
    ['customer', ['customer:4']],
    ['guess', ['company:5', 'customer:6']],
  ]);
});

test('the group with the best answer comes first', () => {
  expect(shape('go cus', []).map(([key]) => key)).toEqual(['navigate']);
  expect(shape('use', [])[0]).toEqual(['app', ['dark']]);
});

test('keywords find an act as well', () => {
  expect(shape('night', [])).toEqual([['app', ['dark']]]);
});

test('before anything is typed, what was open last stands first, below the acts of an open record', () => {
  const recent = [record('Acme', 'company')];
  expect(paletteGroups('', commands, [], t, recent)[0]?.key).toBe('recent');
  const open = [...commands, command('claim', 'record', 'command.newCustomer.label')];
  expect(
    paletteGroups('', open, [], t, recent)
      .map(({ key }) => key)
      .slice(0, 2),
  ).toEqual(['record', 'recent']);
  expect(paletteGroups('new', commands, [], t, recent).some(({ key }) => key === 'recent')).toBe(false);
});
