import { Link } from '@tanstack/react-router';
import type { FeedItem } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { EventText, eventIcon } from '@/record/event-text';

const addresses = { customer: '/crm/customers', company: '/crm/companies', deal: '/crm/deals' } as const;

/** What has happened last, each with the record that it is about. */
export function Feed({ items, title }: { items: readonly FeedItem[]; title: string }) {
  const t = useT();
  const format = useFormat();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <section className="home-feed" tabIndex={0} aria-label={title}>
      <ul>
        {items.map((item) => {
          const Icon = eventIcon(item);
          return (
            <li key={item.id}>
              <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
              <div className="min-w-0 flex-1">
                {item.about ? (
                  <Link
                    to={addresses[item.about.kind] as '/crm/deals'}
                    search={{ open: item.about.id }}
                    className="font-medium text-fg no-underline hover:underline"
                  >
                    {item.about.name}
                  </Link>
                ) : null}
                <div className="text-muted">
                  <EventText event={item} />
                </div>
                {item.more > 0 ? (
                  <p className="text-muted text-xs">{t('home.feed.more', { count: item.more })}</p>
                ) : null}
                <p className="text-muted text-xs">
                  {item.actor.name}
                  {' · '}
                  <time dateTime={item.occurredAt} title={format.dateTime(item.occurredAt)}>
                    {format.relative(item.occurredAt)}
                  </time>
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
