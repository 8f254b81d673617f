import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';
import { drawerOf, rowLoaded, seedCustomers } from './seed';

function bar(page: Page) {
  return page.getByRole('region', { name: 'Selection' });
}

/** What goes on in the background, and what came of it. */
function strip(page: Page) {
  return page.getByRole('region', { name: 'Bulk actions' });
}

async function select(page: Page, ...rows: number[]) {
  for (const row of rows) await page.locator(`[data-row="${row}"] .grid-select`).click();
}

test.describe('bulk actions', () => {
  test('CUS10 CUS11 tags all matching but one, tells the result, and takes it back', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 12);
    await visit(page, '/crm/customers?country=DE&sort=fullName');
    await rowLoaded(page, 2);
    await select(page, 0);
    await bar(page)
      .getByRole('button', { name: /Select all/ })
      .click();
    await select(page, 1);
    await expect(bar(page)).toContainText('2 of 3 selected');
    await bar(page).getByRole('button', { name: 'Tags' }).click();
    await page.getByRole('menuitem', { name: 'Add tags…' }).click();
    const form = page.getByRole('dialog', { name: 'Add tags to 2 customers' });
    await form.getByRole('combobox', { name: 'Tags' }).fill('fair 2026');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await form.getByRole('button', { name: 'Add 1 tag' }).press('Enter');
    await expect(strip(page)).toContainText('Tags added to 2 customers');
    await expect(bar(page)).toBeHidden();
    await expect(page.locator('[data-row="0"]')).toContainText('fair 2026');
    await expect(page.locator('[data-row="1"]')).not.toContainText('fair 2026');

    // It is still there on another page, and after a reload.
    await page.getByRole('link', { name: 'Tags', exact: true }).click();
    await expect(strip(page)).toContainText('Tags added to 2 customers');
    await page.reload();
    await strip(page).getByRole('button', { name: 'Undo' }).click();
    await expect(strip(page)).toContainText('Undone for 2 customers');
    await visit(page, '/crm/customers?country=DE&sort=fullName');
    await rowLoaded(page, 2);
    await expect(page.locator('[data-row="0"]')).not.toContainText('fair 2026');
  });

  test('CUS11 puts the selection into a new segment and takes it out by keyboard', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 12);
    await visit(page, '/crm/customers?sort=fullName');
    await rowLoaded(page, 2);
    await select(page, 0, 1);
    await bar(page).getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Add to segment…' }).click();
    const form = page.getByRole('dialog', { name: 'Add 2 customers to a segment' });
    await form.getByRole('combobox', { name: 'Segment' }).fill('Fair 2026');
    await expect(form.getByRole('option', { name: 'Create the segment “Fair 2026”' })).toBeVisible();
    await check(page);
    await page.keyboard.press('Enter');
    await form.getByRole('button', { name: 'Add to Fair 2026' }).press('Enter');
    await expect(strip(page)).toContainText('2 customers added to the segment');
    const { items } = await (await page.request.get('/api/v1/segments')).json();
    const segment = items.find((one: { name: string }) => one.name === 'Fair 2026');
    expect(segment.kind).toBe('static');
    const members = `/api/v1/segments/${segment.id}/members`;
    expect((await (await page.request.get(members)).json()).items).toHaveLength(2);

    await select(page, 0);
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('from a segment');
    await expect(
      page.getByRole('option', { name: 'Selection: remove 1 customer from a segment' }),
    ).toBeVisible();
    await page.keyboard.press('Enter');
    const out = page.getByRole('dialog', { name: 'Remove 1 customer from a segment' });
    await out.getByRole('combobox', { name: 'Segment' }).fill('fair');
    await page.keyboard.press('Enter');
    await out.getByRole('button', { name: 'Remove from Fair 2026' }).press('Enter');
    await expect(strip(page)).toContainText('1 customer removed from the segment');
    expect((await (await page.request.get(members)).json()).items).toHaveLength(1);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(strip(page)).toContainText('Undone for 1 customer');
    expect((await (await page.request.get(members)).json()).items).toHaveLength(2);
  });

  test('CUS11 archives after a question; restoring tells exactly what failed', async ({ page, owner: _ }) => {
    const first = await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
    await visit(page, '/crm/customers');
    await rowLoaded(page, 0);
    await select(page, 0);
    await bar(page).getByRole('button', { name: 'Archive' }).click();
    const question = page.getByRole('alertdialog');
    await expect(question).toContainText('Archive 1 customer?');
    await question.getByRole('button', { name: 'Cancel' }).click();
    // Until it has gone, what is asked for next would be asked of this one.
    await expect(question).toHaveCount(0);
    await bar(page).getByRole('button', { name: 'Archive' }).click();
    await question.getByRole('button', { name: 'Archive 1 customer' }).click();
    await expect(strip(page)).toContainText('1 customer archived');
    await expect(page.locator('[data-row="0"]')).toHaveCount(0);
    await strip(page).getByRole('button', { name: 'Dismiss' }).click();
    await expect(strip(page)).toBeHidden();

    await addCustomer(page, 'Another Ada', 'ada@engines.com');
    await visit(
      page,
      `/crm/customers?filter=${encodeURIComponent(JSON.stringify({ field: 'archived', op: 'is', value: true }))}`,
    );
    await rowLoaded(page, 0);
    await select(page, 0);
    await bar(page).getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Restore from the archive' }).click();
    await expect(strip(page)).toContainText('1 failed');
    await strip(page).getByRole('button', { name: 'Details' }).click();
    const details = page.getByRole('dialog', { name: '0 customers restored' });
    await expect(details).toContainText('Another customer has the address now');
    await details.getByRole('link', { name: 'Ada Lovelace' }).click();
    await expect(page).toHaveURL(new RegExp(first.id));
    await expect(drawerOf(page)).toBeVisible();
  });

  test('CUS11 a skip has its reason, and Ctrl+Z takes the act back', async ({ page, owner: _ }) => {
    await seedCustomers(page, 3);
    const [some] = (await (await page.request.get('/api/v1/customers')).json()).items as [{ id: string }];
    await post(page.request, `/customers/${some.id}/claim`, {});
    await visit(page, '/crm/customers?sort=fullName');
    await rowLoaded(page, 2);
    await page.locator('[data-row="0"]').locator('.grid-select').click();
    await select(page, 1, 2);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search customers/ }).fill('selection: claim');
    await page.getByRole('option', { name: /Selection: claim 3 customers/ }).click();
    await expect(strip(page)).toContainText('2 customers claimed 1 skipped');
    await strip(page).getByRole('button', { name: 'Details' }).click();
    await expect(page.getByRole('dialog', { name: '2 customers claimed' })).toContainText(
      'Nothing to change',
    );
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: '2 customers claimed' })).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(strip(page)).toContainText('Undone for 2 customers');
  });

  test('CUS11 companies are assigned', async ({ page, owner }) => {
    await post(page.request, '/companies', { name: 'Analytical Engines' });
    await visit(page, '/crm/companies');
    await rowLoaded(page, 0);
    await select(page, 0);
    await bar(page).getByRole('button', { name: 'Owner' }).click();
    const form = page.getByRole('dialog', { name: 'Assign 1 company' });
    await form.getByRole('option', { name: new RegExp(owner.fullName) }).click();
    await form.getByRole('button', { name: /^Assign to/ }).click();
    await expect(strip(page)).toContainText('1 company assigned');
    await expect(page.locator('[data-row="0"]')).toContainText(owner.fullName);
  });

  test('CUS11 a refusal is told and what is selected stays', async ({ page, owner: _ }) => {
    await seedCustomers(page, 1);
    await visit(page, '/crm/customers');
    await rowLoaded(page, 0);
    await page.route('**/api/v1/customers/bulk', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 409, code: 'too_many_jobs', title: 'Conflict', detail: 'busy' }),
      }),
    );
    await select(page, 0);
    await bar(page).getByRole('button', { name: 'Owner' }).click();
    await page.getByRole('menuitem', { name: 'Claim' }).click();
    await expect(page.getByText('Too many bulk actions are waiting').first()).toBeVisible();
    await expect(bar(page)).toBeVisible();
  });
});

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    test('A1 bulk bar, its forms and the strip', async ({ page, owner: _ }) => {
      test.slow();
      await seedCustomers(page, 4);
      await visit(page, '/crm/customers');
      await rowLoaded(page, 3);
      await select(page, 0, 1);
      await expect(bar(page).getByRole('button', { name: 'Archive' })).toBeVisible();
      await check(page);
      await bar(page).getByRole('button', { name: 'Owner' }).click();
      await expect(page.getByRole('menuitem', { name: 'Release' })).toBeVisible();
      await check(page);
      await page.getByRole('menuitem', { name: 'Assign to…' }).click();
      await expect(page.getByRole('dialog', { name: 'Assign 2 customers' })).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await bar(page).getByRole('button', { name: 'Owner' }).click();
      await page.getByRole('menuitem', { name: 'Release' }).click();
      await expect(strip(page)).toContainText('2 skipped');
      await check(page);
      await strip(page).getByRole('button', { name: 'Details' }).click();
      await expect(page.getByRole('dialog', { name: '0 customers released' })).toBeVisible();
      await check(page);
    });
  });
}
