import { useQuery } from '@tanstack/react-query';
import { ChartColumn, Table2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { Report, ReportQuery, Widget } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { PartFailed } from '@/record/list-states';
import { IconButton } from '@/ui/button';
import { Skeleton } from '@/ui/skeleton';
import { feedQuery, reportQuery } from './api';
import { Bars, BigNumber, type ChartProps, FigureTable, Funnel, Series } from './charts';
import { Feed } from './feed';
import { asked, currencyOf, sizeOf } from './figures';
import { StageBoard } from './stage-board';
import { useWords } from './words';

interface WidgetCardProps {
  widget: Widget;
  /** What the address asks for over what the widget asks. */
  period: string | undefined;
  owner: string | undefined;
  me: string;
  /** While the dashboard is arranged: what can be done with the widget. */
  tools?: ReactNode;
}

/** A widget: it loads, fails and is asked again by itself. */
export function WidgetCard({ widget, period, owner, me, tools }: WidgetCardProps) {
  const words = useWords();
  const titleId = useId();
  const [asTable, setAsTable] = useState(false);
  const t = useT();
  const title = words.title(widget);
  const query = widget.query ? asked(widget.query, period, owner) : null;
  const isChart = widget.kind !== 'feed' && widget.kind !== 'board';
  return (
    <section
      aria-labelledby={titleId}
      className="home-card"
      data-widget={widget.id}
      data-kind={widget.kind}
      style={{ gridColumn: `span ${widget.width}`, gridRow: `span ${widget.height}` }}
    >
      <header className="home-card-head">
        <div className="min-w-0 flex-1">
          <h2 id={titleId} className="truncate font-medium text-sm" title={title}>
            {title}
          </h2>
          {query ? <About query={query} /> : null}
        </div>
        {tools ??
          (isChart && query ? (
            <IconButton
              variant="ghost"
              size="smallIcon"
              label={asTable ? t('home.card.chart', { title }) : t('home.card.table', { title })}
              onClick={() => setAsTable(!asTable)}
            >
              {asTable ? (
                <ChartColumn aria-hidden className="size-4" />
              ) : (
                <Table2 aria-hidden className="size-4" />
              )}
            </IconButton>
          ) : null)}
      </header>
      {query ? (
        <Figures widget={widget} title={title} query={query} asTable={asTable} />
      ) : (
        <Latest
          title={title}
          by={owner === 'me' ? me : owner === 'all' || owner === 'none' ? undefined : owner}
        />
      )}
    </section>
  );
}

/** The period and whose records, so that no number stands without them. */
function About({ query }: { query: ReportQuery }) {
  const t = useT();
  const words = useWords();
  const parts = [
    query.range ? words.range(query.range) : t('home.range.now'),
    ...(query.owner ? [words.owner(query.owner)] : []),
  ];
  return <p className="truncate text-muted text-xs">{parts.join(' · ')}</p>;
}

interface FiguresProps {
  widget: Widget;
  title: string;
  query: ReportQuery;
  asTable: boolean;
}

function Figures({ widget, title, query, asTable }: FiguresProps) {
  const { data, error, refetch } = useQuery(reportQuery(query));
  if (data === undefined)
    return error ? (
      <PartFailed error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton className="min-h-12 flex-1 rounded-md" />
    );
  const about = { title, query, report: data };
  if (asTable) return <FigureTable {...about} />;
  return (
    <>
      <Chart kind={widget.kind} {...about} />
      <Summary kind={widget.kind} {...about} />
    </>
  );
}

function Chart({ kind, ...about }: ChartProps & { kind: Widget['kind'] }) {
  const t = useT();
  if (kind === 'counts') return <BigNumber {...about} />;
  if (about.report.total.count === 0 && kind !== 'board')
    return <p className="home-empty text-muted text-sm">{t(`home.empty.${about.query.source}`)}</p>;
  switch (kind) {
    case 'series':
      return <Series {...about} />;
    case 'breakdown':
      return <Bars {...about} ranked={false} />;
    case 'leaderboard':
      return <Bars {...about} ranked />;
    case 'funnel':
      return <Funnel {...about} />;
    default:
      return <StageBoard {...about} />;
  }
}

/** What the chart shows, in a sentence. */
function Summary({ kind, query, report }: Omit<ChartProps, 'title'> & { kind: Widget['kind'] }) {
  const t = useT();
  const format = useFormat();
  const words = useWords();
  const { currency: usual } = useBootstrap().org;
  if (report.total.count === 0 || kind === 'counts' || kind === 'board') return null;
  const total = words.figure(query, report.total);
  const text = summary();
  return <p className="home-summary text-muted text-xs">{text}</p>;

  function summary(): string {
    if (kind === 'series') {
      const currency = currencyOf(report, usual);
      const size = (group: Report['groups'][number]) => sizeOf(group, query.measure ?? 'count', currency);
      const best = report.groups.reduce((a, b) => (size(b) > size(a) ? b : a));
      const most = t('home.summary.series', {
        unit: words.unit(query, currency),
        total,
        name: words.group(query, best, report),
        number: words.figure(query, best),
      });
      return report.previousTotal && report.previous
        ? `${most} ${t('home.summary.before', {
            number: words.figure(query, report.previousTotal),
            days: words.days(report.previous),
          })}`
        : most;
    }
    if (kind === 'funnel')
      return t('home.summary.funnel', { count: format.number(report.total.count), total });
    return t('home.summary.bars', { unit: words.unit(query, currencyOf(report, usual)), total });
  }
}

function Latest({ by, title }: { by: string | undefined; title: string }) {
  const t = useT();
  const { data, error, refetch } = useQuery(feedQuery(by));
  if (data === undefined)
    return error ? (
      <PartFailed error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton className="min-h-12 flex-1 rounded-md" />
    );
  if (data.items.length === 0) return <p className="home-empty text-muted text-sm">{t('home.empty.feed')}</p>;
  return <Feed items={data.items} title={title} />;
}
