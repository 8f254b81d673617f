import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { messages } from './tools/vite-messages.ts';

const alias = { '@': fileURLToPath(new URL('./src', import.meta.url)) };

// Pure logic (*.test.ts) runs in Node; components (*.test.tsx) run in a real browser.
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [messages()],
        resolve: { alias },
        test: { name: 'unit', environment: 'node', include: ['src/**/*.test.ts'] },
      },
      {
        plugins: [react(), tailwindcss(), messages()],
        resolve: { alias },
        // All dependencies are known before the first test; finding one later would reload the page under it.
        optimizeDeps: {
          entries: ['src/**/*.tsx'],
          include: ['react', 'react-dom/client', 'react/jsx-dev-runtime', 'axe-core', 'vitest-browser-react'],
        },
        test: {
          name: 'browser',
          include: ['src/**/*.test.tsx'],
          setupFiles: ['src/test/setup-browser.ts'],
          testTimeout: 20_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1024, height: 768 },
            provider: playwright({
              launchOptions: {
                executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
                args: [
                  '--no-sandbox',
                  '--disable-gpu',
                  '--disable-background-networking',
                  '--disable-dev-shm-usage',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
