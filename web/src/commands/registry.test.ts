import { beforeEach, expect, test, vi } from 'vitest';
import { activeCommands, type Command, registerCommands, registry, takePlace } from './registry';

const command = (id: string, over: Partial<Command> = {}): Command => ({
  id,
  group: 'app',
  label: 'common.action.close',
  run: vi.fn(),
  ...over,
});

beforeEach(() => registry.setState({ scopes: [] }));

const active = () => activeCommands(registry.getState().scopes);

test('inner scopes come first and hide outer commands of the same id', () => {
  registerCommands([command('home'), command('help')]);
  const inner = command('help', { keys: 'h' });
  registerCommands([inner]);
  expect(active().map(({ id }) => id)).toEqual(['help', 'home']);
  expect(active()[0]).toBe(inner);
});

test('of two commands with the same keys the inner one keeps them', () => {
  registerCommands([command('outer', { keys: 'j' })]);
  registerCommands([command('inner', { keys: 'j' })]);
  expect(active().map(({ id, keys }) => [id, keys])).toEqual([
    ['inner', 'j'],
    ['outer', undefined],
  ]);
});

test('a removed scope gives back what it hid', () => {
  registerCommands([command('outer', { keys: 'j' })]);
  const scope = registerCommands([command('inner', { keys: 'j' })]);
  scope.update([command('inner')]);
  expect(active().find(({ id }) => id === 'outer')?.keys).toBe('j');
  scope.remove();
  expect(active().map(({ id }) => id)).toEqual(['outer']);
});

test('a scope whose place was taken first is the outer one, whenever it comes', () => {
  const [shell, page] = [takePlace(), takePlace()];
  registerCommands([command('inner', { keys: '/' })], page);
  registerCommands([command('outer', { keys: '/' })], shell);
  expect(active().map(({ id, keys }) => [id, keys])).toEqual([
    ['inner', '/'],
    ['outer', undefined],
  ]);
});
