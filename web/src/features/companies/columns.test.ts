import { expect, it } from 'vitest';
import { parseWhole } from './columns';

it('reads whole numbers as people write them', () => {
  expect(parseWhole('1 200')).toBe(1200);
  expect(parseWhole('1.200.000')).toBe(1_200_000);
  expect(parseWhole('1,200')).toBe(1200);
  expect(parseWhole("1'200")).toBe(1200);
  expect(parseWhole('about 12')).toBeNull();
  expect(parseWhole('-5')).toBeNull();
  expect(parseWhole('')).toBeNull();
});
