import { readFile } from 'node:fs/promises';
import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { rowLoaded, seedCustomers } from './seed';

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
