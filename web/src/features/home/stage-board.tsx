import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { PartFailed } from '@/record/list-states';
import { cardsQuery } from './api';
import type { ChartProps } from './charts';
import { Opens } from './opens';
import { useWords } from './words';

/** The stages of a pipeline beside each other: how many deals and what they come to, and the first cards. */
export function StageBoard({ title, query, report }: ChartProps) {
  const t = useT();
  const format = useFormat();
  const words = useWords();
  const cards = useQuery(cardsQuery(query.pipelineId ?? undefined, JSON.stringify(report.total.opens)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <section className="home-board" tabIndex={0} aria-label={title}>
      {cards.error ? <PartFailed error={cards.error} onRetry={() => void cards.refetch()} /> : null}
      <ul>
        {report.groups.map((group) => {
          const name = words.group(query, group, report);
          const stage = cards.data?.stages.find((each) => each.stageId === group.key);
          return (
            <li key={group.key}>
              <Opens
                source={query.source}
                opens={group.opens}
                className="home-board-head"
                aria-label={t('home.point.open', { name, number: words.figure(query, group) })}
              >
                <span className="home-bar-name font-medium">{name}</span>
                <span className="tabular text-muted">{format.number(group.count)}</span>
                {query.measure === 'amount' ? (
                  <span className="home-board-sum tabular">{words.money(group)}</span>
                ) : null}
              </Opens>
              {(stage?.cards ?? []).map((deal) => (
                <Link
                  key={deal.id}
                  to="/crm/deals"
                  search={{ open: deal.id }}
                  className="home-board-card text-fg no-underline"
                >
                  <span className="home-bar-name">{deal.name}</span>
                  {deal.amount !== null && deal.currency ? (
                    <span className="tabular text-muted text-xs">
                      {format.money(deal.amount, deal.currency)}
                    </span>
                  ) : null}
                </Link>
              ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
