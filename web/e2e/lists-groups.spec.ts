import type { Page } from '@playwright/test';
import { expect, post, test, visit } from './fixtures';
import { cell, drawerOf, rowLoaded, seedCustomers } from './seed';

const head = (page: Page, name: string) => page.getByRole('gridcell', { name: new RegExp(`^${name} \\d`) });
const heads = (page: Page) => page.locator('[data-head]');
const nameIn = (page: Page, row: number) => page.locator(`[data-row="${row}"] [data-opens]`);

async function choose(page: Page, menu: string, item: string) {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitemradio', { name: item, exact: true }).click();
}

/** Holds the answers to the counts of groups until they are let go. */
async function holdGroups(page: Page) {
  let asked = 0;
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  await page.route('**/api/v1/customers/facets', async (route) => {
    asked += 1;
    await released;
    await route.continue();
  });
  return { asked: () => asked, release };
}

test('a board and then a table of the same groups: its records open, in the table and without groups', async ({
  page,
  owner: _,
}) => {
  await seedCustomers(page, 9);
  await visit(page, '/crm/customers?group=country&layout=board');
  await expect(page.getByRole('region', { name: /^Germany 3/ }).getByRole('listitem')).toHaveCount(3);
  await choose(page, 'Grouped by Country', 'Table');
  await rowLoaded(page, 1);
  const first = (await nameIn(page, 1).textContent()) ?? '';
  await nameIn(page, 1).click();
  await expect(drawerOf(page)).toContainText(first);
  await page.keyboard.press('j');
  await expect(drawerOf(page)).toContainText((await nameIn(page, 2).textContent()) ?? '');
  await page.keyboard.press('Escape');
  await choose(page, 'Grouped by Country', 'Nothing');
  await rowLoaded(page, 8);
  await nameIn(page, 8).click();
  await expect(drawerOf(page)).toContainText((await nameIn(page, 8).textContent()) ?? '');
});

test('a list filtered by the field of its groups has only groups that exist', async ({ page, owner: _ }) => {
  await seedCustomers(page, 9);
  await visit(page, '/crm/customers?country=DE&group=country');
  await expect(head(page, 'Germany')).toHaveText('Germany 3');
  await rowLoaded(page, 3);
  await expect(heads(page)).toHaveCount(1);
  for (const [name, sizeBand] of [
    ['Acme', '11-50'],
    ['Bolt', '51-200'],
  ])
    await post(page.request, '/companies', { name, sizeBand });
  await visit(page, '/crm/companies?size=11-50%2C1-10&group=sizeBand&layout=board');
  // A column for each choice of the filter, also for the one that nothing has.
  await expect(page.getByRole('region', { name: /^11-50 1/ }).getByRole('listitem')).toHaveText([/Acme/]);
  await expect(page.locator('main').getByRole('heading', { level: 2 })).toHaveText(['1-100', '11-501']);
});

test('a grouped table says that it is being read, that it failed, and of a part that failed', async ({
  page,
  owner: _,
}) => {
  test.slow();
  await seedCustomers(page, 9);
  const groups = await holdGroups(page);
  await visit(page, '/crm/customers?group=country');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'true');
  await expect(page.getByRole('status', { name: 'Loading' })).toBeVisible();
  groups.release();
  await expect(heads(page)).toHaveCount(4);
  await rowLoaded(page, 1);
  await expect(page.getByRole('status', { name: 'Loading' })).toBeHidden();
  // Another field: nothing of the groups before, whose heads would say something else.
  const others = await holdGroups(page);
  await choose(page, 'Grouped by Country', 'Owner');
  await expect.poll(() => others.asked()).toBeGreaterThan(0);
  await expect(heads(page)).toHaveCount(0);
  await expect(page.getByRole('status', { name: 'Loading' })).toBeVisible();
  others.release();
  await expect(head(page, 'Unclaimed')).toHaveText('Unclaimed 9');
  // It cannot be read.
  await page.route('**/api/v1/customers/facets', (route) => route.fulfill({ status: 400, json: {} }));
  await choose(page, 'Grouped by Owner', 'Country');
  await page.reload();
  await expect(page.getByText('The list could not be loaded')).toBeVisible();
  await page.unroute('**/api/v1/customers/facets');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(heads(page)).toHaveCount(4);
  await rowLoaded(page, 1);
  // One group cannot.
  await page.route('**/api/v1/customers/query', (route) =>
    route.request().postData()?.includes('["SG"]')
      ? route.fulfill({ status: 400, json: {} })
      : route.continue(),
  );
  await page.reload();
  const strip = page.getByRole('alert').filter({ hasText: 'Some rows could not be loaded' });
  await expect(strip).toBeVisible();
  await rowLoaded(page, 1);
  await page.unroute('**/api/v1/customers/query');
  await strip.getByRole('button', { name: 'Try again' }).click();
  await expect(strip).toBeHidden();
  await rowLoaded(page, 5);
});

