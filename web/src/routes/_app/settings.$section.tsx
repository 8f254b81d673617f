import { createFileRoute } from '@tanstack/react-router';
import { SettingsLayout } from '@/features/settings/settings-layout';

export const Route = createFileRoute('/_app/settings/$section')({
  component: SettingsSectionRoute,
});

function SettingsSectionRoute() {
  const { section } = Route.useParams();
  return <SettingsLayout section={section} />;
}
