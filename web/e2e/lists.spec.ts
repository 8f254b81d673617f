import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { cell, drawerOf, news, paste, rowLoaded, seedCustomers } from './seed';

test.describe('counts in the quick filters', () => {
  test('CUS4 each value says how many customers it would find, whatever is chosen of it', async ({
    page,
    owner: _,
  }) => {
    const seeded = await seedCustomers(page, 9);
    await post(page.request, `/customers/${seeded[0]?.id}/claim`, {});
    await visit(page, '/crm/customers?country=DE');
    await rowLoaded(page, 2);
    await page.getByRole('button', { name: /^Filter Country/ }).click();
    const country = (name: string) => page.getByRole('option', { name });
    await expect(country('Germany')).toHaveText('Germany3');
    await expect(country('Vietnam')).toHaveText('Vietnam2');
    await expect(country('Austria')).toHaveText('Austria0');
    // What occurs stands first, and is found by keys alone.
    await expect(page.getByRole('option').nth(1)).toHaveText(/2$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/country=DE(,|%2C)[A-Z]{2}/);
    await rowLoaded(page, 4);
    await expect(country('Germany')).toHaveText('Germany3');
    await page.keyboard.press('Escape');
    // The owner among those of the two countries.
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('combobox', { name: 'Filter' }).fill('owner');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('option', { name: 'Mine' })).toHaveText(/1$/);
    await expect(page.getByRole('option', { name: 'Unclaimed' })).toHaveText(/4$/);
  });

  test('COM1 companies have them too', async ({ page, owner: _ }) => {
    for (const [name, sizeBand] of [
      ['Acme', '11-50'],
      ['Bolt', '11-50'],
      ['Coil', '51-200'],
    ])
      await post(page.request, '/companies', { name, sizeBand });
    await visit(page, '/crm/companies?size=51-200');
    await rowLoaded(page, 0);
    await page.getByRole('button', { name: /^Filter Size/ }).click();
    await expect(page.getByRole('option', { name: '11-50' })).toHaveText('11-502');
    await expect(page.getByRole('option', { name: '51-200' })).toHaveText('51-2001');
    await check(page);
  });
});

