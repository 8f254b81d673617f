import { createFileRoute } from '@tanstack/react-router';
import { useT } from '@/i18n/use-t';
import { PageHeader } from '@/ui/page-header';

export const Route = createFileRoute('/_app/imports')({
  component: ImportsRoute,
});

function ImportsRoute() {
  const t = useT();
  return <PageHeader title={t('nav.imports.label')} />;
}
