import type { Page } from '@playwright/test';
import { expect, test, visit } from './fixtures';
import { cell, news, paste, rowLoaded, seedCustomers } from './seed';

const dialog = (page: Page) => page.getByRole('dialog', { name: /^Paste into/ });

test('CUS9 values reach as many rows as there are of them, across the heads of groups', async ({
  page,
  owner: _,
}) => {
  await seedCustomers(page, 9);
  await visit(page, '/crm/customers?group=country&sort=fullName&cols=fullName!,jobTitle,country');
  // Three of Germany below the first head, two of Singapore below the next.
  await rowLoaded(page, 6);
  await (await cell(page, 2, 'Job title')).click();
  // A cell of two lines is one value, and in a column that is left alone it is no row of its own.
  await paste(page, 'Captain\t"sails\nsteers"\r\n"Second\nPilot"\tx\r\nCook\ty\r\nDeckhand\tz\r\n');
  await expect(dialog(page).getByRole('listitem')).toHaveText([
    /Captain$/,
    /Second Pilot$/,
    /Cook$/,
    /Deckhand$/,
  ]);
  await dialog(page).getByRole('button', { name: 'Change 4 records' }).click();
  await expect(dialog(page)).toBeHidden();
  for (const [row, title] of [
    [1, ''],
    [2, 'Captain'],
    [3, 'Second Pilot'],
    [5, 'Cook'],
    [6, 'Deckhand'],
  ] as const)
    await expect(await cell(page, row, 'Job title')).toHaveText(title);
});

test('CUS9 many rows are written side by side and counted; what cannot be taken back is told', async ({
  page,
  owner: _,
}) => {
  const seeded = await seedCustomers(page, 12);
  await visit(page, '/crm/customers?sort=fullName&cols=fullName!,jobTitle');
  await rowLoaded(page, 11);
  let running = 0;
  let most = 0;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/v1/customers/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue();
    running += 1;
    most = Math.max(most, running);
    await held;
    running -= 1;
    return route.continue();
  });
  await (await cell(page, 0, 'Job title')).click();
  await paste(page, 'Captain\n'.repeat(12));
  await dialog(page).getByRole('button', { name: 'Change 12 records' }).click();
  await expect.poll(() => running).toBe(6);
  await expect(dialog(page).getByRole('status')).toHaveText('0 of 12 changed');
  await expect(dialog(page).getByRole('button', { name: 'Cancel' })).toBeDisabled();
  release();
  await expect(dialog(page)).toBeHidden();
  expect(most).toBe(6);
  await expect(await cell(page, 11, 'Job title')).toHaveText('Captain');
  await page.unroute('**/api/v1/customers/*');

  await page.route(`**/api/v1/customers/${seeded[3]?.id}`, (route) =>
    route.request().method() === 'PATCH'
      ? route.fulfill({
          status: 422,
          json: { title: 'No', status: 422, code: 'no', detail: 'Not this one.' },
        })
      : route.continue(),
  );
  await page.keyboard.press('Control+z');
  await expect(news(page)).toContainText('1 of 12 records could not be changed back. Not this one.');
  const kept = await page.request.post('/api/v1/customers/count', {
    data: { filter: { field: 'jobTitle', op: 'contains', value: 'Captain' } },
  });
  expect((await kept.json()).count).toBe(1);
});
