import { createFileRoute, Navigate } from '@tanstack/react-router';
import { SettingsLayout } from '@/features/settings/settings-layout';
import { loadLateTexts } from '@/i18n/setup';
import { usePhone } from '@/lib/use-media';

export const Route = createFileRoute('/_app/settings/')({
  loader: loadLateTexts,
  component: SettingsIndexRoute,
});

/** Phones show the list of sections; wider screens have room for the first section beside it. */
function SettingsIndexRoute() {
  const phone = usePhone();
  if (!phone) return <Navigate to="/settings/$section" params={{ section: 'profile' }} replace />;
  return <SettingsLayout section={undefined} />;
}
