import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';
import { drawerOf } from './seed';

const cards = (page: Page) => page.locator('.note-feed [data-note]');

async function fill(page: Page) {
  const customer = await addCustomer(page, 'Ada Lovelace');
  const company = await post<{ id: string }>(page.request, '/companies', { name: 'Kestrel' });
  const deal = await post<{ id: string }>(page.request, '/deals', { name: 'Rollout' });
  const write = (kind: string, id: string, body: string, more: object = {}) =>
    post<{ id: string }>(page.request, '/notes', { body, anchor: { kind, id }, ...more });
  const first = await write('customer', customer.id, 'Ada asks for the **price**');
  await write(
    'company',
    company.id,
    '# Kestrel moves\n\n- [ ] send the new address\n- [ ] tell @Mara Lindqvist',
  );
  await write('deal', deal.id, 'Discount is agreed', { visibility: 'private' });
  await post(page.request, `/notes/${first.id}/pin`, {});
  return { customer, company, deal, first };
}

test('all notes stand in one place, with what they are about, and are searched and chosen', async ({
  page,
  owner: _,
}) => {
  const { company } = await fill(page);
  await visit(page, '/home');
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await expect(page).toHaveURL(/\/crm\/notes/, { timeout: 1_000 });
  }).toPass();
  await expect(cards(page)).toHaveCount(3);
  await expect(cards(page).nth(0)).toContainText('Discount is agreed');
  const chosen = (name: string) =>
    page.getByRole('group', { name: 'Which notes' }).getByRole('button', { name });
  for (const [name, text] of [
    ['Pinned', 'price'],
    ['Private', 'Discount'],
    ['Name me', 'Kestrel moves'],
  ] as const) {
    await chosen(name).click();
    await expect(cards(page)).toHaveCount(1);
    await expect(cards(page)).toContainText(text);
  }
  await page.goBack();
  await expect(cards(page)).toContainText('Discount');
  await chosen('Written by me').click();
  await expect(cards(page)).toHaveCount(3);
  await chosen('All').click();
  await page.getByRole('searchbox', { name: 'Search notes' }).fill('new address');
  await expect(cards(page)).toHaveCount(1);
  await expect(page).toHaveURL(/q=new/);
  await page.reload();
  await expect(cards(page)).toHaveCount(1);
  await page.getByRole('searchbox', { name: 'Search notes' }).fill('no such words');
  await expect(page.getByText('No note says that')).toBeVisible();
  await check(page);
  await page.getByRole('button', { name: 'Show all notes' }).click();
  await expect(cards(page)).toHaveCount(3);
  // What can be done in a drawer can be done here.
  await cards(page).nth(1).getByRole('checkbox').first().click();
  await expect(cards(page).nth(1).getByRole('checkbox').first()).toBeChecked();
  // By keys from one to the next, and to what it is about.
  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(cards(page).nth(1)).toBeFocused();
  await cards(page).nth(1).getByRole('link', { name: 'Kestrel', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/crm/companies\\?.*${company.id}`));
  await expect(drawerOf(page).locator('[data-note]')).toContainText('Kestrel moves');
});

test('the palette finds what a note says and opens it', async ({ page, owner: _ }) => {
  const { first } = await fill(page);
  await visit(page, '/home');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('asks for the');
  await page.getByRole('option', { name: /Ada asks for the/ }).click();
  await expect(page).toHaveURL(new RegExp(`/crm/notes\\?open=${first.id}`));
  const found = page.getByRole('region', { name: 'The note you came for' });
  await expect(found.locator('[data-note]')).toContainText('Ada asks for the price');
  await check(page);
  await found.getByRole('button', { name: 'Close' }).click();
  await expect(found).toBeHidden();
  await page.goto('/crm/notes?open=0190aaaa-0000-7000-8000-000000000001');
  await expect(page.getByText('This note was deleted, or is not yours to see')).toBeVisible();
});

for (const [screen, viewport] of [
  ['desktop', { width: 1440, height: 900 }],
  ['phone', { width: 390, height: 844 }],
] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`all notes can be read by everybody (${screen}, ${scheme})`, async ({ page, owner: _ }, info) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: scheme });
      await fill(page);
      await visit(page, '/crm/notes');
      await expect(cards(page)).toHaveCount(3);
      await check(page);
      await page.screenshot({ path: info.outputPath(`feed-${screen}-${scheme}.png`) });
    });
  }
}
