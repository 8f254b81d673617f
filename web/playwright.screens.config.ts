import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** Takes the pictures in docs/screens from the demo workspace: `npm run screens`. */
export default defineConfig(tests, { testMatch: 'screens.ts', workers: 1, timeout: 120_000 });
