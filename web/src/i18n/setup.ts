import { i18n } from '@lingui/core';
import { type Language, usePreferences } from '@/lib/preferences';
import type { MessageId } from './message-id';

export const languages: ReadonlyArray<{ code: Language; name: string }> = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
];

const catalogues = {
  en: () => import('virtual:messages/en'),
  de: () => import('virtual:messages/de'),
} as const;

/** Texts of what shows only after the first page: the `*.late.json` files. */
const lateCatalogues = {
  en: () => import('virtual:late-messages/en'),
  de: () => import('virtual:late-messages/de'),
} as const;
let lateWanted = false;
let late: { language: Language; arrived: Promise<void> } | null = null;

/** The code of a later part of the app, once its texts are there too. */
export async function withLateTexts<M>(importer: () => Promise<M>): Promise<M> {
  const [module] = await Promise.all([importer(), loadLateTexts()]);
  return module;
}

export function loadLateTexts(): Promise<void> {
  lateWanted = true;
  const language = i18n.locale as Language;
  if (late?.language !== language) {
    const arrived = lateCatalogues[language]().then(({ messages }) => i18n.load(language, messages));
    late = { language, arrived };
    // The next part that needs them tries again.
    arrived.catch(() => {
      late = null;
    });
  }
  return late.arrived;
}

export type Values = Record<string, string | number | Date | null | undefined>;

/** A text outside of components. Inside, use `useT`, which re-renders when the language changes. */
export function translate(id: MessageId, values?: Values): string {
  return i18n._(id, values);
}

/** The language of the person: the chosen one, else the first of the browser's that there is a catalogue for. */
export function preferredLanguage(): Language {
  const chosen = usePreferences.getState().language;
  if (chosen) return chosen;
  for (const tag of navigator.languages ?? []) {
    const code = tag.slice(0, 2).toLowerCase();
    if (code === 'en' || code === 'de') return code;
  }
  return 'en';
}

/**
 * The locale for dates, numbers and sorting: the browser's own region (such as `en-GB`) when its language is the one
 * shown, else the bare language.
 */
export function formatLocale(language: string = i18n.locale || 'en'): string {
  const regional = navigator.languages?.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  return regional ?? language;
}

export async function activateLanguage(language: Language) {
  const [{ messages }, further] = await Promise.all([
    catalogues[language](),
    lateWanted ? lateCatalogues[language]() : null,
  ]);
  i18n.loadAndActivate({ locale: language, messages: { ...messages, ...further?.messages } });
  if (further) late = { language, arrived: Promise.resolve() };
  document.documentElement.lang = language;
}

/** Loads the first catalogue and follows later choices. */
export async function startTranslations() {
  let active = preferredLanguage();
  usePreferences.subscribe(() => {
    const next = preferredLanguage();
    if (next === active) return;
    active = next;
    void activateLanguage(next);
  });
  await activateLanguage(active);
}
