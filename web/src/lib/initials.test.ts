import { expect, test } from 'vitest';
import { initials, toneOf } from './initials';

test.each([
  ['Ada Lovelace', 'AL'],
  ['Björk', 'B'],
  ['Nguyễn Văn Minh', 'NM'],
  ['  ', '?'],
  ['"Quoted" (Name)', 'QN'],
  ['李 小龍', '李小'],
  ['𝒜da 𝓛ove', '𝒜𝓛'],
])('%s → %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test('a name keeps its colour', () => {
  expect(toneOf('Ada Lovelace')).toBe(toneOf('Ada Lovelace'));
});
