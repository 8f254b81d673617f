import { describe, expect, it } from 'vitest';
import { parseMoney, writtenMoney } from './money';

describe('amounts as people write them', () => {
  it.each([
    ['1200', 'EUR', 'en', 120_000],
    ['1,200.50', 'EUR', 'en', 120_050],
    ['1.200,50', 'EUR', 'de', 120_050],
    ['€ 99', 'EUR', 'en', 9_900],
    ['99 EUR', 'EUR', 'en', 9_900],
    ['0.1', 'EUR', 'en', 10],
    ['1500', 'JPY', 'en', 1_500],
    ['1.234', 'BHD', 'en', 1_234],
  ])('%s in %s is %s', (text, currency, locale, minor) => {
    expect(parseMoney(text, currency, locale)).toBe(minor);
  });

  it.each([
    ['-5', 'EUR'],
    ['1.005', 'EUR'],
    ['1.5', 'JPY'],
    ['a lot', 'EUR'],
    ['', 'EUR'],
    ['200000000000', 'EUR'],
  ])('%j in %s is none', (text, currency) => {
    expect(parseMoney(text, currency, 'en')).toBeNull();
  });

  it('is edited as it was written', () => {
    expect(writtenMoney(120_000, 'EUR', 'en')).toBe('1200');
    expect(writtenMoney(120_050, 'EUR', 'de')).toBe('1200,50');
    expect(parseMoney(writtenMoney(120_050, 'EUR', 'de'), 'EUR', 'de')).toBe(120_050);
  });
});
