import { expect, test } from 'vitest';
import { highlight } from './highlight';

const marked = (text: string, typed: string) =>
  highlight(text, typed)
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join('');

test('typed words are marked where they begin a word, else where they stand', () => {
  expect(marked('Anna Hanna', 'ann')).toBe('[Ann]a Hanna');
  expect(marked('Johanna', 'ann')).toBe('Joh[ann]a');
  expect(marked('Anna Meyer', 'meyer, an')).toBe('[An]na [Meyer]');
  expect(marked('Jean-Luc', 'luc')).toBe('Jean-[Luc]');
});

test('accents and case do not count, and marks stay with their letters', () => {
  expect(marked('Zoë Ünal', 'UNAL zoe')).toBe('[Zoë] [Ünal]');
  expect(marked('Zoe\u0308 X', 'zoe')).toBe('[Zoe]\u0308 X');
  expect(marked('ﬁne', 'fi')).toBe('[ﬁ]ne');
});

test('of a number the digits count', () => {
  expect(marked('+4930901820', '030 / 9018')).toBe('+49[309018]20');
  expect(marked('+4930901820', '+49 (0)30')).toBe('+[4930]901820');
});

test('what is not there marks nothing', () => {
  expect(marked('Anna', 'zzz')).toBe('Anna');
  expect(marked('Anna', '')).toBe('Anna');
  expect(highlight('', 'a')).toEqual([]);
});
