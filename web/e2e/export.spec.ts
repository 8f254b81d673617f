import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { rowLoaded, seedCustomers } from './seed';

test('CUS11 exports a workbook with chosen columns', async ({ page, owner: _ }) => {
  await seedCustomers(page, 2);
  await visit(page, '/crm/customers');
  await rowLoaded(page, 1);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Export' });
  await form.getByRole('radio', { name: /^Excel/ }).check();
  await form.getByRole('radio', { name: /^Choose/ }).check();
  await form.getByRole('checkbox', { name: 'Tags' }).uncheck();
  await expect(form.getByRole('link', { name: 'Download' })).toHaveAttribute(
    'href',
    /export\.xlsx\?.*columns=id%2C/,
  );
  for (const box of await form.getByRole('checkbox', { checked: true }).all())
    await expect(box).toBeVisible();
  while ((await form.getByRole('checkbox', { checked: true }).count()) > 0)
    await form.getByRole('checkbox', { checked: true }).first().uncheck();
  await expect(form.getByRole('button', { name: 'Download' })).toHaveAccessibleDescription(
    'Choose at least one column',
  );
  await form.getByRole('radio', { name: /^All/ }).check();
  const download = page.waitForEvent('download');
  await form.getByRole('link', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.xlsx$/);
  await expect(form).toBeHidden();
});

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    test('CUS11 A1 exports companies', async ({ page, owner: _ }) => {
      await post(page.request, '/companies', { name: 'Analytical Engines' });
      await visit(page, '/crm/companies');
      await rowLoaded(page, 0);
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      const form = page.getByRole('dialog', { name: 'Export' });
      await form.getByRole('radio', { name: /^Choose/ }).check();
      await check(page);
      const download = page.waitForEvent('download');
      await form.getByRole('link', { name: 'Download' }).click();
      expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    });
  });
}
