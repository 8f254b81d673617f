import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, newAccount, post, signUp, test } from './fixtures';

/** Every page behind the sign-in, with the heading that says it has come up. */
const pages: ReadonlyArray<[path: string, heading: string]> = [
  ['/home', 'Home'],
  ['/crm/customers', 'Customers'],
  ['/crm/companies', 'Companies'],
  ['/crm/segments', 'Segments'],
  ['/crm/deals', 'Deals'],
  ['/crm/deals?show=list', 'Deals'],
  ['/crm/deals?show=forecast', 'Deals'],
  ['/tasks', 'Tasks'],
  ['/tasks?show=all', 'Tasks'],
  ['/crm/notes', 'Notes'],
  ['/crm/notes?show=mentions', 'Notes'],
  ['/products', 'Products'],
  ['/leads', 'Leads'],
  ['/crm/scoring', 'Scoring'],
  ['/crm/tags', 'Tags'],
  ['/crm/duplicates', 'Duplicates'],
  ['/imports', 'Import'],
  ['/settings/profile', 'Profile'],
  ['/settings/password', 'Password'],
  ['/settings/sessions', 'Sessions'],
  ['/settings/appearance', 'Appearance'],
  ['/settings/shortcuts', 'Shortcuts'],
  ['/settings/organisation', 'Organisation'],
  ['/settings/members', 'Members'],
  ['/settings/custom-fields', 'Custom fields'],
  ['/settings/pipelines', 'Pipelines'],
  ['/settings/api-keys', 'API keys'],
  ['/settings/audit', 'Audit log'],
];

const screens = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

for (const theme of ['light', 'dark'] as const) {
  for (const [screen, viewport] of Object.entries(screens)) {
    test.describe(`${theme}, ${screen}`, () => {
      test.use({ colorScheme: theme, viewport, hasTouch: screen === 'phone' });

      test('pages before the sign-in', async ({ page }) => {
        for (const path of ['/login', '/signup']) {
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await page.getByRole('button', { name: /Sign in|Create workspace/ }).click();
          await check(page);
        }
      });

      test('pages of an empty workspace', async ({ page, owner: _ }) => {
        test.slow();
        for (const [path, heading] of pages) await open(page, path, heading);
      });

      test('pages of a workspace in use', async ({ page }) => {
        test.slow();
        await signUp(page.request, newAccount());
        await fill(page);
        for (const [path, heading] of pages) await open(page, path, heading);
      });

      test('what opens over a page', async ({ page, owner: _ }) => {
        await page.goto('/home');
        await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
        await page.keyboard.press('Control+k');
        await expect(page.getByRole('option').first()).toBeVisible();
        await check(page);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toBeHidden();
        await page.keyboard.press('Shift+?');
        await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
        await check(page);
        await page.keyboard.press('Escape');
        if (screen === 'phone') await page.getByRole('button', { name: 'More' }).click();
        await page.getByRole('button', { name: /^Account of/ }).click();
        await expect(page.getByRole('menuitem', { name: 'Profile' })).toBeVisible();
        await check(page);
        await page.goto('/settings/api-keys');
        await page.getByRole('button', { name: 'New API key' }).click();
        await expect(page.getByRole('dialog', { name: 'New API key' })).toBeVisible();
        await check(page);
      });
    });
  }
}

async function open(page: Page, path: string, heading: string) {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await check(page);
}

async function fill(page: Page) {
  await post(page.request, '/api-keys', { name: 'Website form', role: 'member' });
  await post(page.request, '/custom-fields', { record: 'customer', label: 'Seats', kind: 'number' });
  for (const [name, domain] of [
    ['Kestrel Logistics', 'kestrel.example'],
    ['Alder Health', 'alder.example'],
  ]) {
    await post(page.request, '/companies', { name, domains: [domain] });
  }
  for (const color of ['red', 'blue']) await post(page.request, '/tags', { name: `tag-${color}`, color });
  const people = ['Ada Lovelace', 'Björn Lindgren', 'Linh Tran', 'Fatima Al-Sayed', 'Omar Hassan'];
  for (const [index, name] of people.entries()) {
    await addCustomer(page, name, `person${index}@${index % 2 ? 'kestrel' : 'alder'}.example`);
  }
}
