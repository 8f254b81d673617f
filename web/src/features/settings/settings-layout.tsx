import { Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT } from '@/i18n/use-t';
import { usePhone } from '@/lib/use-media';
import { EmptyState } from '@/ui/empty-state';
import { PageHeader } from '@/ui/page-header';
import { ApiKeysSection } from './api-keys-section';
import { AppearanceSection } from './appearance-section';
import { AuditSection } from './audit-section';
import { CustomFieldsSection } from './custom-fields-section';
import { MembersSection } from './members-section';
import { ModelsSection } from './models-section';
import { OrganisationSection } from './organisation-section';
import { PasswordSection } from './password-section';
import { PipelinesSection } from './pipelines-section';
import { ProfileSection } from './profile-section';
import { findSection, type SectionId } from './sections';
import { SessionsSection } from './sessions-section';
import { SettingsNav } from './settings-nav';
import { ShortcutsSection } from './shortcuts-section';

const components: Record<SectionId, () => ReactNode> = {
  profile: ProfileSection,
  password: PasswordSection,
  sessions: SessionsSection,
  appearance: AppearanceSection,
  shortcuts: ShortcutsSection,
  organisation: OrganisationSection,
  members: MembersSection,
  'custom-fields': CustomFieldsSection,
  pipelines: PipelinesSection,
  models: ModelsSection,
  'api-keys': ApiKeysSection,
  audit: AuditSection,
};

/** The list of sections beside the open one; on phones one after the other. */
export function SettingsLayout({ section: id }: { section: string | undefined }) {
  const t = useT();
  const phone = usePhone();
  const section = id === undefined ? undefined : findSection(id);
  const Content = section ? components[section.id] : undefined;
  const title = section ? t(section.label) : t('nav.settings.label');

  const content = Content ? (
    <Content />
  ) : (
    <EmptyState title={t('settings.unknown.title')} description={t('settings.unknown.text')} />
  );

  if (phone) {
    return (
      <>
        <PageHeader
          title={title}
          leading={
            id === undefined ? undefined : (
              <Link
                to="/settings"
                aria-label={t('nav.settings.label')}
                className="-ml-2 flex size-11 items-center justify-center rounded-md text-muted hover:bg-hover"
              >
                <ChevronLeft aria-hidden className="size-5" />
              </Link>
            )
          }
        />
        <div className="p-4">{id === undefined ? <SettingsNav /> : content}</div>
      </>
    );
  }
  return (
    <>
      <PageHeader title={title} />
      <div className="flex min-h-0 flex-1">
        <div className="w-60 shrink-0 overflow-y-auto border-r border-line p-3">
          <SettingsNav />
        </div>
        <div className="min-w-0 flex-1 overflow-y-auto px-6 py-6 lg:px-10">
          <div className="mx-auto max-w-3xl">{content}</div>
        </div>
      </div>
    </>
  );
}
