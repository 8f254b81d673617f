import { useQuery } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import { useId, useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import type { Filter, Forecast } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { currencyDigits } from '@/lib/format';
import { ListFailed, LoadingRows } from '@/record/list-states';
import { useNames } from '@/record/use-sources';
import { readRuleText } from '@/rules/tree';
import { EmptyState } from '@/ui/empty-state';
import { Select } from '@/ui/select';
import { currenciesOf, drillDown, type Expected, wholeOf } from './forecast-months';

export interface ForecastViewProps {
  /** With the pipeline. */
  filter: Filter | undefined;
  q: string;
  /** What the address holds as a filter of its own. */
  own: string | undefined;
  /** Shows the deals behind a figure. */
  onShow: (change: Record<string, string | undefined>) => void;
}

type Month = Forecast['months'][number];

/** What the open deals are expected to bring, by month and owner: a chart, and the same figures as a table. */
export function ForecastView({ filter, q, own, onShow }: ForecastViewProps) {
  const t = useT();
  const { currency: usual } = useBootstrap().org;
  const [chosen, setChosen] = useState<string>();
  const text = filter === undefined ? undefined : JSON.stringify(filter);
  const { data, error, isError, refetch } = useQuery({
    queryKey: ['deals', 'forecast', text ?? null, q],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/deals/forecast', {
          params: { query: { ...(text ? { filter: text } : {}), ...(q === '' ? {} : { q }) } },
          signal,
        }),
      ),
    staleTime: 15_000,
  });
  if (isError && data === undefined)
    return <ListFailed className="flex-1 pt-[8vh]" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <div className="flex-1">
        <LoadingRows />
      </div>
    );
  }
  const currencies = currenciesOf(data, usual);
  const currency = currencies.find((each) => each === chosen) ?? currencies[0];
  if (data.months.length === 0) {
    return (
      <EmptyState
        className="flex-1 pt-[8vh]"
        icon={CalendarClock}
        title={t('forecast.empty.title')}
        description={t('forecast.empty.hint')}
      />
    );
  }
  const show = (month: Month, ownerId?: string | null) =>
    onShow(drillDown(month.month, ownerId, readRuleText(own) as Filter | undefined));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="flex flex-col gap-5 px-4 py-5 sm:px-5">
        {currency === undefined ? null : (
          <MonthsChart
            months={data.months}
            currency={currency}
            choice={
              currencies.length > 1 ? (
                <Select
                  aria-label={t('forecast.chart.currency')}
                  size="small"
                  value={currency}
                  onValueChange={setChosen}
                  options={currencies.map((value) => ({ value, label: value }))}
                />
              ) : null
            }
            onShow={show}
          />
        )}
        <MonthsTable forecast={data} onShow={show} />
      </div>
    </div>
  );
}

/** "November 2026". */
function useMonthName() {
  const t = useT();
  const { locale } = useFormat();
  return (month: string | null, style: 'long' | 'short' = 'long') =>
    month === null
      ? t('forecast.month.none')
      : new Intl.DateTimeFormat(locale, { month: style, year: 'numeric', timeZone: 'UTC' }).format(
          new Date(`${month}-01T12:00:00Z`),
        );
}

/** Height of a full bar, in pixels. */
const FULL = 160;

interface ChartProps {
  months: readonly Month[];
  currency: string;
  choice: React.ReactNode;
  onShow: (month: Month) => void;
}

