import { fileURLToPath } from 'node:url';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type Server, startServer } from './server';

const folder = fileURLToPath(new URL('../../docs/screens', import.meta.url));

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

const people = `Name,Email,Job title,Country,Tags
Anna Meyer,anna.meyer@meyer-werke.de,Head of Operations,Germany,fair
Bo Ek,bo@ek-bygg.se,Founder,Sweden,fair
Luca Bianchi,luca(at)bianchi-vini.it,Sales,Italy,fair
Peter Vale,peter@vale-partners.com,Analyst,Narnia,
Linh Tran,linh@vinh-trading.vn,Buyer,Viet Nam,fair
`;

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

/** A dynamic segment; the workspace has none of its own, so the first picture makes some. */
async function segmentOf(page: Page): Promise<string> {
  const known = await (await page.request.post('/api/v1/segments/query', { data: {} })).json();
  const made = known.items.find((one: { name: string }) => one.name === 'Quiet champions');
  if (made) return made.id;
  const add = async (data: object) =>
    (await (await page.request.post('/api/v1/segments', { data })).json()) as { id: string };
  const fair = await add({ name: 'Trade fair 2026', kind: 'static', description: 'Met in Hanover' });
  const some = await (await page.request.get('/api/v1/customers?limit=18')).json();
  await page.request.post(`/api/v1/segments/${fair.id}/members`, {
    data: { add: some.items.map((one: { id: string }) => one.id) },
  });
  await add({
    name: 'Unclaimed in Europe',
    kind: 'dynamic',
    rule: {
      and: [
        { field: 'country', op: 'in', value: ['DE', 'FR', 'IT', 'PL'] },
        { field: 'claimedById', op: 'empty' },
      ],
    },
  });
  const champions = await add({
    name: 'Quiet champions',
    kind: 'dynamic',
    description: 'Speak for us, and have not been heard of lately',
    rule: {
      and: [
        { field: 'tags', op: 'has_any', value: ['persona:champion', 'vip'] },
        {
          or: [
            { field: 'lastInboundAt', op: 'before', value: '-30d' },
            { field: 'lastInboundAt', op: 'empty' },
          ],
        },
      ],
    },
  });
  return champions.id;
}

/** Somebody who is there already, under another address. */
async function twice(page: Page) {
  const { items } = await (await page.request.get('/api/v1/customers?q=Pavel')).json();
  if (items.some((one: { fullName: string }) => one.fullName === 'Mihail Pavel')) return;
  const known = items.find((one: { fullName: string }) => one.fullName === 'Mihai Pavel');
  const made = await page.request.post('/api/v1/customers', {
    data: {
      fullName: 'Mihail Pavel',
      jobTitle: 'CFO',
      companyId: known.companyId,
      contacts: [{ channel: 'email', value: known.contacts[0].value.replace('@', '+news@') }],
    },
  });
  expect(made.ok(), await made.text()).toBe(true);
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

    await take(page, '/crm/customers?group=country&layout=board', `board-${theme}`, () =>
      expect(page.getByRole('listitem').first()).toBeVisible(),
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

// After the others: what these make would be in the pictures of all.
for (const theme of ['light', 'dark'] as const) {
  test(`screens of segments, an import and duplicates, ${theme}`, async ({ browser }) => {
    const page = await signedIn(browser, theme, desktop);
    const firstRow = () => expect(page.getByRole('row').nth(1)).toContainText(/\w/);
    const segment = await segmentOf(page);
    await take(page, '/crm/segments', `segments-${theme}`, firstRow);
    await take(page, `/crm/segments/${segment}`, `segment-${theme}`, firstRow);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const form = page.getByRole('dialog', { name: /^Edit segment/ });
    await expect(form.getByRole('status')).toHaveText(/customers?$/);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: `${folder}/segment-rule-${theme}.png` });

    await page.goto('/imports');
    const dialog = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    await (await dialog).setFiles({ name: 'fair.csv', mimeType: 'text/csv', buffer: Buffer.from(people) });
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Check the file' }).click();
    await expect(page.getByRole('heading', { name: 'This would happen' })).toBeVisible();
    await page.getByText('Fill in what is empty').click();
    await expect(page.getByRole('button', { name: /^Import \d/ })).toBeEnabled();
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: `${folder}/import-check-${theme}.png` });

    await twice(page);
    await take(page, '/crm/duplicates', `duplicates-${theme}`, async () => {
      // They are compared in the background.
      await expect(async () => {
        await page.reload();
        await expect(page.getByText('Mihail Pavel').first()).toBeVisible({ timeout: 3_000 });
      }).toPass({ timeout: 40_000 });
    });
    await page.context().close();

    const small = await signedIn(browser, theme, phone);
    await take(small, '/crm/segments', `segments-phone-${theme}`, () =>
      expect(small.getByRole('heading', { level: 1, name: 'Segments' })).toBeVisible(),
    );
    await small.context().close();
  });
}
