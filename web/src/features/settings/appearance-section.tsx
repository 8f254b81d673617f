import { Monitor, Moon, Rows2, Rows4, Sun } from 'lucide-react';
import { languages, preferredLanguage } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { type Density, type Language, setPreference, type Theme, usePreferences } from '@/lib/preferences';
import { RadioCards } from '@/ui/radio-cards';
import { Block, SectionIntro } from './section-parts';

export function AppearanceSection() {
  const t = useT();
  const { theme, density } = usePreferences();
  return (
    <>
      <SectionIntro>{t('settings.appearance.intro')}</SectionIntro>
      <Block title={t('settings.appearance.theme')} hint={t('settings.appearance.themeHint')}>
        <RadioCards<Theme>
          label={t('settings.appearance.theme')}
          value={theme}
          onValueChange={(next) => setPreference('theme', next)}
          options={[
            { value: 'system', label: t('theme.system.label'), icon: Monitor },
            { value: 'light', label: t('theme.light.label'), icon: Sun },
            { value: 'dark', label: t('theme.dark.label'), icon: Moon },
          ]}
        />
      </Block>
      <Block title={t('settings.appearance.density')} hint={t('settings.appearance.densityHint')}>
        <RadioCards<Density>
          label={t('settings.appearance.density')}
          value={density}
          onValueChange={(next) => setPreference('density', next)}
          options={[
            { value: 'comfortable', label: t('density.comfortable.label'), icon: Rows2 },
            { value: 'compact', label: t('density.compact.label'), icon: Rows4 },
          ]}
        />
      </Block>
      <Block title={t('settings.appearance.language')} hint={t('settings.appearance.languageHint')}>
        <RadioCards<Language>
          label={t('settings.appearance.language')}
          value={preferredLanguage()}
          onValueChange={(next) => setPreference('language', next)}
          options={languages.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Block>
    </>
  );
}
