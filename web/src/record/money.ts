/** Amounts as people write and read them; they travel in minor units of their currency. */
import { currencyDigits } from '@/lib/format';
import { parseNumber } from './custom-values';

/** As much as the server takes, in minor units. */
const MOST = 10_000_000_000_000;

/** Minor units of what somebody wrote, such as "1,200.50"; null for anything that is no amount. */
export function parseMoney(text: string, currency: string, locale: string): number | null {
  const number = parseNumber(text.replace(/^[\p{Sc}A-Z]{1,3}|[\p{Sc}A-Z]{1,3}$/gu, '').trim(), locale);
  if (number === null || number < 0) return null;
  const minor = number * 10 ** currencyDigits(currency);
  const whole = Math.round(minor);
  // More decimals than the currency has are no amount of it.
  if (Math.abs(minor - whole) > 1e-6 * Math.max(1, minor)) return null;
  return whole > MOST ? null : whole;
}

/** An amount as it is edited: without the currency and without signs between thousands. */
export function writtenMoney(minor: number, currency: string, locale: string): string {
  const digits = currencyDigits(currency);
  return new Intl.NumberFormat(locale, {
    useGrouping: false,
    minimumFractionDigits: minor % 10 ** digits === 0 ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(minor / 10 ** digits);
}
