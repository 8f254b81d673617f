/** What the forecast says, as the chart and the table show it. Pure. */
import type { Filter, Forecast } from '@/api/types';

export type Expected = Forecast['months'][number]['totals'][number];

/** The currencies of a forecast, the one with most expected first; `usual` wins where it is there. */
export function currenciesOf(forecast: Forecast, usual: string): string[] {
  const sums = new Map<string, number>();
  for (const { totals } of forecast.months)
    for (const { currency, amount } of totals) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return [...sums.keys()].sort(
    (a, b) => Number(b === usual) - Number(a === usual) || (sums.get(b) ?? 0) - (sums.get(a) ?? 0),
  );
}

/** All months together. */
export function wholeOf(forecast: Forecast): { count: number; totals: Expected[] } {
  const totals = new Map<string, Expected>();
  let count = 0;
  for (const month of forecast.months) {
    count += month.count;
    for (const { currency, amount, weighted } of month.totals) {
      const known = totals.get(currency) ?? { currency, amount: 0, weighted: 0 };
      totals.set(currency, { currency, amount: known.amount + amount, weighted: known.weighted + weighted });
    }
  }
  return { count, totals: [...totals.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1)) };
}

/** The first and the last day of a month, as a time filter has them in the address. */
export function daysOf(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return `${month}-01..${month}-${String(last).padStart(2, '0')}`;
}

/** What the address says of the deals of a month, of one owner or of all. */
export function drillDown(
  month: string | null,
  ownerId: string | null | undefined,
  others: Filter | undefined,
): Record<string, string | undefined> {
  const undated: Filter = { field: 'expectedCloseDate', op: 'empty' };
  const filter = month === null ? (others ? { and: [others, undated] } : undated) : others;
  return {
    show: 'list',
    stage: 'open,negotiating',
    ...(month === null ? { close: undefined } : { close: daysOf(month) }),
    filter: filter && JSON.stringify(filter),
    ...(ownerId === undefined ? {} : { owner: ownerId ?? 'none' }),
  };
}
