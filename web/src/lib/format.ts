/** Dates, numbers and names by `Intl`. Every function takes the locale first; components get it from `useFormat`. */

const cache = new Map<string, unknown>();

/** `Intl` constructors cost about a millisecond each, and a grid formats thousands of cells. */
function cached<T>(key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known as T;
  const made = make();
  cache.set(key, made);
  return made;
}

function toDate(value: string | number | Date): Date {
  return value instanceof Date ? value : new Date(value);
}

export function formatNumber(locale: string, value: number, options: Intl.NumberFormatOptions = {}): string {
  return cached(
    `n:${locale}:${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(locale, options),
  ).format(value);
}

/** `minorUnits` of the currency, so 125000 USD reads $1,250.00. */
export function formatMoney(locale: string, minorUnits: number, currency: string): string {
  const formatter = cached(
    `m:${locale}:${currency}`,
    () => new Intl.NumberFormat(locale, { style: 'currency', currency }),
  );
  const digits = formatter.resolvedOptions().maximumFractionDigits ?? 2;
  return formatter.format(minorUnits / 10 ** digits);
}

/** Decimal places of a currency: 2 for EUR, 0 for JPY. */
export function currencyDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  );
}

export function formatDate(locale: string, value: string | number | Date): string {
  return cached(`d:${locale}`, () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })).format(
    toDate(value),
  );
}

export function formatDateTime(locale: string, value: string | number | Date): string {
  return cached(
    `dt:${locale}`,
    () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(toDate(value));
}

export function formatTime(locale: string, value: string | number | Date): string {
  return cached(`t:${locale}`, () => new Intl.DateTimeFormat(locale, { timeStyle: 'short' })).format(
    toDate(value),
  );
}

const steps: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number]> = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 days ago", "in 2 hours", "now": the largest whole unit between the two times. */
export function formatRelative(
  locale: string,
  value: string | number | Date,
  now: number = Date.now(),
  style: Intl.RelativeTimeFormatStyle = 'long',
): string {
  // Short words for minutes and hours only: "last wk." saves nothing and reads badly.
  const formatter = (unit: Intl.RelativeTimeFormatUnit) => {
    const own = unit === 'minute' || unit === 'hour' ? style : 'long';
    return cached(
      `r:${locale}:${own}`,
      () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: own }),
    );
  };
  const seconds = (toDate(value).getTime() - now) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return formatter(unit).format(Math.trunc(seconds / size), unit);
  }
  return formatter('second').format(0, 'second');
}

/** "Germany" for `DE`; the code itself when the browser does not know it. */
export function countryName(locale: string, code: string): string {
  return displayName(locale, 'region', code);
}

/** "German" for `de`. */
export function languageName(locale: string, code: string): string {
  return displayName(locale, 'language', code);
}

export function currencyName(locale: string, code: string): string {
  return displayName(locale, 'currency', code);
}

function displayName(locale: string, type: 'region' | 'language' | 'currency', code: string): string {
  const names = cached(`x:${locale}:${type}`, () => new Intl.DisplayNames(locale, { type }));
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** Compares as people sort: accents and case matter little, numbers by value. */
export function compareText(locale: string): (a: string, b: string) => number {
  return cached(`c:${locale}`, () => new Intl.Collator(locale, { sensitivity: 'base', numeric: true }))
    .compare;
}
