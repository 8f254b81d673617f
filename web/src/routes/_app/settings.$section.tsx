import { createFileRoute } from '@tanstack/react-router';
import { SettingsLayout } from '@/features/settings/settings-layout';
import { loadLateTexts } from '@/i18n/setup';

export const Route = createFileRoute('/_app/settings/$section')({
  loader: loadLateTexts,
  component: SettingsSectionRoute,
});

function SettingsSectionRoute() {
  const { section } = Route.useParams();
  return <SettingsLayout section={section} />;
}
