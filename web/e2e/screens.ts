import { fileURLToPath } from 'node:url';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type Server, startServer } from './server';

const folder = fileURLToPath(new URL('../../docs/screens', import.meta.url));

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

let server: Server;
test.beforeAll(async () => {
  server = await startServer({ demo: true });
});
test.afterAll(() => server.stop());

async function signedIn(browser: Browser, theme: 'light' | 'dark', viewport: typeof desktop): Promise<Page> {
  const printed = /sign in as (\S+) with the password (\S+)/.exec(server.output);
  expect(printed, server.output).not.toBeNull();
  const context = await browser.newContext({
    baseURL: server.url,
    colorScheme: theme,
    viewport,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const answer = await page.request.post('/api/v1/auth/login', {
    data: { email: printed?.[1], password: printed?.[2] },
  });
  expect(answer.ok()).toBe(true);
  return page;
}

async function take(page: Page, path: string, name: string, ready: () => Promise<void>) {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await ready();
  await page.waitForLoadState('networkidle');
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

for (const theme of ['light', 'dark'] as const) {
  test(`screens, ${theme}`, async ({ browser }) => {
    const page = await signedIn(browser, theme, desktop);
    const firstRow = () => expect(page.getByRole('row').nth(1)).toContainText(/\w/);

    await take(page, '/home', `home-${theme}`, () =>
      expect(page.getByRole('heading', { name: 'Latest activity' })).toBeVisible(),
    );
    await take(page, '/crm/customers', `customers-${theme}`, firstRow);
    const [customer] = (
      await (await page.request.get('/api/v1/customers?sort=-lastActivityAt&limit=1')).json()
    ).items as Array<{ id: string }>;
    await take(page, `/crm/customers?open=${customer?.id}`, `customer-${theme}`, () =>
      expect(page.getByRole('tab', { name: 'Profile' })).toBeVisible(),
    );
    await take(page, `/crm/customers?open=${customer?.id}&tab=activity`, `timeline-${theme}`, () =>
      expect(page.getByRole('tabpanel').getByRole('listitem').first()).toBeVisible(),
    );
    await take(page, '/crm/companies', `companies-${theme}`, firstRow);
    await take(page, '/crm/tags', `tags-${theme}`, () =>
      expect(page.getByText('newsletter', { exact: true })).toBeVisible(),
    );
    await take(page, '/imports', `import-${theme}`, () =>
      expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible(),
    );
    await take(page, '/settings/members', `settings-${theme}`, () =>
      expect(page.getByRole('list', { name: 'Members' })).toBeVisible(),
    );

    await page.goto('/home');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('an');
    await expect(page.getByRole('group', { name: 'Customers' })).toBeVisible();
    await page.screenshot({ path: `${folder}/palette-${theme}.png` });
    await page.context().close();

    const small = await signedIn(browser, theme, phone);
    await take(small, '/crm/customers', `customers-phone-${theme}`, () =>
      expect(small.getByRole('row').first()).toContainText(/\w/),
    );
    await small.context().close();
  });
}
