import { expect, test } from 'vitest';
import type { Report, Widget } from '@/api/types';
import {
  asked,
  changeOf,
  currencyOf,
  freeId,
  linePath,
  moved,
  periodOf,
  resized,
  roundUp,
  sizeOf,
} from './figures';

test('an axis ends at a round number that holds the value', () => {
  expect([0, 1, 3, 7, 12, 25, 26, 99, 100, 1_234].map(roundUp)).toEqual([
    1, 1, 5, 10, 20, 25, 50, 100, 100, 2_000,
  ]);
});

test('a change is a share of what was', () => {
  expect(changeOf(3, 3)).toEqual({ kind: 'same' });
  expect(changeOf(3, 0)).toEqual({ kind: 'new' });
  expect(changeOf(15, 10)).toEqual({ kind: 'up', share: 0.5 });
  expect(changeOf(0, 10)).toEqual({ kind: 'down', share: 1 });
});

test('a chart draws the usual currency where it is there', () => {
  const figure = (amounts: [string, number][]) => ({
    count: amounts.length,
    amounts: amounts.map(([currency, amount]) => ({ currency, amount })),
  });
  const report = (amounts: [string, number][]) =>
    ({ total: figure(amounts), groups: [], previousTotal: null }) as unknown as Report;
  expect(
    currencyOf(
      report([
        ['USD', 9],
        ['EUR', 1],
      ]),
      'EUR',
    ),
  ).toBe('EUR');
  expect(
    currencyOf(
      report([
        ['CHF', 1],
        ['USD', 9],
      ]),
      'EUR',
    ),
  ).toBe('USD');
  expect(currencyOf(report([]), 'EUR')).toBeUndefined();
  expect(sizeOf(figure([['USD', 9]]), 'amount', 'USD')).toBe(9);
  expect(sizeOf(figure([['USD', 9]]), 'amount', 'EUR')).toBe(0);
  expect(sizeOf(figure([['USD', 9]]), 'count', 'EUR')).toBe(1);
});

test('the address asks over what a widget asks', () => {
  const series = {
    source: 'deal',
    measure: 'count',
    compare: false,
    range: 'last_12_months',
    by: 'month',
  } as const;
  expect(asked(series, 'last_7_days', 'me')).toEqual({
    ...series,
    range: 'last_7_days',
    by: 'time',
    owner: 'me',
  });
  const whole = { source: 'deal', measure: 'count', compare: false, owner: 'me' } as const;
  expect(asked(whole, 'last_7_days', 'all')).toEqual({ source: 'deal', measure: 'count', compare: false });
  expect(asked(whole, undefined, undefined)).toEqual(whole);
});

test('widgets move by one place and stay within the dashboard', () => {
  const widgets = ['a', 'b', 'c'].map((id) => ({ id }) as Widget);
  const ids = (list: Widget[]) => list.map((widget) => widget.id).join('');
  expect(ids(moved(widgets, 'b', -1))).toBe('bac');
  expect(ids(moved(widgets, 'b', 1))).toBe('acb');
  expect(ids(moved(widgets, 'a', -1))).toBe('abc');
  expect(ids(moved(widgets, 'c', 1))).toBe('abc');
  expect(ids(moved(widgets, 'x', 1))).toBe('abc');
  expect(freeId([{ id: 'counts_1' } as Widget], 'counts')).toBe('counts_2');
  expect([resized(4, 1), resized(12, 1), resized(3, -1), resized(12, -1)]).toEqual([5, 12, 3, 9]);
});

test('a line goes through the middle of every point', () => {
  expect(linePath([0, 10], 10)).toBe('M25.00 100.00 L75.00 0.00');
});

test('an address holds a period that there is', () => {
  const names = ['this_month'];
  expect(periodOf('this_month', names)).toBe('this_month');
  expect(periodOf('2026-01-01..2026-02-01', names)).toBe('2026-01-01..2026-02-01');
  for (const wrong of ['next_life', '2026-02-01..2026-01-01', '2026-13-01..2026-14-01', undefined])
    expect(periodOf(wrong, names)).toBeUndefined();
});