test('CUS11 exports exactly the selection: chosen ones, and all but some', async ({ page, owner: _ }) => {
  await seedCustomers(page, 6);
  await visit(page, '/crm/customers?sort=fullName');
  await rowLoaded(page, 5);
  const names: string[] = [];
  for (let row = 0; row < 6; row += 1)
    names.push((await page.locator(`[data-row="${row}"] > [data-col="1"]`).textContent()) ?? '');
  const exported = async () => {
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Export' }).click();
    const form = page.getByRole('dialog', { name: 'Export' });
    await expect(form).toContainText('Selected:');
    const download = page.waitForEvent('download');
    await form.getByRole('button', { name: 'Download' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('customers.csv');
    await expect(form).toBeHidden();
    const text = await readFile(await file.path(), 'utf8');
    return text.replace('\ufeff', '').trim().split('\r\n').slice(1);
  };
  await page.locator('[data-row="1"] > [data-col="0"]').click();
  await page.locator('[data-row="4"] > [data-col="0"]').click();
  const two = await exported();
  expect(two.map((line) => line.split(',')[0])).toEqual([names[1], names[4]]);
  await page.keyboard.press('Escape');
  await page.getByRole('grid').focus();
  await page.getByRole('columnheader', { name: /Select all|Clear selection/ }).click();
  await page.getByRole('columnheader', { name: /Select all|Clear selection/ }).click();
  await page.locator('[data-row="0"] > [data-col="0"]').click();
  const others = await exported();
  expect(others.map((line) => line.split(',')[0])).toEqual(names.slice(1));
});

test.describe('groups', () => {
  const head = (page: Page, name: string) => page.getByRole('gridcell', { name: new RegExp(`^${name} \\d`) });

  test('a table is grouped, its groups closed and opened by pointer and keys; the address and a view keep it', async ({
    page,
    owner: _,
  }) => {
    test.slow();
    await seedCustomers(page, 9);
    await visit(page, '/crm/customers?sort=fullName');
    await rowLoaded(page, 8);
    await page.getByRole('button', { name: 'Group', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'Country' }).click();
    await expect(page).toHaveURL(/group=country/);
    await expect(head(page, 'Germany')).toHaveText('Germany 3');
    await expect(head(page, 'Vietnam')).toHaveText('Vietnam 2');
    await expect(page.locator('[data-head]')).toHaveCount(4);
    // Every row stands below its head, and groups are in the order of names.
    const heads = await page.locator('[data-head]').allTextContents();
    expect(heads).toEqual([...heads].sort());
    await rowLoaded(page, 12);
    await expect(await cell(page, 1, 'Country')).toHaveText('Germany');
    // By pointer, then by keys.
    await head(page, 'Germany').click();
    await expect(head(page, 'Germany')).toHaveAttribute('aria-expanded', 'false');
    await expect(page.locator('[data-row="1"][data-head]')).toContainText('Singapore');
    await page.keyboard.press('ArrowRight');
    await expect(head(page, 'Germany')).toHaveAttribute('aria-expanded', 'true');
    await rowLoaded(page, 1);
    await page.keyboard.press('ArrowLeft');
    await expect(head(page, 'Germany')).toHaveAttribute('aria-expanded', 'false');
    await page.keyboard.press('Enter');
    await rowLoaded(page, 1);
    // Rows are selected and opened as in any list; J walks over the head of the next group.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect(page.getByRole('region', { name: 'Selection' })).toContainText('1 of 9');
    await page.locator('[data-row="3"] [data-opens]').click();
    const third = await page.locator('[data-row="3"] [data-opens]').textContent();
    await expect(drawerOf(page)).toContainText(third ?? '');
    await page.keyboard.press('j');
    const fifth = await page.locator('[data-row="5"] [data-opens]').textContent();
    await expect(drawerOf(page)).toContainText(fifth ?? '');
    await page.keyboard.press('Escape');
    // A record whose value is changed goes to its new group.
    await (await cell(page, 1, 'Country')).dblclick();
    await page.keyboard.type('Vietnam');
    await page.keyboard.press('Enter');
    await expect(head(page, 'Germany')).toHaveText('Germany 2');
    await expect(head(page, 'Vietnam')).toHaveText('Vietnam 3');
    await expect(page.locator('[data-row="3"][data-head]')).toContainText('Singapore');
    await page.keyboard.press('Control+z');
    await expect(head(page, 'Germany')).toHaveText('Germany 3');
    await check(page);
    // A view keeps it.
    await page.getByRole('button', { name: /^View: / }).click();
    await page.getByRole('menuitem', { name: 'Save as new view…' }).click();
    await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await page.keyboard.type('By country');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'View: By country', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Grouped by Country' }).click();
    await page.getByRole('menuitemradio', { name: 'Nothing' }).click();
    await expect(page.getByRole('button', { name: /unsaved changes/ })).toBeVisible();
    await page.getByRole('button', { name: /^View: / }).click();
    await page.getByRole('menuitem', { name: 'Discard changes' }).click();
    await expect(head(page, 'Germany')).toHaveText('Germany 3');
  });

  test('a board moves cards by pointer, keys and menu, and takes a move back', async ({ page, owner: _ }) => {
    test.slow();
    const [ada, bea, cleo] = ['Acme', 'Bolt', 'Coil'];
    for (const name of [ada, bea]) await post(page.request, '/companies', { name, sizeBand: '11-50' });
    await post(page.request, '/companies', { name: cleo });
    await visit(page, '/crm/companies?group=sizeBand&layout=board');
    const column = (name: string) => page.getByRole('region', { name: new RegExp(`^${name} `) });
    const card = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}, in`) });
    await expect(column('11-50').getByRole('heading')).toHaveText('11-502');
    await expect(column('No Size').getByRole('heading')).toHaveText('No Size1');
    await expect(column('11-50').getByRole('listitem')).toHaveCount(2);
    // By pointer.
    await card('Coil').dragTo(column('51-200'));
    await expect(column('51-200').getByRole('listitem')).toHaveText([/Coil/]);
    await expect(column('51-200').getByRole('heading')).toHaveText('51-2001');
    await expect(news(page)).toContainText('Coil');
    await page.keyboard.press('Control+z');
    await expect(column('No Size').getByRole('listitem')).toHaveText([/Coil/]);
    // By keys: along the columns, and with Shift the card comes along and keeps the focus.
    await card('Coil').focus();
    await page.keyboard.press('ArrowRight');
    await expect(card('Acme')).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(card('Bolt')).toBeFocused();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(column('51-200').getByRole('listitem')).toHaveText([/Bolt/]);
    await expect(card('Bolt')).toBeFocused();
    // By its menu.
    await page.keyboard.press('m');
    await page.getByRole('menuitemradio', { name: '1-10', exact: true }).click();
    await expect(column('1-10').getByRole('listitem')).toHaveText([/Bolt/]);
    const stored = await page.request.get('/api/v1/companies?q=Bolt');
    expect((await stored.json()).items[0].sizeBand).toBe('1-10');
    await expect(card('Bolt')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(drawerOf(page)).toContainText('Bolt');
    await page.keyboard.press('Escape');
    await expect(card('Bolt')).toBeFocused();
    await check(page);
  });

  test('a refused move leaves the card where it was, and says why', async ({ page, owner: _ }) => {
    await post(page.request, '/companies', { name: 'Acme', sizeBand: '11-50' });
    await visit(page, '/crm/companies?group=sizeBand&layout=board');
    const card = page.getByRole('button', { name: /^Acme, in 11-50/ });
    await card.focus();
    await page.route('**/api/v1/companies/*', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    );
    await page.keyboard.press('Shift+ArrowRight');
    await expect(news(page)).toContainText('Acme');
    await expect(card).toBeVisible();
  });
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`A1 groups and boards in ${theme} at ${width} px`, async ({ page, owner: _ }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 844 });
      await seedCustomers(page, 9);
      await visit(page, '/crm/customers?group=country');
      await expect(page.locator('[data-head]').first()).toContainText('Germany');
      await rowLoaded(page, 2);
      await check(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await visit(page, '/crm/customers?group=claimedById&layout=board');
      await expect(page.getByRole('region', { name: /^Unclaimed 9/ }).getByRole('listitem')).toHaveCount(9);
      await check(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}

test('CUS7 views are put in order, duplicated, and one opens with the list; for oneself alone', async ({
  page,
  owner: _,
}) => {
  test.slow();
  await seedCustomers(page, 4);
  for (const [name, country] of [
    ['Alpha', 'DE'],
    ['Beta', 'VN'],
  ])
    await post(page.request, '/views', {
      record: 'customer',
      name,
      visibility: 'org',
      filter: { field: 'country', op: 'in', value: [country] },
    });
  await visit(page, '/crm/customers');
  await rowLoaded(page, 3);
  const menu = page.getByRole('button', { name: /^View: / });
  const manage = async () => {
    await menu.click();
    await page.getByRole('menuitem', { name: 'Manage views…' }).click();
  };
  await manage();
  const dialog = page.getByRole('dialog', { name: 'Views' });
  const rows = dialog.getByRole('listitem');
  await expect(rows).toHaveText([/All Customers/, /Alpha/, /Beta/]);
  await check(page);
  // By keys: the button keeps the focus with its view.
  await dialog.getByRole('button', { name: 'Move Beta up' }).focus();
  await page.keyboard.press('Enter');
  await expect(rows).toHaveText([/All Customers/, /Beta/, /Alpha/]);
  await expect(dialog.getByRole('button', { name: 'Move Beta down' })).toBeFocused();
  await dialog.getByRole('button', { name: 'Duplicate Beta' }).click();
  await expect(rows).toHaveText([/All Customers/, /Beta/, /Alpha/, /Beta \(copy\)/]);
  const star = dialog.getByRole('button', { name: 'Open the list with Beta', exact: true });
  await star.click();
  await expect(star).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await visit(page, '/crm/customers');
  await expect(menu).toHaveAccessibleName('View: Beta');
  await expect(page).toHaveURL(/view=/);
  await expect(page.locator('[data-row="1"]')).toHaveCount(0);
  // A link that says what it wants is left alone, and the whole list stays within reach, also after a reload.
  await visit(page, '/crm/customers?country=DE');
  await expect(menu).toHaveAccessibleName('View: All Customers');
  await menu.click();
  await page.getByRole('menuitem', { name: 'All Customers' }).click();
  await rowLoaded(page, 3);
  await page.reload();
  await rowLoaded(page, 3);
  await expect(menu).toHaveAccessibleName('View: All Customers');
  await manage();
  await dialog.getByRole('button', { name: 'Delete Beta', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete view' }).click();
  await expect(rows).toHaveText([/All Customers/, /Alpha/, /Beta \(copy\)/]);
});

test('an empty palette offers what was open last', async ({ page, owner: _ }) => {
  const [first, second] = await seedCustomers(page, 2);
  for (const person of [first, second]) {
    await visit(page, `/crm/customers?open=${person?.id}`);
    await expect(drawerOf(page)).toContainText(person?.fullName ?? '');
  }
  await page.keyboard.press('Control+k');
  const last = page.getByRole('group', { name: 'Opened last' }).getByRole('option');
  await expect(last).toHaveText([new RegExp(first?.fullName ?? '')]);
  await page.keyboard.press('Escape');
  await visit(page, '/home');
  await page.keyboard.press('Control+k');
  await expect(last).toHaveText([new RegExp(second?.fullName ?? ''), new RegExp(first?.fullName ?? '')]);
  await page.keyboard.press('Enter');
  await expect(drawerOf(page)).toContainText(second?.fullName ?? '');
});

test('the tabs of the duplicates say how many pairs they hold', async ({ page, owner: _ }) => {
  for (const name of ['Ada King', 'Ada Lovelace', 'Countess'])
    await post(page.request, '/customers', {
      fullName: name,
      contacts: [{ channel: 'phone', value: '+4930901820' }],
    });
  await expect
    .poll(async () => {
      const answer = await page.request.get('/api/v1/duplicates/counts');
      return (await answer.json()).open.count;
    })
    .toBe(3);
  await visit(page, '/crm/duplicates');
  const tab = (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) });
  await expect(page.getByRole('tab').first()).toHaveText(/3$/);
  await page
    .getByRole('button', { name: /different/i })
    .first()
    .click();
  await expect(page.getByRole('tab').first()).toHaveText(/2$/);
  await expect(tab('Different')).toHaveText(/1$/);
});

test('CUS9 a column of a spreadsheet is pasted into selected rows, looked at first, and taken back', async ({
  page,
  owner: _,
}) => {
  test.slow();
  await seedCustomers(page, 4);
  await visit(page, '/crm/customers?sort=fullName&cols=fullName!,jobTitle,country');
  await rowLoaded(page, 3);
  const dialog = page.getByRole('dialog', { name: /^Paste into/ });
  const lines = dialog.getByRole('listitem');
  // From the focused cell down, with the second column of the spreadsheet left alone.
  await (await cell(page, 1, 'Job title')).click();
  await paste(page, 'Captain\tx\r\nPilot\ty\r\n');
  await expect(lines).toHaveText([/Captain$/, /Pilot$/]);
  await check(page);
  await dialog.getByRole('button', { name: 'Change 2 records' }).click();
  await expect(dialog).toBeHidden();
  await expect(await cell(page, 1, 'Job title')).toHaveText('Captain');
  await expect(await cell(page, 2, 'Job title')).toHaveText('Pilot');
  await expect(await cell(page, 3, 'Job title')).toHaveText('');
  await page.keyboard.press('Control+z');
  await expect(await cell(page, 1, 'Job title')).toHaveText('');
  await expect(await cell(page, 2, 'Job title')).toHaveText('');
  // Into the selected rows, by name or code; what is no country says so and is left out.
  for (const row of [0, 2, 3]) await page.locator(`[data-row="${row}"] > [data-col="0"]`).click();
  await (await cell(page, 3, 'Country')).click();
  await paste(page, 'France\nFR\nAtlantis');
  await expect(lines.nth(2)).toContainText('There is no Atlantis');
  await dialog.getByRole('button', { name: 'Change 2 records' }).click();
  await expect(await cell(page, 0, 'Country')).toHaveText('France');
  await expect(await cell(page, 2, 'Country')).toHaveText('France');
  const stored = await page.request.post('/api/v1/customers/count', {
    data: { filter: { field: 'country', op: 'eq', value: 'FR' } },
  });
  expect((await stored.json()).count).toBe(2);
  await page.keyboard.press('Control+z');
  await expect(await cell(page, 0, 'Country')).not.toHaveText('France');
});
