/** What the charts of a dashboard compute. Pure. */
import type { Measure, Report, ReportFigure, ReportQuery, Widget } from '@/api/types';

/** The next round number that holds the value: where an axis ends. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  // Records are not counted in halves.
  return Math.max(step * power, 1);
}

export type Change = { kind: 'same' } | { kind: 'new' } | { kind: 'up' | 'down'; share: number };

/** How a number has changed, as a share of what it was. */
export function changeOf(now: number, before: number): Change {
  if (now === before) return { kind: 'same' };
  if (before === 0) return { kind: 'new' };
  return { kind: now > before ? 'up' : 'down', share: Math.abs(now - before) / Math.abs(before) };
}

/** The currency that a chart draws: the organisation's own stands first, else the one with most. */
export function currencyOf(report: Report, usual: string): string | undefined {
  const all = [
    report.total,
    ...report.groups,
    ...(report.previousTotal ? [report.previousTotal] : []),
  ].flatMap((figure) => figure.amounts);
  if (all.some((amount) => amount.currency === usual)) return usual;
  return [...all].sort((a, b) => b.amount - a.amount)[0]?.currency;
}

/** What a figure is drawn as: how many, or what they come to in one currency. */
export function sizeOf(figure: ReportFigure, measure: Measure, currency: string | undefined): number {
  if (measure === 'count') return figure.count;
  return figure.amounts.find((amount) => amount.currency === currency)?.amount ?? 0;
}

const timeUnits: readonly string[] = ['day', 'week', 'month', 'quarter', 'year', 'time'];

export const isTime = (by: string | undefined | null): boolean => timeUnits.includes(by ?? '');

/** The period and the owner that the address asks for, over those of a widget. What is about all time stays so. */
export function asked(
  query: ReportQuery,
  period: string | undefined,
  owner: string | undefined,
): ReportQuery {
  const next: ReportQuery = { ...query };
  if (period !== undefined && query.range) {
    next.range = period;
    if (isTime(query.by)) next.by = 'time';
  }
  if (owner === 'all') delete next.owner;
  else if (owner !== undefined) next.owner = owner;
  return next;
}

/** A period that an address may hold: a name, or two days in their order. */
export function periodOf(text: string | undefined, names: readonly string[]): string | undefined {
  if (text === undefined || names.includes(text)) return text;
  const days = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text);
  const [, from = '', to = ''] = days ?? [];
  return days && from <= to && !Number.isNaN(Date.parse(from)) && !Number.isNaN(Date.parse(to))
    ? text
    : undefined;
}

/** The widgets with one moved by so many places. */
export function moved(widgets: readonly Widget[], id: string, by: number): Widget[] {
  const from = widgets.findIndex((widget) => widget.id === id);
  const widget = widgets[from];
  if (widget === undefined) return [...widgets];
  const rest = widgets.filter((other) => other !== widget);
  rest.splice(Math.min(Math.max(from + by, 0), rest.length), 0, widget);
  return rest;
}

/** Widths that look well beside others. */
const widths = [3, 4, 5, 6, 7, 8, 9, 12] as const;

/** The next wider or narrower one; the same where there is none. */
export function resized(width: number, step: 1 | -1): number {
  const further = widths.filter((each) => (step > 0 ? each > width : each < width));
  return (step > 0 ? further[0] : further[further.length - 1]) ?? width;
}

/** An id that no widget has yet. */
export function freeId(widgets: readonly Widget[], kind: string): string {
  const taken = new Set(widgets.map((widget) => widget.id));
  let number = 1;
  while (taken.has(`${kind}_${number}`)) number += 1;
  return `${kind}_${number}`;
}

/** The points of a line through a box of 100 by 100. */
export function linePath(sizes: readonly number[], most: number): string {
  const step = 100 / Math.max(sizes.length, 1);
  return sizes
    .map(
      (size, at) =>
        `${at === 0 ? 'M' : 'L'}${((at + 0.5) * step).toFixed(2)} ${(100 - (size / most) * 100).toFixed(2)}`,
    )
    .join(' ');
}
