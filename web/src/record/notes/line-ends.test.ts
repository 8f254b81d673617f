import { expect, it } from 'vitest';
import { forField, withLineEnds } from './line-ends';

it('keeps the bytes of what was not changed', () => {
  const original = 'a\r\n\r\nb\rc\nd  \r\n';
  expect(withLineEnds(original, forField(original))).toBe(original);
  expect(withLineEnds(original, 'a\n\nb\nc\nd! \n')).toBe('a\r\n\r\nb\rc\nd! \r\n');
  expect(withLineEnds(original, 'a\n\nb\nX\nc\nd  \n')).toBe('a\r\n\r\nb\rX\r\nc\nd  \r\n');
});

it('writes new lines as most of the text has them', () => {
  expect(withLineEnds('a\r\nb\r\n', 'a\nnew\nb\n')).toBe('a\r\nnew\r\nb\r\n');
  expect(withLineEnds('a\nb', 'a\nnew\nb')).toBe('a\nnew\nb');
  expect(withLineEnds('a\r\nb', '')).toBe('');
});
