import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Id, Product } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { useScoreText } from '@/record/fit/score-text';
import { ListFailed } from '@/record/list-states';
import { Skeleton } from '@/ui/skeleton';
import { ChartOrTable } from './chart-or-table';
import { verdictOf } from './figures';
import { Column, FiguresTable } from './figures-table';

export interface CalibrationViewProps {
  product: Product;
}

/** What the scores of a product were worth, once its deals were decided. */
export function CalibrationView({ product }: CalibrationViewProps) {
  const t = useT();
  const format = useFormat();
  const score = useScoreText();
  const { data, error, isError, refetch } = useQuery({
    queryKey: ['calibration', product.id] satisfies [string, Id],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/products/{id}/calibration', { params: { path: { id: product.id } }, signal })),
    staleTime: 30_000,
  });
  if (isError && data === undefined)
    return <ListFailed className="py-4" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-48 rounded-lg" />;
  const { decided, unscored, deciles, separation } = data;
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 0 });
  const range = (from: number, to: number) => (from === to ? score(from) : `${score(from)} … ${score(to)}`);
  const intro = (
    <p className="text-muted text-sm">
      {decided === 0
        ? t('scoring.calibration.none')
        : t('scoring.calibration.intro', {
            decided: format.number(decided),
            unscored,
          })}{' '}
      {separation.right === null
        ? null
        : t(`scoring.calibration.${verdictOf(separation) as 'good'}`, { right: percent(separation.right) })}
    </p>
  );
  if (deciles.length === 0) return intro;
  return (
    <div className="flex flex-col gap-3">
      {intro}
      <ChartOrTable
        title={t('scoring.calibration.chart')}
        chart={
          <ul className="flex items-end gap-2">
            {deciles.map(({ decile, from, to, won, lost, winRate }) => (
              <Column
                key={decile}
                label={t('scoring.calibration.bar', {
                  range: range(from, to),
                  rate: percent(winRate),
                  won: format.number(won),
                  lost: format.number(lost),
                })}
                above={percent(winRate)}
                below={score(to)}
                bars={[{ part: winRate }]}
              />
            ))}
          </ul>
        }
        table={
          <FiguresTable
            label={t('scoring.calibration.chart')}
            head={[
              t('scoring.test.fit'),
              t('scoring.calibration.won'),
              t('scoring.calibration.lost'),
              t('scoring.calibration.rate'),
            ]}
            rows={deciles.map(({ decile, from, to, won, lost, winRate }) => ({
              key: decile,
              name: range(from, to),
              cells: [format.number(won), format.number(lost), percent(winRate)],
            }))}
          />
        }
      />
    </div>
  );
}
