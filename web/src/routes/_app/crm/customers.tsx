import { createFileRoute } from '@tanstack/react-router';
import * as v from 'valibot';
import { useT } from '@/i18n/use-t';
import { PageHeader } from '@/ui/page-header';

const search = v.object({
  /** The record shown over the list. */
  open: v.optional(v.string()),
  /** The form for a new record is open. */
  new: v.optional(v.boolean()),
});

export const Route = createFileRoute('/_app/crm/customers')({
  validateSearch: search,
  component: CustomersRoute,
});

function CustomersRoute() {
  const t = useT();
  return <PageHeader title={t('nav.customers.label')} />;
}
