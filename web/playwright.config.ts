import { defineConfig } from '@playwright/test';

// Runs the real program: `cargo build -p server` and `npm run build` come first. Each worker has its own server on its
// own new database (e2e/fixtures.ts).
export default defineConfig({
  testDir: './e2e',
  globalSetup: './e2e/check-built.ts',
  outputDir: './e2e/.results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  // A machine that checks for all tries once more and reports what passed only then as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-default-apps',
        '--disable-dev-shm-usage',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
