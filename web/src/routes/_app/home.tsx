import { createFileRoute } from '@tanstack/react-router';
import { useT } from '@/i18n/use-t';

export const Route = createFileRoute('/_app/home')({
  component: HomeRoute,
});

function HomeRoute() {
  const t = useT();
  return <h1>{t('home.page.title')}</h1>;
}
