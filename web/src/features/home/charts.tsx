import { ArrowDown, ArrowUp, Minus } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { Report, ReportGroup, ReportQuery } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Avatar } from '@/ui/avatar';
import { changeOf, currencyOf, linePath, roundUp, sizeOf } from './figures';
import { Opens } from './opens';
import { useWords } from './words';

export interface ChartProps {
  title: string;
  query: ReportQuery;
  report: Report;
}

/** The arrows of a chart go from point to point, so that it is one stop of the Tab key. */
function useArrows(count: number) {
  const [current, setCurrent] = useState(0);
  const points = useRef<HTMLUListElement>(null);
  const at = Math.min(current, Math.max(count - 1, 0));
  const onKeyDown = (event: KeyboardEvent) => {
    const step: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: count - 1,
    };
    const next = step[event.key];
    if (next === undefined || next < 0 || next >= count) return;
    event.preventDefault();
    setCurrent(next);
    points.current?.querySelectorAll('a')[next]?.focus();
  };
  return {
    list: { ref: points, onKeyDown },
    point: (index: number) => ({ tabIndex: index === at ? 0 : -1, onFocus: () => setCurrent(index) }),
  };
}

/** One number, and how it has changed. */
export function BigNumber({ title, query, report }: ChartProps) {
  const t = useT();
  const format = useFormat();
  const words = useWords();
  const { currency: usual } = useBootstrap().org;
  const currency = currencyOf(report, usual) ?? usual;
  const measure = query.measure ?? 'count';
  const size = sizeOf(report.total, measure, currency);
  const text = measure === 'amount' ? format.money(size, currency) : format.number(size);
  const others = report.total.amounts.filter((amount) => amount.currency !== currency);
  const before = report.previousTotal;
  const change = before ? changeOf(size, sizeOf(before, measure, currency)) : null;
  const Arrow = change?.kind === 'down' ? ArrowDown : change?.kind === 'same' ? Minus : ArrowUp;
  return (
    <div className="home-number">
      <Opens
        source={query.source}
        opens={report.total.opens}
        className="home-figure tabular"
        aria-label={t('home.number.open', { title, number: words.figure(query, report.total) })}
      >
        {text}
      </Opens>
      {others.length > 0 ? (
        <span className="tabular text-muted text-xs">
          {others.map(({ amount, currency: other }) => `+ ${format.money(amount, other)}`).join(' ')}
        </span>
      ) : null}
      {measure === 'amount' ? (
        <span className="text-muted text-xs">{t('home.number.deals', { count: report.total.count })}</span>
      ) : null}
      {change && before && report.previous ? (
        <Opens
          source={query.source}
          opens={before.opens}
          className="home-change text-xs"
          data-change={change.kind}
          title={words.days(report.previous)}
        >
          <Arrow aria-hidden className="size-3.5" />
          {change.kind === 'same'
            ? t('home.change.same')
            : change.kind === 'new'
              ? t('home.change.new')
              : t(`home.change.${change.kind}`, {
                  share: format.number(change.share, { style: 'percent', maximumFractionDigits: 0 }),
                })}
          <span className="text-muted">
            {t('home.change.before', {
              number: words.figure(query, before),
              days: words.days(report.previous),
            })}
          </span>
        </Opens>
      ) : null}
    </div>
  );
}

/** Points over time: columns, or a line where they are many. */
export function Series({ title, query, report }: ChartProps) {
  const t = useT();
  const words = useWords();
  const { currency: usual } = useBootstrap().org;
  const currency = currencyOf(report, usual);
  const arrows = useArrows(report.groups.length);
  const sizes = report.groups.map((group) => sizeOf(group, query.measure ?? 'count', currency));
  const most = roundUp(Math.max(0, ...sizes));
  const isLine = sizes.length > 40;
  const every = Math.ceil(sizes.length / 8);
  const line = linePath(sizes, most);
  return (
    <div className="home-series">
      <div className="home-plot">
        <div aria-hidden className="home-axis tabular">
          <span>{words.size(query, most, currency)}</span>
          <span>{words.size(query, most / 2, currency)}</span>
          <span>{words.size(query, 0, currency)}</span>
        </div>
        <div className="home-canvas">
          {isLine ? (
            <svg aria-hidden="true" viewBox="0 0 100 100" preserveAspectRatio="none" className="home-line">
              <path
                d={`${line} L${(100 - 50 / sizes.length).toFixed(2)} 100 L${(50 / sizes.length).toFixed(2)} 100 Z`}
              />
              <path d={line} />
            </svg>
          ) : null}
          <ul {...arrows.list} aria-label={title} className="home-columns">
            {report.groups.map((group, at) => {
              const name = words.group(query, group, report);
              const text = words.figure(query, group);
              return (
                <li key={group.key}>
                  <Opens
                    source={query.source}
                    opens={group.opens}
                    aria-label={t('home.point.open', { name, number: text })}
                    title={`${name}: ${text}`}
                    data-line={isLine || undefined}
                    style={{ '--size': `${((sizes[at] ?? 0) / most) * 100}%` } as CSSProperties}
                    {...arrows.point(at)}
                  />
                </li>
              );
            })}
          </ul>
        </div>
      </div>
      <div aria-hidden className="home-ticks">
        {report.groups.map((group, at) => (
          <span key={group.key}>{at % every === 0 ? words.short(query, group, report) : ''}</span>
        ))}
      </div>
    </div>
  );
}

