import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compress } from './tools/vite-compress.ts';
import { messages } from './tools/vite-messages.ts';
import { preloadRoutes } from './tools/vite-preload.ts';

const server = process.env.ENTENTE_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    tanstackRouter({ target: 'react', autoCodeSplitting: true, quoteStyle: 'single', semicolons: true }),
    react(),
    tailwindcss(),
    messages(),
    preloadRoutes(/routes\/_app(\/crm\/customers)?\.tsx\?tsr-split=component/),
    compress(),
  ],
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      // The server compares Origin with Host, so the proxy keeps the browser's Host.
      '/api': { target: server, changeOrigin: false },
    },
  },
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // Data addresses would need `img-src data:` and cannot be cached apart.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      output: {
        // What every page needs, in two files instead of twenty small ones. The script tools/check-budgets.mjs notices
        // when something that could have come later gets in here.
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|zustand|clsx|class-variance-authority|openapi-fetch|tinykeys|@lingui\/(core|react)|@tanstack\/(history|query-core|react-query|react-router|react-store|router-core|store))\//,
            },
            {
              name: 'base',
              test: /src\/(api|i18n)\/|src\/lib\/(?!currencies|lanes|password|user-agent)|src\/ui\/(?!alert|progress|radio-cards|tabs|.*-parts)|src\/commands\/(overlay|registry)/,
            },
            // What tables of all kinds of records share: one file packs better than twenty.
            {
              name: 'list',
              test: /src\/(grid\/(chips|columns|columns-menu|data-grid|fit-chips|grid-header|grid-row|header-menu|keyboard|list-order|page-source|pick-options|scroll-space|seek|selection|sort|sort-menu|use-list|use-row-height|use-scroll|window|cell-editors\/(text-cell|cell-editor|pick-list))|record\/(careful-patch|clash|codes|conflict-dialog|custom-columns|custom-fields|custom-names|facets|field-text|groups\/layout-menu|in-order|inline-fields|list-(place|requests|screen|search|states)|ownership|permissions|record-edits|selection-bar|shared-filters|starred-view|tag-editor|use-ask-clash|use-run-change|use-sources|view-menu|views)|rules\/(catalogue|filter-bar|filter-text|quick-filters|tree|use-rule-catalogue|use-rule-words))\.tsx?$/,
            },
            // Icons of the first page that later parts draw too: alone each would be a file that is mostly its frame.
            {
              name: 'icons',
              test: /lucide-react\/.*\/(arrow-down|arrow-right|arrow-up|bot|building-complex|chevron-down|copy-check|download|file-up|key-round|list|package|plus|refresh-cw|rows-3|search|tags|trash|undo-2|user-plus|users|users-round|x)\.m?js$/,
            },
          ],
        },
      },
    },
  },
});
