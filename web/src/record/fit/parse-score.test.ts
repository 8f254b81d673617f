import { expect, test } from 'vitest';
import { parseScore } from './parse-score';

test('reads scores as people write them', () => {
  expect(parseScore(' 0.5 ', 'en')).toBe(0.5);
  expect(parseScore('+1', 'en')).toBe(1);
  expect(parseScore('−,25', 'de')).toBe(-0.25);
  expect(parseScore('0.5', 'de')).toBe(0.5);
});

test('refuses what is no score', () => {
  for (const text of ['', 'warm', '1.01', '-2', '0.5.1', '5e-1', '0x1'])
    expect(parseScore(text, 'en')).toBeNull();
});
