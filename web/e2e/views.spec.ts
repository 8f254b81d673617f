import type { Page } from '@playwright/test';
import { check } from './axe';
import { expect, newAccount, post, test, visit } from './fixtures';
import { news, rowLoaded, seedCustomers } from './seed';

const menu = (page: Page) => page.getByRole('button', { name: /^View: / });

async function choose(page: Page, item: string | RegExp) {
  await menu(page).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test.describe('saved views', () => {
  test('saved with filter, sort and columns; opened, changed, put back, updated, renamed, deleted', async ({
    page,
    owner: _,
  }) => {
    test.slow();
    await seedCustomers(page, 8);
    await visit(page, '/crm/customers?country=DE&sort=fullName&cols=fullName!,country.200');
    await rowLoaded(page, 1);
    await expect(menu(page)).toHaveText('All Customers');
    await choose(page, 'Save as new view…');
    const form = page.getByRole('dialog', { name: 'New view' });
    await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(form.getByText('A name is needed')).toBeVisible();
    await page.keyboard.type('Germans');
    await page.keyboard.press('Enter');
    await expect(news(page)).toContainText('View Germans saved');
    await expect(page).toHaveURL(/view=/);
    await expect(menu(page)).toHaveAccessibleName('View: Germans');
    // Another browser opens the same by its address alone, and the menu opens it from anywhere.
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await rowLoaded(page, 1);
    await expect(menu(page)).toHaveAccessibleName('View: Germans');
    await expect(page.getByRole('columnheader')).toHaveText([/^$/, 'Name', 'Country']);
    await choose(page, 'All Customers');
    await rowLoaded(page, 7);
    await expect(page).toHaveURL(/\/crm\/customers$/);
    await choose(page, 'Germans');
    await expect(page.locator('[data-row="2"]')).toHaveCount(0);
    // A change is marked, can be put back, and saved.
    await page.getByRole('button', { name: 'Remove filter Country' }).click();
    await expect(menu(page)).toHaveAccessibleName('View: Germans, with unsaved changes');
    await choose(page, 'Discard changes');
    await expect(menu(page)).toHaveAccessibleName('View: Germans');
    await expect(page.locator('[data-row="2"]')).toHaveCount(0);
    await page.getByRole('button', { name: 'Remove filter Country' }).click();
    await choose(page, 'Save changes');
    await expect(menu(page)).toHaveAccessibleName('View: Germans');
    await rowLoaded(page, 7);
    await choose(page, 'Rename or share…');
    const rename = page.getByRole('dialog', { name: 'Rename or share Germans' });
    await rename.getByRole('textbox', { name: 'Name' }).fill('Everybody');
    await rename.getByRole('radio', { name: 'For everybody' }).check();
    await page.keyboard.press('Enter');
    await expect(menu(page)).toHaveAccessibleName('View: Everybody');
    await choose(page, 'Delete view');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete view' }).click();
    await expect(menu(page)).toHaveText('All Customers');
    await expect(page).not.toHaveURL(/view=/);
  });

  test('“me” is refused for everybody, and said; taken for oneself', async ({ page, owner: _ }) => {
    await visit(page, '/crm/customers?owner=me');
    await choose(page, 'Save as new view…');
    await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await page.keyboard.type('Mine');
    await page.getByRole('radio', { name: 'For everybody' }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('somebody else for everybody');
    await page.getByRole('radio', { name: 'For me' }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(menu(page)).toHaveAccessibleName('View: Mine');
  });

  test('a view that has lost something, or is gone, says so; companies have views too', async ({
    page,
    owner: _,
  }) => {
    const segment = await post<{ id: string }>(page.request, '/segments', { name: 'Old', kind: 'static' });
    const view = await post<{ id: string }>(page.request, '/views', {
      record: 'customer',
      name: 'Fair',
      visibility: 'org',
      filter: { field: 'segments', op: 'has_any', value: [segment.id] },
    });
    await post(page.request, `/segments/${segment.id}/archive`, {});
    await visit(page, '/crm/customers');
    await choose(page, 'Fair');
    await expect(page.getByText('This view names what is not there any more')).toBeVisible();
    expect(view.id).toBeTruthy();
    await visit(page, '/crm/customers?view=0190aaaa-0000-7000-8000-00000000000f');
    await expect(page.getByText('This view was deleted, or is somebody else’s.')).toBeVisible();
    await visit(page, '/crm/companies');
    await choose(page, 'Save as new view…');
    await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await page.keyboard.type(newAccount().orgName);
    await page.keyboard.press('Enter');
    await expect(menu(page)).toHaveAccessibleName(/^View: Nordlicht/);
  });
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`A1 views in ${theme} at ${width} px`, async ({ page, owner: _ }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 844 });
      await post(page.request, '/views', { record: 'customer', name: 'Fair', visibility: 'org' });
      await visit(page, '/crm/customers?country=DE');
      await menu(page).click();
      await expect(page.getByRole('menuitem', { name: 'Fair' })).toBeVisible();
      await check(page);
      await page.getByRole('menuitem', { name: 'Save as new view…' }).click();
      await expect(page.getByRole('dialog', { name: 'New view' })).toBeVisible();
      await check(page);
    });
  }
}
