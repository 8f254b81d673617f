import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { ListView } from '@/grid/use-list';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';

/** What the deals of a list come to: those that are open, and those that were won. */
export function DealSums({ view }: { view: Pick<ListView, 'filter' | 'q'> }) {
  const t = useT();
  const format = useFormat();
  const filter = view.filter === undefined ? undefined : JSON.stringify(view.filter);
  const { data } = useQuery({
    queryKey: ['deals', 'sums', filter ?? null, view.q],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/deals/stats', {
          params: { query: { ...(filter ? { filter } : {}), ...(view.q === '' ? {} : { q: view.q }) } },
          signal,
        }),
      ),
    staleTime: 30_000,
  });
  if (data === undefined) return null;
  const money = (amounts: typeof data.openAmount) =>
    amounts.map(({ amount, currency }) => format.money(amount, currency)).join(' + ');
  const parts = [
    data.openAmount.length > 0 ? t('deals.sums.open', { amount: money(data.openAmount) }) : null,
    data.wonAmount.length > 0 ? t('deals.sums.won', { amount: money(data.wonAmount) }) : null,
  ].filter(Boolean);
  if (parts.length === 0) return null;
  return (
    <span className="tabular mr-1 text-muted text-sm max-lg:hidden" data-sums>
      {parts.join(' · ')}
    </span>
  );
}
