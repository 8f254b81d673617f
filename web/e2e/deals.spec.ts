import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, newAccount, post, signUp, test, visit } from './fixtures';
import { cell, drawerOf, news, rowLoaded } from './seed';

interface Deal {
  id: string;
  name: string;
  version: number;
  stageId: string;
  stage: string;
  lostReason: string | null;
}

const column = (page: Page, stage: string) => page.getByRole('region', { name: new RegExp(`^${stage},`) });
const cards = (page: Page, stage: string) => column(page, stage).locator('[data-deal]');
const card = (page: Page, name: string) => page.locator('[data-deal]').filter({ hasText: name });

async function addDeal(page: Page, name: string, more: object = {}) {
  return post<Deal>(page.request, '/deals', { name, currency: 'EUR', ...more });
}
async function read(page: Page, id: string) {
  return (await (await page.request.get(`/api/v1/deals/${id}`)).json()) as Deal;
}

test('DEA1 DEA2 columns count and add up; a card is dragged to its place and stays there', async ({
  page,
  owner: _,
}) => {
  for (const name of ['Charlie', 'Bravo', 'Alpha']) await addDeal(page, name, { amount: 100_000 });
  await addDeal(page, 'Francs', { amount: 5_000, currency: 'CHF' });
  const won = await addDeal(page, 'Done deal', { amount: 70_000, stage: 'won' });
  await visit(page, '/crm/deals');
  await expect(column(page, 'Open')).toContainText('CHF 50.00 + €3,000.00');
  await expect(cards(page, 'Open')).toHaveCount(4);
  await expect(column(page, 'Won')).toContainText('€700.00');

  // Below the second card of another column.
  await card(page, 'Done deal').dragTo(card(page, 'Bravo'), { targetPosition: { x: 60, y: 100 } });
  await expect(cards(page, 'Open')).toContainText(['Francs', 'Alpha', 'Bravo', 'Done deal', 'Charlie']);
  await expect(column(page, 'Won')).not.toContainText('€');
  await expect(column(page, 'Open')).toContainText('€3,700.00');
  await expect(news(page)).toContainText('Done deal moved to Open');
  await page.reload();
  await expect(cards(page, 'Open')).toContainText(['Francs', 'Alpha', 'Bravo', 'Done deal', 'Charlie']);
  expect((await read(page, won.id)).stage).toBe('open');

  // Within its column, and back.
  await card(page, 'Charlie').dragTo(card(page, 'Francs'), { targetPosition: { x: 60, y: 5 } });
  await expect(cards(page, 'Open').first()).toContainText('Charlie');
  await page.keyboard.press('Control+z');
  await expect(cards(page, 'Open').last()).toContainText('Charlie');
});

test('DEA3 the keyboard moves cards as well, and says so', async ({ page, owner: _ }) => {
  for (const name of ['Charlie', 'Bravo', 'Alpha']) await addDeal(page, name);
  await visit(page, '/crm/deals');
  await card(page, 'Alpha').focus();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(cards(page, 'Open')).toContainText(['Bravo', 'Alpha', 'Charlie']);
  await expect(card(page, 'Alpha')).toBeFocused();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(cards(page, 'Negotiating')).toContainText(['Alpha']);
  await expect(card(page, 'Alpha')).toBeFocused();
  await expect(page.getByText('Alpha moved to Negotiating').first()).toBeAttached();
  await page.keyboard.press('m');
  await page.getByRole('menuitemradio', { name: 'Won' }).click();
  await expect(cards(page, 'Won')).toContainText(['Alpha']);
  await expect(card(page, 'Alpha')).toBeFocused();
  await page.keyboard.press('Enter');
  const drawer = drawerOf(page);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Alpha');
  await drawer.getByRole('button', { name: 'Reopen' }).click();
  await expect(cards(page, 'Open')).toContainText(['Alpha', 'Bravo', 'Charlie']);
});

test('DEA4 losing asks for the reason; thinking better of it puts the card back', async ({
  page,
  owner: _,
}) => {
  await addDeal(page, 'Gone before', { stage: 'lost', lostReason: 'Too expensive' });
  const deal = await addDeal(page, 'Alpha', { amount: 100_000 });
  await visit(page, '/crm/deals');
  await card(page, 'Alpha').dragTo(column(page, 'Lost'));
  const question = page.getByRole('dialog', { name: 'Why was Alpha lost?' });
  await expect(question).toBeVisible();
  // The drop is not lost meanwhile.
  await expect(page.locator('[data-stage]').nth(3).locator('[data-deal]')).toHaveCount(2);
  await check(page);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(cards(page, 'Open')).toContainText(['Alpha']);
  expect((await read(page, deal.id)).stage).toBe('open');

  await card(page, 'Alpha').dragTo(column(page, 'Lost'));
  await question.getByRole('button', { name: 'Mark as lost' }).click();
  await expect(question.getByText('Say why it was lost')).toBeVisible();
  await question.getByRole('button', { name: 'Too expensive' }).click();
  await question.getByRole('button', { name: 'Mark as lost' }).click();
  await expect(question).toBeHidden();
  await expect.poll(async () => (await read(page, deal.id)).lostReason).toBe('Too expensive');
  await expect(cards(page, 'Lost')).toHaveCount(2);
});

