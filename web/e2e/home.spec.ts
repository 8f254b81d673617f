import { addCustomer, expect, post, test, visit } from './fixtures';

test('numbers lead to the lists that they count', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace', 'ada@engines.example');
  await addCustomer(page, 'Björn Lindgren');
  await addCustomer(page, 'Linh Tran');
  await post(page.request, `/customers/${id}/claim`, undefined);
  await visit(page, '/home');
  const numbers = page.getByRole('region', { name: 'At a glance' });
  await expect(numbers.getByRole('link', { name: 'Customers: 3', exact: true })).toBeVisible();
  await expect(numbers.getByRole('link', { name: 'Unclaimed: 2' })).toBeVisible();
  await numbers.getByRole('link', { name: 'My customers: 1' }).click();
  await expect(page).toHaveURL(/owner=me/);
  const rows = page.getByRole('grid').getByText(/Ada Lovelace|Björn Lindgren|Linh Tran/);
  await expect(rows).toHaveText(['Ada Lovelace']);
});

test('what happened last is one press away', async ({ page, owner: _ }) => {
  await addCustomer(page, 'Björn Lindgren');
  const { id } = await addCustomer(page, 'Ada Lovelace', 'ada@engines.example');
  await visit(page, '/home');
  const latest = page.getByRole('region', { name: 'Latest activity' }).getByRole('link');
  await expect(latest).toHaveText([/Ada Lovelace/, /Björn Lindgren/]);
  await latest.first().click();
  await expect(page).toHaveURL(new RegExp(`/crm/customers\\?.*open=${id}`));
});