/** Bars beside each other's names: the parts of a whole, or who has most. */
export function Bars({ title, query, report, ranked }: ChartProps & { ranked: boolean }) {
  const t = useT();
  const format = useFormat();
  const words = useWords();
  const { currency: usual } = useBootstrap().org;
  const currency = currencyOf(report, usual);
  const arrows = useArrows(report.groups.length);
  const measure = query.measure ?? 'count';
  const whole = sizeOf(report.total, measure, currency);
  const sizes = report.groups.map((group) => sizeOf(group, measure, currency));
  const most = Math.max(1, ...sizes);
  const isPeople = ranked && ['ownerId', 'claimedById', 'assigneeId', 'createdById'].includes(query.by ?? '');
  return (
    <div className="home-bars">
      <ul {...arrows.list} aria-label={title}>
        {report.groups.map((group, at) => {
          const name = words.group(query, group, report);
          const text = words.figure(query, group);
          const share = whole > 0 ? (sizes[at] ?? 0) / whole : 0;
          return (
            <li key={group.key ?? ''}>
              <Opens
                source={query.source}
                opens={group.opens}
                className="home-bar"
                aria-label={t('home.point.open', { name, number: text })}
                style={{ '--size': `${((sizes[at] ?? 0) / most) * 100}%` } as CSSProperties}
                {...arrows.point(at)}
              >
                {ranked ? <span className="home-rank tabular">{at + 1}</span> : null}
                {isPeople && group.key !== null ? <Avatar name={name} /> : null}
                <span className="home-bar-name">{name}</span>
                <span className="tabular font-medium">{text}</span>
                {ranked ? null : (
                  <span className="home-share tabular">
                    {format.number(share, { style: 'percent', maximumFractionDigits: 0 })}
                  </span>
                )}
              </Opens>
            </li>
          );
        })}
      </ul>
      {report.more > 0 ? (
        <p className="text-muted text-xs">
          {report.others
            ? t('home.bars.others', { count: report.more, number: words.figure(query, report.others) })
            : t('home.bars.more', { count: report.more })}
        </p>
      ) : null}
    </div>
  );
}

/** The stages of a pipeline, one below the other, as wide as what they hold. */
export function Funnel({ title, query, report }: ChartProps) {
  const t = useT();
  const format = useFormat();
  const words = useWords();
  const arrows = useArrows(report.groups.length);
  const most = Math.max(1, ...report.groups.map((group) => group.count));
  return (
    <div className="home-bars">
      <ul {...arrows.list} aria-label={title}>
        {report.groups.map((group, at) => {
          const name = words.group(query, group, report);
          const count = t('home.number.deals', { count: group.count });
          const text = query.measure === 'amount' ? `${count}, ${words.money(group)}` : count;
          return (
            <li key={group.key}>
              <Opens
                source={query.source}
                opens={group.opens}
                className="home-stage"
                aria-label={t('home.point.open', { name, number: text })}
                style={{ '--size': `${(group.count / most) * 100}%` } as CSSProperties}
                {...arrows.point(at)}
              >
                <span className="home-bar-name">{name}</span>
                <span className="home-stage-bar" aria-hidden />
                <span className="tabular font-medium">{format.number(group.count)}</span>
                {query.measure === 'amount' ? (
                  <span className="home-stage-money tabular">{words.money(group)}</span>
                ) : null}
              </Opens>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The same figures as a table; every number opens its list. */
export function FigureTable({ title, query, report }: ChartProps) {
  const t = useT();
  const format = useFormat();
  const words = useWords();
  const hasAmounts = query.measure === 'amount';
  const name = (group: ReportGroup) => words.group(query, group, report);
  const groups = report.groups.length > 0 ? report.groups : null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <section className="home-table" tabIndex={0} aria-label={title}>
      <table className="w-full text-sm">
        <thead>
          <tr className="text-muted text-xs">
            <th scope="col">
              {groups ? words.fieldName(query.source, query.by ?? '') : t('home.table.period')}
            </th>
            <th scope="col">{t(`home.what.${query.source}`)}</th>
            {hasAmounts ? <th scope="col">{t('home.what.amount')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {(groups ?? []).map((group) => (
            <tr key={group.key ?? ''}>
              <th scope="row">
                <Opens source={query.source} opens={group.opens}>
                  {name(group)}
                </Opens>
              </th>
              <td className="tabular">{format.number(group.count)}</td>
              {hasAmounts ? <td className="tabular">{words.money(group)}</td> : null}
            </tr>
          ))}
          {report.others ? (
            <tr>
              <th scope="row">{t('home.table.others', { count: report.more })}</th>
              <td className="tabular">{format.number(report.others.count)}</td>
              {hasAmounts ? <td className="tabular">{words.money(report.others)}</td> : null}
            </tr>
          ) : null}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              <Opens source={query.source} opens={report.total.opens}>
                {report.period ? words.days(report.period) : t('home.table.total')}
              </Opens>
            </th>
            <td className="tabular">{format.number(report.total.count)}</td>
            {hasAmounts ? <td className="tabular">{words.money(report.total)}</td> : null}
          </tr>
          {report.previousTotal && report.previous ? (
            <tr className="text-muted">
              <th scope="row">
                <Opens source={query.source} opens={report.previousTotal.opens}>
                  {words.days(report.previous)}
                </Opens>
              </th>
              <td className="tabular">{format.number(report.previousTotal.count)}</td>
              {hasAmounts ? <td className="tabular">{words.money(report.previousTotal)}</td> : null}
            </tr>
          ) : null}
        </tfoot>
      </table>
    </section>
  );
}
