import { expect, it } from 'vitest';
import { fitChips } from './fit-chips';

it('shows what fits and leaves room to count the rest', () => {
  expect(fitChips(['vip', 'hot-lead'], 180)).toBe(2);
  expect(fitChips(['product:analytics', 'bot:disabled', 'vip'], 180)).toBe(1);
  expect(fitChips(['vip', 'vip2', 'vip3', 'vip4', 'vip5', 'vip6'], 180)).toBe(3);
  expect(fitChips(['vip', 'vip2', 'vip3', 'vip4', 'vip5', 'vip6'], 400)).toBe(6);
});

it('always shows one, and none of none', () => {
  expect(fitChips(['a-very-long-name-of-a-tag-that-fits-nowhere'], 60)).toBe(1);
  expect(fitChips([], 180)).toBe(0);
});