test('DEA6 whoever moves second is told who was first, and sees the card where it is', async ({
  page,
  owner: _,
}) => {
  const deal = await addDeal(page, 'Alpha', { amount: 100_000 });
  await visit(page, '/crm/deals');
  await expect(card(page, 'Alpha')).toBeVisible();
  const stages = (await (await page.request.get('/api/v1/pipelines')).json()).items[0].stages as Array<{
    id: string;
    stage: string;
  }>;
  await post(page.request, `/deals/${deal.id}/move`, {
    stageId: stages.find(({ stage }) => stage === 'won')?.id,
  });
  await card(page, 'Alpha').dragTo(column(page, 'Negotiating'));
  await expect(news(page)).toContainText('Somebody else moved Alpha first');
  await expect(news(page)).toContainText('Mara Lindqvist moved it to Won.');
  await expect(cards(page, 'Won')).toContainText(['Alpha']);
  await expect(cards(page, 'Negotiating')).toHaveCount(0);
  expect((await read(page, deal.id)).stage).toBe('won');
});

test('DEA5 500 cards scroll without gaps, and a drag draws no card anew', async ({ page, owner: _ }) => {
  test.slow();
  for (let start = 0; start < 500; start += 20) {
    await Promise.all(
      Array.from({ length: 20 }, (_unused, at) =>
        addDeal(page, `Deal ${String(start + at).padStart(3, '0')}`, {
          amount: 1_000,
          stage: ['open', 'negotiating', 'won'][(start + at) % 3],
        }),
      ),
    );
  }
  await visit(page, '/crm/deals');
  await expect(column(page, 'Open')).toContainText('167');
  const list = column(page, 'Open').locator('[data-cards-of]');
  // Down to the last card: what is in view is there, and no more than that is drawn.
  await expect(async () => {
    await list.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await expect(column(page, 'Open').locator('li[aria-posinset="167"]')).toBeVisible({ timeout: 500 });
  }).toPass();
  expect(await cards(page, 'Open').count()).toBeLessThan(40);

  const drawn = await page.evaluate(async () => {
    const from = document.querySelector<HTMLElement>('[data-stage]:nth-of-type(2) [data-deal]');
    const to = document.querySelector<HTMLElement>('[data-stage]:nth-of-type(3) [data-cards-of] > ul');
    if (!from || !to) throw new Error('nothing to drag');
    let changed = 0;
    const observer = new MutationObserver((records) => {
      for (const { target } of records)
        if (!(target as Element).matches('[data-drop-line], [data-dragged], [data-deal]')) changed += 1;
    });
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    const data = new DataTransfer();
    const fire = (type: string, on: Element, y: number) =>
      on.dispatchEvent(
        new DragEvent(type, {
          bubbles: true,
          cancelable: true,
          dataTransfer: data,
          clientX: 700,
          clientY: y,
        }),
      );
    fire('dragstart', from, 200);
    await new Promise(requestAnimationFrame);
    const begun = performance.now();
    for (let step = 0; step < 100; step++) fire('dragover', to, 200 + step * 4);
    const each = (performance.now() - begun) / 100;
    fire('dragend', from, 600);
    await new Promise(requestAnimationFrame);
    observer.disconnect();
    return { changed, each };
  });
  expect(drawn.changed).toBe(0);
  expect(drawn.each).toBeLessThan(3);
});

