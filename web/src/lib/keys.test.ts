import { expect, test } from 'vitest';
import { ariaKeys, describeKeys } from './keys';

test.each([
  ['$mod+k', ['Ctrl', 'K']],
  ['g c', ['G', 'C']],
  ['Shift+?', ['?']],
  ['Shift+c', ['Shift', 'C']],
  ['Escape', ['Esc']],
  ['ArrowUp ArrowDown', ['↑', '↓']],
  ['[', ['[']],
])('%s is printed as %j', (keys, printed) => {
  expect(describeKeys(keys)).toEqual(printed);
});

test('aria-keyshortcuts knows combinations but no sequences', () => {
  expect(ariaKeys('$mod+k')).toBe('Control+K');
  expect(ariaKeys('g c')).toBeUndefined();
});
