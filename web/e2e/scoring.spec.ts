import type { Page } from '@playwright/test';
import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { news } from './seed';

interface Criteria {
  items: { name: string; weight: number; share: number | null; active: boolean; params: object }[];
}

const criteria = async (page: Page, id: string) =>
  ((await (await page.request.get(`/api/v1/products/${id}/criteria`)).json()) as Criteria).items;
const line = (page: Page, name: string) =>
  page
    .getByRole('list', { name: /^Criteria of/ })
    .getByRole('listitem')
    .filter({ hasText: name });

test('SCO1 SCO3 a profile is made by hand, and everybody is scored by it', async ({ page, owner: _ }) => {
  const product = await post<{ id: string }>(page.request, '/products', { name: 'Analytics' });
  for (const [fullName, country] of [
    ['Anna Meyer', 'DE'],
    ['Bo Ek', 'SE'],
  ])
    await post(page.request, '/customers', { fullName, country, contacts: [] });
  await visit(page, '/crm/scoring');
  await expect(page.getByText('No criterion for Analytics yet')).toBeVisible();
  await page.getByRole('button', { name: 'New criterion' }).first().click();
  const form = page.getByRole('dialog', { name: 'New criterion' });
  await expect(form.getByText('2 customers are scored anew')).toBeVisible();
  await form.getByRole('button', { name: 'Create criterion' }).click();
  await expect(form.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Where they are');
  await form.getByRole('textbox', { name: 'Weight' }).fill('0.6');
  await form.getByRole('textbox', { name: 'Label' }).fill('In Germany');
  await form.getByRole('textbox', { name: 'Score', exact: true }).fill('0.9');
  await form.getByRole('textbox', { name: 'Score where no rule holds' }).fill('-0.5');
  await form.getByRole('button', { name: 'Create criterion' }).click();
  await expect(form.getByRole('alert')).toContainText('Complete the conditions of the rule');

  const rule = form.getByRole('region', { name: 'Rule 1' });
  await rule.getByRole('button', { name: 'Condition', exact: true }).press('Enter');
  await page.keyboard.type('country');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Add a value to Country' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: /Value of Country/ })).toBeFocused();
  await page.keyboard.type('germany');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await check(page);
  await form.getByRole('button', { name: 'Create criterion' }).click();
  await expect(form).toBeHidden();
  await expect(line(page, 'Where they are')).toContainText('100%');
  await check(page);
  await page.getByRole('link', { name: 'See the leads' }).click();
  await expect(page.getByRole('list', { name: 'Leads for Analytics' }).locator('> li').first()).toContainText(
    'Anna Meyer',
  );
  await expect(page.getByRole('list', { name: 'Leads for Analytics' })).toContainText('+0.90');
  expect((await criteria(page, product.id))[0]).toMatchObject({ name: 'Where they are', weight: 0.6 });
});

test('SCO1 SCO4 criteria are ordered, switched off, edited and deleted; thresholds change', async ({
  page,
  owner: _,
}) => {
  const product = await post<{ id: string }>(page.request, '/products', { name: 'Analytics' });
  await post(page.request, `/products/${product.id}/criteria`, {
    name: 'Interest',
    type: 'intent',
    weight: 0.75,
    params: { signals: [{ name: 'pricing page', weight: 1 }] },
  });
  await visit(page, '/crm/scoring');
  await page.getByRole('button', { name: 'New criterion' }).click();
  const form = page.getByRole('dialog', { name: 'New criterion' });
  await form.getByRole('radio', { name: /^Behaviour/ }).check();
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Liveliness');
  await form.getByRole('textbox', { name: 'Weight' }).fill('0.25');
  await form.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: 'Call', exact: true }).click();
  await form.getByRole('textbox', { name: 'Points', exact: true }).fill('2');
  await check(page);
  await form.getByRole('button', { name: 'Create criterion' }).click();
  await expect(line(page, 'Liveliness')).toContainText('25%');
  await expect(line(page, 'Interest')).toContainText('75%');

  await page.getByRole('button', { name: 'Move Liveliness up' }).click();
  await expect(
    page
      .getByRole('list', { name: /^Criteria of/ })
      .getByRole('listitem')
      .first(),
  ).toContainText('Liveliness');
  await page.getByRole('switch', { name: 'Interest counts' }).uncheck();
  await expect(line(page, 'Interest')).toContainText('Does not count');
  await expect(line(page, 'Liveliness')).toContainText('100%');

  await page.getByRole('button', { name: 'Edit Interest' }).click();
  const edit = page.getByRole('dialog', { name: 'Criterion Interest' });
  await expect(edit.getByRole('textbox', { name: 'Name of the signal' })).toHaveValue('pricing page');
  await edit.getByRole('textbox', { name: 'Points', exact: true }).fill('0.5');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(line(page, 'Interest')).toContainText(/version [2-9]/);

  await page.getByRole('button', { name: 'Change Hot from' }).click();
  await page.getByRole('textbox', { name: 'Hot from' }).fill('0.7');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Change Hot from' })).toHaveText('+0.70');

  await page.getByRole('button', { name: 'Delete Interest' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete the criterion' }).click();
  await expect(news(page)).toContainText('Interest deleted');
  await expect(line(page, 'Interest')).toHaveCount(0);
  expect((await criteria(page, product.id)).map(({ name }) => name)).toEqual(['Liveliness']);
});
