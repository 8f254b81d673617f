// Runs before the first paint so that neither theme nor density flashes. Keys are those of src/lib/preferences.ts.
(() => {
  try {
    const stored = JSON.parse(localStorage.getItem('entente.preferences') || '{}');
    const root = document.documentElement;
    if (stored.theme === 'light' || stored.theme === 'dark') root.dataset.theme = stored.theme;
    if (stored.density === 'compact') root.dataset.density = 'compact';
    if (stored.language) root.lang = stored.language;
  } catch {
    // Storage may be blocked: the defaults stand.
  }
})();
