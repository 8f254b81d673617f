import { createFileRoute } from '@tanstack/react-router';
import * as v from 'valibot';
import { ImportsPage } from '@/features/import/imports-page';
import { loadLateTexts } from '@/i18n/setup';

const search = v.object({
  /** What the next file holds. */
  record: v.optional(v.fallback(v.picklist(['customer', 'company', 'product', 'deal']), 'customer')),
});

export const Route = createFileRoute('/_app/imports/')({
  validateSearch: search,
  loader: loadLateTexts,
  component: ImportsRoute,
});

function ImportsRoute() {
  const { record = 'customer' } = Route.useSearch();
  return <ImportsPage record={record} />;
}