test('another filter leaves the groups as they were until the new ones are there', async ({
  page,
  owner: _,
}) => {
  await seedCustomers(page, 9);
  await visit(page, '/crm/customers?group=country');
  await expect(heads(page)).toHaveCount(4);
  await rowLoaded(page, 1);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/customers/query')) asked.push(request.postData() ?? '');
  });
  const groups = await holdGroups(page);
  await page.getByRole('searchbox').fill('Anna');
  await expect.poll(() => groups.asked()).toBeGreaterThan(0);
  await expect(page.getByRole('grid')).toHaveAttribute('data-stale', '');
  await expect(heads(page)).toHaveCount(4);
  await rowLoaded(page, 1);
  // No rows of the new question below the heads of the old one.
  expect(asked.filter((body) => body.includes('"in"'))).toEqual([]);
  groups.release();
  await expect(heads(page)).toHaveText(['Germany 1']);
  await rowLoaded(page, 1);
  await expect(page.getByRole('grid')).not.toHaveAttribute('data-stale', '');
});

test('Tab out of the last cell of a group goes on below the next head, and closes nothing', async ({
  page,
  owner: _,
}) => {
  await seedCustomers(page, 9);
  await visit(page, '/crm/customers?group=country');
  await expect(head(page, 'Germany')).toHaveText('Germany 3');
  await rowLoaded(page, 5);
  await expect(page.locator('[data-row="4"][data-head]')).toContainText('Singapore');
  await (await cell(page, 3, 'Country')).dblclick();
  const edited = (row: number) => page.locator(`[data-row="${row}"] [data-editing]`);
  await expect(edited(3)).toHaveCount(1);
  for (let press = 0; press < 12 && (await edited(3).count()) > 0; press += 1)
    await page.keyboard.press('Tab');
  await expect(edited(5)).toHaveCount(1);
  await expect(head(page, 'Singapore')).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Shift+Tab');
  await expect(edited(3)).toHaveCount(1);
  await expect(head(page, 'Singapore')).toHaveAttribute('aria-expanded', 'true');
});

test('J and K go on from where the open record stands after groups above it were closed', async ({
  page,
  owner: _,
}) => {
  await seedCustomers(page, 12);
  await visit(page, '/crm/customers?group=country');
  await expect(head(page, 'Germany')).toHaveText('Germany 3');
  await rowLoaded(page, 7);
  const [fifth, sixth, seventh] = await Promise.all(
    [5, 6, 7].map(async (row) => (await nameIn(page, row).textContent()) ?? ''),
  );
  await nameIn(page, 5).click();
  await expect(drawerOf(page)).toContainText(fifth ?? '');
  await head(page, 'Germany').click();
  await expect(nameIn(page, 2)).toHaveText(fifth ?? '');
  await page.keyboard.press('j');
  await expect(drawerOf(page)).toContainText(sixth ?? '');
  await head(page, 'Germany').click();
  await expect(nameIn(page, 5)).toHaveText(fifth ?? '');
  await page.keyboard.press('j');
  await expect(drawerOf(page)).toContainText(seventh ?? '');
  await page.keyboard.press('k');
  await expect(drawerOf(page)).toContainText(sixth ?? '');
});

test('a record in several groups is walked on from where it was opened', async ({ page, owner: _ }) => {
  for (const [fullName, tags] of [
    ['Ada', ['early', 'late']],
    ['Bea', ['early']],
    ['Cleo', ['late']],
  ])
    await post(page.request, '/customers', { fullName, tags });
  await visit(page, '/crm/customers?group=tags&sort=fullName');
  await rowLoaded(page, 5);
  await expect(nameIn(page, 4)).toHaveText('Ada');
  await nameIn(page, 2).click();
  await expect(drawerOf(page)).toContainText('Bea');
  await page.keyboard.press('j');
  await expect(drawerOf(page)).toContainText('Ada');
  await page.keyboard.press('j');
  await expect(drawerOf(page)).toContainText('Cleo');
});

test('a board that is come back to reads on from its cards', async ({ page, owner: _ }) => {
  test.slow();
  await seedCustomers(page, 35);
  await visit(page, '/crm/customers?group=claimedById&layout=board');
  const cards = page.getByRole('region', { name: /^Unclaimed 35/ }).getByRole('button', { name: /, in / });
  await expect(cards).toHaveCount(30);
  await choose(page, 'Grouped by Owner', 'Table');
  await expect(heads(page)).toHaveCount(1);
  await choose(page, 'Grouped by Owner', 'Board');
  await expect(cards).toHaveCount(30);
  await page.getByRole('button', { name: 'More cards' }).click();
  await expect(cards).toHaveCount(35);
  await expect(page.getByRole('button', { name: 'More cards' })).toHaveCount(0);
});
