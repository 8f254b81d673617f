import { expect, test } from 'vitest';
import type { MessageId } from '@/i18n/message-id';
import type { Translate } from '@/i18n/use-t';
import { paletteGroups } from './palette-items';
import type { Command } from './registry';

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
const found = [
  { record: 'company' as const, id: '1', name: 'Customs Ltd', hint: '' },
  { record: 'customer' as const, id: '2', name: 'Cusack', hint: '' },
];
const shape = (typed: string, records = found) =>
  paletteGroups(typed, commands, records, t).map(({ key, items }) => [key, items.map((item) => item.key)]);

test('nothing typed lists every act in its own order', () => {
  expect(shape('', [])).toEqual([
    ['create', ['new']],
    ['navigate', ['go']],
    ['app', ['dark']],
  ]);
});

test('records come after the acts that answer, customers first', () => {
  expect(shape('cus')).toEqual([
    ['create', ['new']],
    ['navigate', ['go']],
    ['customer', ['customer:2']],
    ['company', ['company:1']],
  ]);
});

test('the group with the best answer comes first', () => {
  expect(shape('go cus', []).map(([key]) => key)).toEqual(['navigate']);
  expect(shape('use', [])[0]).toEqual(['app', ['dark']]);
});

test('keywords find an act as well', () => {
  expect(shape('night', [])).toEqual([['app', ['dark']]]);
});
