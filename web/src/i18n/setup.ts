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

const laterCatalogues = {
  en: () => import('virtual:messages/en/later'),
  de: () => import('virtual:messages/de/later'),
} as const;

/** Somebody has asked for the texts that come later. */
let laterWanted = false;

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
  const [first, rest] = await Promise.all([
    catalogues[language](),
    laterWanted ? laterCatalogues[language]() : null,
  ]);
  i18n.loadAndActivate({ locale: language, messages: { ...first.messages, ...rest?.messages } });
  document.documentElement.lang = language;
}

/** Fetches the texts of what is not on a first page; await it wherever code is imported that shows them. */
export async function loadLaterTexts() {
  laterWanted = true;
  const language = languages.find(({ code }) => code === i18n.locale)?.code ?? preferredLanguage();
  const { messages } = await laterCatalogues[language]();
  if (i18n.locale === language && !Object.keys(messages).every((id) => id in i18n.messages))
    i18n.load(language, messages);
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
