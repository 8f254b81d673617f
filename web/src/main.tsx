import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { bootstrapQuery } from '@/api/bootstrap';
import { connection } from '@/api/connection';
import { createQueryClient } from '@/api/query-client';
import { followOtherTabs } from '@/api/tabs';
import { startTranslations } from '@/i18n/setup';
import { watchPreferences } from '@/lib/preferences';
import { parseSearch, stringifySearch } from '@/lib/search-text';
import { routeTree } from './routeTree.gen';
import './styles/app.css';

const queryClient = createQueryClient();
followOtherTabs(queryClient);

const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  // Data freshness is the query cache's business alone.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

// A file of this build is gone: the server runs a newer one. The router reloads once when it needs the file for a page;
// until then the notice leaves the moment to the person, who may have typed something.
window.addEventListener('vite:preloadError', () => connection.setState({ newBuild: true }));

async function start(container: HTMLElement) {
  watchPreferences();
  // Texts and workspace data travel side by side; the shell shows what became of the data.
  void queryClient.prefetchQuery(bootstrapQuery);
  await startTranslations();
  createRoot(container).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

const container = document.getElementById('root');
if (container) {
  start(container).catch(() => {
    // Without its texts the app cannot say this in the person's language.
    container.textContent = 'Entente could not start. Check your connection and reload the page.';
  });
}
