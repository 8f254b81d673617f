import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { cell, news, rowLoaded } from './seed';

interface Product {
  id: string;
  name: string;
  version: number;
}

test('a product is made, priced and found again', async ({ page, owner: _ }) => {
  await visit(page, '/products');
  await expect(page.getByText('No products yet')).toBeVisible();
  await page.getByRole('button', { name: 'New product' }).first().click();
  const form = page.getByRole('dialog', { name: 'New product' });
  await form.getByRole('button', { name: 'Create product' }).click();
  await expect(form.getByText('A name is needed')).toBeVisible();
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await form.getByRole('textbox', { name: 'Name' }).fill('Onboarding');
  await form.getByRole('textbox', { name: /^Price/ }).fill('a lot');
  await form.getByRole('button', { name: 'Create product' }).click();
  await expect(form.getByText('Write an amount such as')).toBeVisible();
  await form.getByRole('textbox', { name: /^Price/ }).fill('1,200.50');
  await form.getByRole('combobox', { name: 'Currency' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('USD');
  await page.getByRole('option', { name: /^USD/ }).click();
  await check(page);
  await form.getByRole('button', { name: 'Create product' }).click();
  const drawer = page.getByRole('dialog', { name: 'Onboarding', exact: true });
  await expect(drawer.getByRole('button', { name: 'Change Price' })).toHaveText('US$1,200.50');

  // The name is taken: the form leads to the one that has it.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'New product' }).click();
  await form.getByRole('textbox', { name: 'Name' }).fill('onboarding');
  await page.keyboard.press('Enter');
  await expect(form.getByRole('alert')).toContainText(/There is a product onboarding already\./i);
  await form.getByRole('button', { name: /^Open onboarding$/i }).click();
  await expect(drawer).toBeVisible();
});

test('prices and names change in the table and in the drawer, with undo', async ({ page, owner: _ }) => {
  await post(page.request, '/products', { name: 'Audit', price: 90_000, currency: 'EUR' });
  await post(page.request, '/products', { name: 'Training', status: 'draft' });
  await visit(page, '/products');
  await rowLoaded(page, 1);
  await (await cell(page, 0, 'Price')).click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('950.25');
  await page.keyboard.press('Enter');
  await expect(await cell(page, 0, 'Price')).toHaveText('€950.25');
  await news(page).getByRole('button', { name: 'Undo' }).click();
  await expect(await cell(page, 0, 'Price')).toHaveText('€900.00');
  await visit(page, '/products?status=draft');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
  await expect(await cell(page, 0, 'Name')).toHaveText('Training');
});

test('an archived product leaves the list, and comes back', async ({ page, owner: _ }) => {
  const product = await post<Product>(page.request, '/products', {
    name: 'Old plan',
    price: 100,
    currency: 'EUR',
  });
  await visit(page, `/products?open=${product.id}`);
  const drawer = page.getByRole('dialog', { name: 'Old plan', exact: true });
  await expect(drawer.getByRole('heading', { level: 2 })).toBeVisible();
  await page.keyboard.press('Shift+E');
  await expect(drawer.getByText('Archived records are hidden from lists.')).toBeVisible();
  await expect(drawer.getByRole('button', { name: 'Change Price' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByText('No products yet')).toBeVisible();
  await visit(page, `/products?archived=only&open=${product.id}`);
  await rowLoaded(page, 0);
  await drawer.getByRole('button', { name: 'Restore' }).click();
  await expect(drawer.getByRole('button', { name: 'Change Price' })).toBeVisible();
});

test('somebody else was quicker: the person chooses', async ({ page, owner: _ }) => {
  const product = await post<Product>(page.request, '/products', {
    name: 'Audit',
    price: 90_000,
    currency: 'EUR',
  });
  await visit(page, `/products?open=${product.id}`);
  const drawer = page.getByRole('dialog', { name: 'Audit', exact: true });
  await expect(drawer.getByRole('button', { name: 'Change Price' })).toBeVisible();
  await page.request.patch(`/api/v1/products/${product.id}`, {
    data: { price: 70_000 },
    headers: { 'If-Match': `"${product.version}"` },
  });
  await drawer.getByRole('button', { name: 'Change Price' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('800');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alertdialog')).toContainText('Audit was changed meanwhile');
});