test('DEA8 DEA10 the list has the same filters, edits in place, and the form follows the customer', async ({
  page,
  owner: _,
}) => {
  const company = await post<{ id: string }>(page.request, '/companies', { name: 'Kestrel Logistics' });
  await post(page.request, '/customers', { fullName: 'Ada Lovelace', companyId: company.id, contacts: [] });
  await addDeal(page, 'Other', { amount: 100 });
  await visit(page, '/crm/deals?q=rollout');
  await expect(page.getByText('No record matches')).toBeVisible();
  await page.getByRole('button', { name: 'New deal' }).first().click();
  const form = page.getByRole('dialog', { name: 'New deal' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Rollout 40 seats');
  await form.getByRole('combobox', { name: /^Customer/ }).click();
  await page.keyboard.type('Ada');
  await page.getByRole('option', { name: /Ada Lovelace/ }).click();
  await form.getByRole('textbox', { name: /^Amount/ }).fill('12,500');
  await form.getByLabel(/^Expected close/).fill('2030-01-31');
  await check(page);
  await form.getByRole('button', { name: 'Create deal' }).click();
  const drawer = drawerOf(page);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Rollout 40 seats');
  await expect(drawer.getByRole('button', { name: 'Change Company' })).toHaveText('Kestrel Logistics');
  await expect(drawer.getByRole('button', { name: 'Change Amount' })).toHaveText('US$12,500.00');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'List', exact: true }).click();
  await rowLoaded(page, 0);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
  await (await cell(page, 0, 'Amount')).click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('13000');
  await page.keyboard.press('Enter');
  await expect(await cell(page, 0, 'Amount')).toHaveText('US$13,000.00');
  await expect(page.locator('[data-sums]')).toHaveText('Open US$13,000.00');
  await (await cell(page, 0, 'Stage')).click();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Won');
  await page.keyboard.press('Enter');
  await expect(await cell(page, 0, 'Stage')).toHaveText('Won');
  await expect(page.locator('[data-sums]')).toHaveText('Won US$13,000.00');
  await page.getByRole('button', { name: 'Board', exact: true }).click();
  await expect(page).toHaveURL(/q=rollout/);
  await expect(cards(page, 'Won')).toHaveCount(1);
  await visit(page, '/crm/deals?close=2030-01-31..2030-01-31');
  await expect(page.locator('[data-deal]')).toHaveCount(1);
  // A column makes deals of its own stage.
  await page.getByRole('button', { name: 'New deal in Negotiating' }).click();
  await expect(form.getByRole('combobox', { name: 'Stage' })).toHaveText('Negotiating');
});

test('a deal shows its products, its way through the stages and what happened', async ({
  page,
  owner: _,
}) => {
  await post(page.request, '/products', { name: 'Audit', price: 90_000, currency: 'EUR' });
  const customer = await addCustomer(page, 'Ada Lovelace');
  const deal = await addDeal(page, 'Rollout', { customerId: customer.id });
  await visit(page, `/crm/deals?open=${deal.id}`);
  const drawer = drawerOf(page);
  await drawer.getByRole('button', { name: 'Add product' }).click();
  await page.getByRole('option', { name: /Audit/ }).click();
  await expect(drawer.getByRole('button', { name: 'Change Amount' })).toHaveText('€900.00');
  await drawer.getByRole('button', { name: 'Change Quantity' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('button', { name: 'Change Amount' })).toHaveText('€2,700.00');
  await expect(column(page, 'Open')).toContainText('€2,700.00');
  await drawer.getByRole('button', { name: 'Won', exact: true }).click();
  await expect(drawer.getByText('Stage history').locator('..').getByRole('listitem')).toHaveCount(2);
  await check(page);
  await drawer.getByRole('tab', { name: 'Activity' }).click();
  await expect(drawer).toContainText('Deal Rollout won');
  await expect(drawer).toContainText('Deal Rollout created in Open');

  // From the customer, where it stands too, and a further one begins.
  await visit(page, `/crm/customers?open=${customer.id}`);
  await drawer.getByRole('button', { name: /^Rollout/ }).click();
  await expect(page).toHaveURL(/crm\/deals/);
  await visit(page, `/crm/customers?open=${customer.id}`);
  await drawer.getByRole('button', { name: 'New deal' }).click();
  const form = page.getByRole('dialog', { name: 'New deal' });
  await expect(form.getByRole('combobox', { name: /^Customer/ })).toHaveValue('Ada Lovelace');
  await form.getByRole('textbox', { name: 'Name' }).fill('Renewal');
  await form.getByRole('button', { name: 'Create deal' }).click();
  await expect(drawer.getByRole('button', { name: /^Renewal/ })).toBeVisible();
});

test('a move that does not get through puts the card back, and can be tried again', async ({ page }) => {
  await signUp(page.request, newAccount());
  await addDeal(page, 'Alpha');
  await visit(page, '/crm/deals');
  await expect(card(page, 'Alpha')).toBeVisible();
  await page.route('**/move', (route) => route.abort());
  await card(page, 'Alpha').dragTo(column(page, 'Won'));
  await expect(news(page)).toContainText('Alpha was put back');
  await expect(cards(page, 'Open')).toContainText(['Alpha']);
  await page.unroute('**/move');
  await page.getByRole('button', { name: 'Try again', includeHidden: true }).click();
  await expect(cards(page, 'Won')).toContainText(['Alpha']);
});
