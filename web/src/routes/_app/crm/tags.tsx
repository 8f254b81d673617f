import { createFileRoute } from '@tanstack/react-router';
import { useT } from '@/i18n/use-t';
import { PageHeader } from '@/ui/page-header';

export const Route = createFileRoute('/_app/crm/tags')({
  component: TagsRoute,
});

function TagsRoute() {
  const t = useT();
  return <PageHeader title={t('nav.tags.label')} />;
}
