import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';
export type Language = 'en' | 'de';

export interface Preferences {
  theme: Theme;
  density: Density;
  /** `null` follows the browser. */
  language: Language | null;
  /** Single-key shortcuts; the palette stays reachable when they are off. */
  shortcuts: boolean;
  navCollapsed: boolean;
}

const key = 'entente.preferences';

/** How this browser shows the app. Kept in local storage; `public/boot.js` reads the same keys before first paint. */
export const usePreferences = create<Preferences>()(
  persist(
    (): Preferences => ({
      theme: 'system',
      density: 'comfortable',
      language: null,
      shortcuts: true,
      navCollapsed: false,
    }),
    {
      name: key,
      storage: {
        getItem: (name) => {
          try {
            return { state: JSON.parse(localStorage.getItem(name) ?? 'null') ?? undefined, version: 0 };
          } catch {
            return null;
          }
        },
        setItem: (name, { state }) => {
          try {
            localStorage.setItem(name, JSON.stringify(state));
          } catch {
            // Storage is full or blocked: the choice lasts for this page.
          }
        },
        removeItem: (name) => localStorage.removeItem(name),
      },
    },
  ),
);

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]) {
  usePreferences.setState({ [name]: value } as Pick<Preferences, K>);
}

function apply({ theme, density }: Preferences) {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (density === 'compact') root.dataset.density = 'compact';
  else delete root.dataset.density;
}

/** Keeps the document and other tabs of this browser in step with the preferences. */
export function watchPreferences() {
  apply(usePreferences.getState());
  usePreferences.subscribe(apply);
  window.addEventListener('storage', (event) => {
    if (event.key === key) void usePreferences.persist.rehydrate();
  });
}
