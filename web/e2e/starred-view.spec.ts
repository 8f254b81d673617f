import type { Page } from '@playwright/test';
import { expect, post, test, visit } from './fixtures';
import { drawerOf, news, rowLoaded, seedCustomers } from './seed';

const menu = (page: Page) => page.getByRole('button', { name: /^View: / });

async function makeView(page: Page, name: string, country: string) {
  const filter = { field: 'country', op: 'in', value: [country] };
  return post<{ id: string }>(page.request, '/views', {
    record: 'customer',
    name,
    visibility: 'private',
    filter,
  });
}

async function choose(page: Page, defaultViewId: string | null, order: string[] = []) {
  const answer = await page.request.put('/api/v1/me/views/customer', { data: { defaultViewId, order } });
  expect(answer.ok()).toBe(true);
}

test('CUS7 the navigation leads to the view with the star; what is done in the list never does', async ({
  page,
  owner: _,
}) => {
  test.slow();
  const [first] = await seedCustomers(page, 8);
  const { id } = await makeView(page, 'Germans', 'DE');
  await choose(page, id);
  await visit(page, '/crm/customers');
  await expect(menu(page)).toHaveAccessibleName('View: Germans');
  const link = page.getByRole('navigation').getByRole('link', { name: 'Customers', exact: true });

  // From the view itself, from the whole list, and from a filter.
  for (const address of [`country=DE&sort=fullName&view=${id}`, 'view=all', 'country=VN']) {
    await visit(page, `/crm/customers?${address}`);
    await rowLoaded(page, 1);
    await link.click();
    await expect(page).toHaveURL(new RegExp(`view=${id}`));
    await expect(page).not.toHaveURL(/sort=/);
    await expect(menu(page)).toHaveAccessibleName('View: Germans');
    await expect(page.locator('[data-row="2"]')).toHaveCount(0);
  }

  // A filter that is taken away leaves the whole list, on any width and after a reload.
  await visit(page, '/crm/customers?country=VN');
  await rowLoaded(page, 1);
  await page.getByRole('button', { name: 'Remove filter Country' }).click();
  await rowLoaded(page, 7);
  await expect(page).toHaveURL(/view=all/);
  for (const width of [700, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await expect(menu(page)).toHaveAccessibleName('View: All Customers');
    await rowLoaded(page, 7);
  }
  await page.reload();
  await rowLoaded(page, 7);
  await expect(menu(page)).toHaveAccessibleName('View: All Customers');

  // So does a record that is closed.
  await visit(page, `/crm/customers?open=${first?.id}`);
  await expect(drawerOf(page)).toContainText(first?.fullName ?? '');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/view=all/);
  await rowLoaded(page, 7);
});

test('CUS7 views that are moved quickly are kept one after the other, and the last order stays', async ({
  page,
  owner: _,
}) => {
  const alpha = await makeView(page, 'Alpha', 'DE');
  const beta = await makeView(page, 'Beta', 'VN');
  const gamma = await makeView(page, 'Gamma', 'SG');
  const refused = { status: 422, json: { title: 'No', status: 422, code: 'no', detail: 'Not now.' } };
  await visit(page, '/crm/customers');
  await menu(page).click();
  await page.getByRole('menuitem', { name: 'Manage views…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Views' });
  const rows = dialog.getByRole('listitem');
  const raised = [/All Customers/, /Gamma/, /Alpha/, /Beta/];
  let goOn = () => {};
  const movedTwice = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let sent = 0;
  let running = 0;
  let most = 0;
  await page.route('**/api/v1/me/views/customer', async (route) => {
    sent += 1;
    const first = sent === 1;
    running += 1;
    most = Math.max(most, running);
    await movedTwice;
    running -= 1;
    return first ? route.fulfill(refused) : route.continue();
  });
  const up = dialog.getByRole('button', { name: 'Move Gamma up' });
  await up.press('Enter');
  await expect(rows.nth(2)).toContainText('Gamma');
  await up.press('Enter');
  await expect(rows).toHaveText(raised);
  goOn();
  const stored = async () => {
    const bootstrap = await (await page.request.get('/api/v1/bootstrap')).json();
    return bootstrap.viewChoices.find((each: { record: string }) => each.record === 'customer')?.order;
  };
  await expect.poll(stored).toEqual([gamma.id, alpha.id, beta.id]);
  expect([sent, most]).toEqual([2, 1]);
  await expect(rows).toHaveText(raised);
  await expect(news(page)).not.toContainText('could not be kept');

  // When the last one is refused, what is stored is shown again.
  await page.unroute('**/api/v1/me/views/customer');
  await page.route('**/api/v1/me/views/customer', (route) => route.fulfill(refused));
  await dialog.getByRole('button', { name: 'Move Gamma down' }).press('Enter');
  await expect(news(page)).toContainText('The order of your views could not be kept');
  await expect(rows).toHaveText(raised);

  // A view is duplicated once, however often the button is pressed meanwhile.
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let made = 0;
  await page.route('**/api/v1/views', async (route) => {
    made += 1;
    await held;
    return route.continue();
  });
  const copy = dialog.getByRole('button', { name: 'Duplicate Alpha', exact: true });
  await copy.press('Enter');
  await expect(copy).toHaveAttribute('aria-busy', 'true');
  await copy.press('Enter');
  release();
  await expect(rows).toHaveText([...raised, /Alpha \(copy\)/]);
  expect(made).toBe(1);
});
