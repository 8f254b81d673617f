import { expect, it } from 'vitest';
import { splitMentions } from './mentions';

const names = ['Anna Meyer', 'Anna Meyer-Lüdenscheidt', 'José da Silva', 'Bob Ray', 'Bob Neil'];
const found = (text: string) =>
  splitMentions(text, names)
    .filter(({ isMention }) => isMention)
    .map((part) => part.text);

it('sets names apart as the server finds them', () => {
  expect(found('ask @Anna Meyer.')).toEqual(['@Anna Meyer']);
  expect(found('(@anna meyer-lüdenscheidt) @JOSE can')).toEqual(['@anna meyer-lüdenscheidt', '@JOSE']);
  expect(found('@Anna Meyers @Anna @Bob mail jose@jose.example')).toEqual([]);
  expect(
    splitMentions('a @Bob Ray b', names)
      .map(({ text }) => text)
      .join(''),
  ).toBe('a @Bob Ray b');
});
