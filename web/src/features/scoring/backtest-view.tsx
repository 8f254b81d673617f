import { Link } from '@tanstack/react-router';
import type { Backtest } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { useScoreText } from '@/record/fit/score-text';
import { ChartOrTable, Legend } from './chart-or-table';
import { binEdges } from './figures';
import { Column, FiguresTable } from './figures-table';

/** What all customers would have, against what they have. */
export function BacktestView({ backtest }: { backtest: Backtest }) {
  const t = useT();
  const format = useFormat();
  const score = useScoreText();
  const { looked, customers, changed, rescored, overallBefore, overallAfter, buckets, movers } = backtest;
  const bucket = (name: string | null) => t(`leads.bucket.${(name ?? 'none') as 'hot'}`);
  const written = (value: number | null) => (value === null ? '–' : score(value));
  const part = (value: number | null) =>
    value === null ? '–' : format.number(value, { style: 'percent', maximumFractionDigits: 0 });
  const { separationBefore, separationAfter } = backtest;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">
        {t('scoring.backtest.changed', { changed: format.number(changed), looked: format.number(looked) })}{' '}
        {looked < customers ? t('scoring.backtest.sample', { customers: format.number(customers) }) : null}{' '}
        {t('scoring.backtest.rescored', { count: rescored })}
      </p>
      <Spread before={overallBefore} after={overallAfter} />
      {buckets.length === 0 ? null : (
        <ul aria-label={t('scoring.backtest.buckets')} className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {buckets.map(({ from, to, count }) => (
            <li key={`${from} ${to}`}>
              {t('scoring.backtest.bucket', {
                from: bucket(from),
                to: bucket(to),
                count: format.number(count),
              })}
            </li>
          ))}
        </ul>
      )}
      <p className="text-muted text-sm">
        {separationBefore.right === null && separationAfter.right === null
          ? t('scoring.backtest.noDeals')
          : t('scoring.backtest.separation', {
              before: part(separationBefore.right),
              after: part(separationAfter.right),
              won: format.number(separationAfter.won),
              lost: format.number(separationAfter.lost),
            })}
      </p>
      {movers.length === 0 ? null : (
        <div className="overflow-x-auto rounded-lg border border-line">
          <FiguresTable
            label={t('scoring.backtest.movers')}
            head={[t('scoring.backtest.movers'), t('scoring.test.before'), t('scoring.test.after')]}
            rows={movers.map(({ customerId, customerName, before, after }) => ({
              key: customerId,
              name: (
                <Link
                  to="/crm/customers"
                  search={{ open: customerId }}
                  target="_blank"
                  className="text-accent-fg"
                >
                  {customerName}
                </Link>
              ),
              cells: [written(before), written(after)],
            }))}
          />
        </div>
      )}
    </div>
  );
}

interface SpreadProps {
  before: Backtest['overallBefore'];
  after: Backtest['overallAfter'];
}

/** How fits lie now, and would lie. */
function Spread({ before, after }: SpreadProps) {
  const t = useT();
  const format = useFormat();
  const score = useScoreText();
  const edges = binEdges(before.bins.length);
  const most = Math.max(1, ...before.bins, ...after.bins);
  const name = (at: number) => `${score(edges[at] ?? 0)} … ${score(edges[at + 1] ?? 0)}`;
  return (
    <ChartOrTable
      title={t('scoring.backtest.spread')}
      legend={
        <>
          <Legend soft>{t('scoring.test.before')}</Legend>
          <Legend>{t('scoring.test.after')}</Legend>
        </>
      }
      chart={
        <ul className="flex items-end gap-2">
          {before.bins.map((count, at) => (
            <Column
              key={edges[at]}
              label={t('scoring.backtest.bin', {
                range: name(at),
                before: format.number(count),
                after: format.number(after.bins[at] ?? 0),
              })}
              below={format.number(edges[at] ?? 0, { maximumFractionDigits: 1 })}
              bars={[{ part: count / most, soft: true }, { part: (after.bins[at] ?? 0) / most }]}
            />
          ))}
        </ul>
      }
      table={
        <FiguresTable
          label={t('scoring.backtest.spread')}
          head={[t('scoring.test.fit'), t('scoring.test.before'), t('scoring.test.after')]}
          rows={[
            ...before.bins.map((count, at) => ({
              key: at,
              name: name(at),
              cells: [format.number(count), format.number(after.bins[at] ?? 0)],
            })),
            {
              key: 'none',
              name: t('leads.score.none'),
              cells: [format.number(before.none), format.number(after.none)],
            },
          ]}
        />
      }
    />
  );
}
