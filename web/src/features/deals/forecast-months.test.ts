import { expect, it } from 'vitest';
import type { Forecast } from '@/api/types';
import { currenciesOf, daysOf, drillDown, wholeOf } from './forecast-months';

const month = (name: string | null, ...totals: Array<[string, number, number]>) => ({
  month: name,
  count: totals.length,
  totals: totals.map(([currency, amount, weighted]) => ({ currency, amount, weighted })),
  owners: [],
});
const forecast: Forecast = {
  months: [
    month('2026-11', ['CHF', 900, 100], ['EUR', 200, 40]),
    month('2026-12', ['EUR', 300, 150]),
    month(null, ['USD', 50, 25]),
  ],
};

it('adds up all months, each currency by itself', () => {
  expect(wholeOf(forecast)).toEqual({
    count: 4,
    totals: [
      { currency: 'CHF', amount: 900, weighted: 100 },
      { currency: 'EUR', amount: 500, weighted: 190 },
      { currency: 'USD', amount: 50, weighted: 25 },
    ],
  });
});

it('begins with the usual currency, then with the largest sum', () => {
  expect(currenciesOf(forecast, 'EUR')).toEqual(['EUR', 'CHF', 'USD']);
  expect(currenciesOf(forecast, 'JPY')).toEqual(['CHF', 'EUR', 'USD']);
});

it('leads to the deals that it counts', () => {
  expect(daysOf('2028-02')).toBe('2028-02-01..2028-02-29');
  expect(drillDown('2026-11', undefined, undefined)).toEqual({
    show: 'list',
    stage: 'open,negotiating',
    close: '2026-11-01..2026-11-30',
    filter: undefined,
  });
  expect(drillDown('2026-11', null, undefined).owner).toBe('none');
  expect(drillDown(null, 'u1', { field: 'amount', op: 'gt', value: 1 })).toMatchObject({
    owner: 'u1',
    close: undefined,
    filter: JSON.stringify({
      and: [
        { field: 'amount', op: 'gt', value: 1 },
        { field: 'expectedCloseDate', op: 'empty' },
      ],
    }),
  });
});
