import { ShortcutSwitch, ShortcutTable } from '@/commands/help-sheet';
import { useT } from '@/i18n/use-t';
import { SectionIntro } from './section-parts';

export function ShortcutsSection() {
  const t = useT();
  return (
    <>
      <SectionIntro>{t('settings.shortcuts.intro')}</SectionIntro>
      <div className="mb-6">
        <ShortcutSwitch />
      </div>
      <ShortcutTable />
    </>
  );
}
