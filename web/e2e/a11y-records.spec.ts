import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { cell, drawerOf, rowLoaded, seedCustomers } from './seed';

const ada = {
  fullName: 'Ada Lovelace',
  contacts: [
    { channel: 'email', value: 'ada@engines.com', label: 'work' },
    { channel: 'linkedin', value: 'https://www.linkedin.com/in/ada' },
  ],
  tags: ['vip', 'event:berlin'],
};

// Every state of the record screens, and everything that opens over them, in both themes and sizes.
for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    test('A1 customers: list, filters, columns', async ({ page, owner: _ }) => {
      test.slow();
      await seedCustomers(page, 9);
      await visit(page, '/crm/customers?country=DE,VN&tags=vip&sort=fullName');
      await rowLoaded(page, 0);
      await check(page);
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await expect(page.getByRole('option').first()).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Filter Country/ }).click();
      await expect(page.getByRole('combobox', { name: 'Country' })).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Columns' }).click();
      await expect(page.getByRole('checkbox', { name: 'Email' })).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await page.getByRole('columnheader', { name: 'Country' }).click({ button: 'right' });
      await expect(page.getByRole('menuitem', { name: 'Hide column' })).toBeVisible();
      await check(page);
    });

    test('A1 customers: editors, selection, no match', async ({ page, owner: _ }) => {
      test.slow();
      await seedCustomers(page, 9);
      await visit(page, '/crm/customers?country=DE,VN&tags=vip&sort=fullName');
      await rowLoaded(page, 0);
      await (await cell(page, 0, 'Tags')).dblclick();
      await expect(page.getByRole('combobox', { name: /^Tags of/ })).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await (await cell(page, 0, 'Email')).click();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Delete');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('alert')).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+a');
      await expect(page.getByRole('region', { name: 'Selection' })).toBeVisible();
      await check(page);
      await visit(page, '/crm/customers?q=nobody%20has%20this%20name');
      await expect(page.getByText('No record matches')).toBeVisible();
      await check(page);
    });

    test('A1 a customer: every tab', async ({ page, owner: _ }) => {
      test.slow();
      const customer = await post<{ id: string }>(page.request, '/customers', ada);
      for (const tab of ['', 'activity', 'notes', 'tasks']) {
        await visit(page, `/crm/customers?open=${customer.id}&tab=${tab}`);
        await expect(drawerOf(page).getByRole('heading', { level: 2 })).toHaveText('Ada Lovelace');
        if (tab === 'activity') await expect(drawerOf(page)).toContainText('Customer created');
        await check(page);
      }
    });

    test('A1 a customer: its pickers, its forms, nobody', async ({ page, owner: _ }) => {
      test.slow();
      const customer = await post<{ id: string }>(page.request, '/customers', ada);
      await visit(page, `/crm/customers?open=${customer.id}`);
      const drawer = drawerOf(page);
      await drawer.getByRole('button', { name: 'Add contact' }).click();
      await check(page);
      await page.keyboard.press('Escape');
      await drawer.getByRole('button', { name: 'Change Country' }).click();
      await expect(page.getByRole('option').first()).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await drawer.getByRole('button', { name: 'Change Job title' }).click();
      await check(page);
      await page.keyboard.press('Escape');
      await drawer.getByRole('button', { name: 'More' }).click();
      await expect(page.getByRole('menuitem', { name: 'Archive' })).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await visit(page, '/crm/customers?new=true');
      await expect(page.getByRole('dialog', { name: 'New customer' })).toBeVisible();
      await page.keyboard.press('Enter');
      await expect(page.getByText('Write a name or an address')).toBeVisible();
      await check(page);
      await visit(page, '/crm/customers?open=0190aaaa-0000-7000-8000-00000000000f');
      await expect(page.getByText('This record does not exist any more')).toBeVisible();
      await check(page);
    });

    test('A1 companies and tags: record, forms', async ({ page, owner: _ }) => {
      test.slow();
      const company = await post<{ id: string }>(page.request, '/companies', {
        name: 'Analytical Engines',
        domains: ['engines.com'],
        employeeCount: 1200,
        annualRevenue: 125000000,
      });
      await post(page.request, '/customers', {
        fullName: 'Ada Lovelace',
        contacts: [{ channel: 'email', value: 'ada@engines.com' }],
        tags: ['vip'],
      });
      for (const tab of ['', 'people', 'activity']) {
        await visit(page, `/crm/companies?open=${company.id}&tab=${tab}`);
        await expect(drawerOf(page).getByRole('heading', { level: 2 })).toHaveText('Analytical Engines');
        await check(page);
      }
      await visit(page, '/crm/companies?new=true');
      await expect(page.getByRole('dialog', { name: 'New company' })).toBeVisible();
      await page.getByRole('textbox', { name: 'Domain' }).fill('engines.com');
      await expect(page.getByText('already has this domain')).toBeVisible();
      await check(page);
      await visit(page, '/crm/tags');
      await page.getByRole('button', { name: 'New tag' }).click();
      await expect(page.getByRole('dialog', { name: 'New tag' })).toBeVisible();
      await check(page);
    });

    test('A1 phones', async ({ page, owner: _ }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      const [customer] = await seedCustomers(page, 5);
      await visit(page, '/crm/customers?country=DE');
      await rowLoaded(page, 0);
      await check(page);
      await visit(page, `/crm/customers?open=${customer?.id}`);
      await expect(drawerOf(page)).toBeVisible();
      await check(page);
      await visit(page, '/crm/companies');
      await check(page);
    });
  });
}
