import { useLingui } from '@lingui/react';
import { useMemo } from 'react';
import {
  compareText,
  countryName,
  currencyName,
  formatDate,
  formatDateTime,
  formatMoney,
  formatNumber,
  formatRelative,
  formatTime,
  languageName,
} from '@/lib/format';
import { formatLocale } from './setup';

type Moment = string | number | Date;

/** Formatters in the language shown; new functions, and so a new render, when it changes. */
export function useFormat() {
  const context = useLingui();
  return useMemo(() => {
    const locale = formatLocale(context.i18n.locale);
    return {
      locale,
      number: (value: number, options?: Intl.NumberFormatOptions) => formatNumber(locale, value, options),
      money: (minorUnits: number, currency: string) => formatMoney(locale, minorUnits, currency),
      date: (value: Moment) => formatDate(locale, value),
      dateTime: (value: Moment) => formatDateTime(locale, value),
      time: (value: Moment) => formatTime(locale, value),
      relative: (value: Moment, now?: number) => formatRelative(locale, value, now),
      /** For table cells: "3 hr ago". */
      relativeShort: (value: Moment) => formatRelative(locale, value, Date.now(), 'short'),
      country: (code: string) => countryName(locale, code),
      language: (code: string) => languageName(locale, code),
      currency: (code: string) => currencyName(locale, code),
      compare: compareText(locale),
    };
  }, [context]);
}