function MonthsChart({ months, currency, choice, onShow }: ChartProps) {
  const t = useT();
  const format = useFormat();
  const nameOf = useMonthName();
  const titleId = useId();
  const totals = months.map(({ totals: all }) => all.find((each) => each.currency === currency));
  const most = Math.max(1, ...totals.map((total) => total?.amount ?? 0));
  const short = (minor: number) =>
    format.number(minor / 10 ** currencyDigits(currency), {
      style: 'currency',
      currency,
      notation: 'compact',
      maximumFractionDigits: 1,
    });
  return (
    <figure aria-labelledby={titleId} className="rounded-lg border border-line bg-surface p-4">
      <figcaption className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
        <span id={titleId} className="font-medium text-fg text-sm">
          {t('forecast.chart.title')}
        </span>
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="size-2 rounded-full bg-accent" />
          {t('forecast.column.weighted')}
        </span>
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="size-2 rounded-full border border-accent bg-accent-soft" />
          {t('forecast.column.amount')}
        </span>
        <span className="ml-auto w-24">{choice}</span>
      </figcaption>
      <div className="overflow-x-auto">
        <ul className="flex items-end gap-2">
          {months.map((month, at) => {
            const { amount, weighted } = totals[at] ?? { amount: 0, weighted: 0 };
            return (
              <li key={month.month} className="min-w-16 max-w-96 flex-1">
                <button
                  type="button"
                  className="focus-inset flex w-full flex-col items-center gap-1 rounded-md p-1 hover:bg-hover"
                  aria-label={t('forecast.chart.bar', {
                    month: nameOf(month.month),
                    amount: format.money(amount, currency),
                    weighted: format.money(weighted, currency),
                  })}
                  onClick={() => onShow(month)}
                >
                  <span aria-hidden className="tabular text-muted text-xs">
                    {amount === 0 ? '–' : short(amount)}
                  </span>
                  <span
                    aria-hidden
                    className="relative block w-full overflow-hidden rounded-sm border border-accent bg-accent-soft"
                    style={{ height: Math.max(3, (amount / most) * FULL), maxWidth: 64 }}
                  >
                    <span
                      className="absolute inset-x-0 bottom-0 bg-accent"
                      style={{ height: `${amount === 0 ? 0 : (weighted / amount) * 100}%` }}
                    />
                  </span>
                  <span aria-hidden className="text-muted text-xs">
                    {nameOf(month.month, 'short')}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </figure>
  );
}

interface TableProps {
  forecast: Forecast;
  onShow: (month: Month, ownerId?: string | null) => void;
}

function MonthsTable({ forecast, onShow }: TableProps) {
  const t = useT();
  const format = useFormat();
  const names = useNames();
  const nameOf = useMonthName();
  const whole = wholeOf(forecast);
  const money = (totals: readonly Expected[], which: 'amount' | 'weighted') =>
    totals.map((total) => format.money(total[which], total.currency)).join(' + ') || '–';
  const cell = 'tabular px-3 py-1.5 text-right';
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table aria-label={t('forecast.table.label')} className="w-full text-sm">
        <thead>
          <tr className="border-line border-b text-muted text-xs">
            <th scope="col" className="px-3 py-2 text-left font-medium">
              {t('forecast.column.month')}
            </th>
            <th scope="col" className="px-3 py-2 text-right font-medium">
              {t('forecast.column.deals')}
            </th>
            <th scope="col" className="px-3 py-2 text-right font-medium">
              {t('forecast.column.amount')}
            </th>
            <th scope="col" className="px-3 py-2 text-right font-medium">
              {t('forecast.column.weighted')}
            </th>
          </tr>
        </thead>
        {forecast.months.map((month) => (
          <tbody key={month.month} className="border-line border-b">
            <tr className="font-medium">
              <th scope="rowgroup" className="px-3 py-1.5 text-left font-medium">
                <button
                  type="button"
                  className="rounded-sm text-left hover:underline"
                  onClick={() => onShow(month)}
                >
                  {nameOf(month.month)}
                </button>
              </th>
              <td className={cell}>{format.number(month.count)}</td>
              <td className={cell}>{money(month.totals, 'amount')}</td>
              <td className={cell}>{money(month.totals, 'weighted')}</td>
            </tr>
            {month.owners.map((owner) => {
              const name =
                owner.ownerId === null
                  ? (owner.ownerName ?? t('deals.owner.none'))
                  : names.member(owner.ownerId);
              return (
                <tr key={`${owner.ownerId} ${owner.ownerName}`} className="text-muted">
                  <th scope="row" className="px-3 py-1.5 text-left font-normal">
                    {owner.ownerId === null && owner.ownerName !== null ? (
                      <span className="pl-4">{name}</span>
                    ) : (
                      <button
                        type="button"
                        className="ml-4 rounded-sm text-left hover:underline"
                        aria-label={t('forecast.table.owner', { name, month: nameOf(month.month) })}
                        onClick={() => onShow(month, owner.ownerId)}
                      >
                        {name}
                      </button>
                    )}
                  </th>
                  <td className={cell}>{format.number(owner.count)}</td>
                  <td className={cell}>{money(owner.totals, 'amount')}</td>
                  <td className={cell}>{money(owner.totals, 'weighted')}</td>
                </tr>
              );
            })}
          </tbody>
        ))}
        <tfoot>
          <tr className="font-medium">
            <th scope="row" className="px-3 py-2 text-left font-medium">
              {t('forecast.table.total')}
            </th>
            <td className={cell}>{format.number(whole.count)}</td>
            <td className={cell}>{money(whole.totals, 'amount')}</td>
            <td className={cell}>{money(whole.totals, 'weighted')}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
