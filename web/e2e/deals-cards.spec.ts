import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';
import { drawerOf, news } from './seed';

const card = (page: Page, name: string) => page.locator('[data-deal]').filter({ hasText: name });
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

test('DEA7 a card tells all that matters, and can be acted on from the keyboard', async ({
  page,
  owner: _,
}) => {
  const { me } = (await (await page.request.get('/api/v1/bootstrap')).json()) as { me: { id: string } };
  const company = await post<{ id: string }>(page.request, '/companies', { name: 'Kestrel' });
  const customer = await addCustomer(page, 'Ada Lovelace');
  await post(page.request, '/deals', {
    name: 'Rollout',
    amount: 1_250_000,
    currency: 'EUR',
    companyId: company.id,
    customerId: customer.id,
    ownerId: me.id,
    expectedCloseDate: day(-3),
  });
  await post(page.request, '/deals', { name: 'Quiet', currency: 'EUR', expectedCloseDate: day(30) });
  // Time has gone by: nothing has happened with the one for two weeks.
  await page.route('**/deals/board**', async (route) => {
    const response = await route.fetch();
    const board = await response.json();
    for (const stage of board.stages)
      for (const deal of stage.cards)
        if (deal.name === 'Rollout') {
          deal.stageEnteredAt = new Date(Date.now() - 14.5 * 86_400_000).toISOString();
          deal.rotting = true;
        }
    await route.fulfill({ response, json: board });
  });
  await visit(page, '/crm/deals');
  const shown = card(page, 'Rollout');
  await expect(shown).toContainText('Kestrel · Ada Lovelace');
  await expect(shown).toContainText('€12,500.00');
  await expect(shown).toContainText('ML');
  await expect(shown).toContainText('Overdue');
  await expect(shown).toContainText('14');
  await expect(shown).toContainText('Stale');
  await expect(card(page, 'Quiet')).not.toContainText('Overdue');
  await expect(card(page, 'Quiet')).not.toContainText('Stale');
  await expect(card(page, 'Quiet')).toContainText('–');
  await check(page);

  // What a pointer finds by hovering, focus shows too.
  const move = page.getByRole('button', { name: /^Move Rollout/ });
  await page.mouse.move(0, 0);
  await expect(move).toHaveCSS('opacity', '0');
  await shown.focus();
  await expect(move).toHaveCSS('opacity', '1');
  await page.keyboard.press('m');
  await expect(page.getByRole('menuitemradio').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await card(page, 'Quiet').hover();
  await expect(page.getByRole('button', { name: /^Move Quiet/ })).toHaveCSS('opacity', '1');
});

test('DEA11 a card that an edit takes out of the filter says so, and is shown on demand', async ({
  page,
  owner: _,
}) => {
  const { me } = (await (await page.request.get('/api/v1/bootstrap')).json()) as { me: { id: string } };
  const deal = await post<{ id: string }>(page.request, '/deals', {
    name: 'Rollout',
    currency: 'EUR',
    ownerId: me.id,
  });
  await post(page.request, '/deals', { name: 'Other', currency: 'EUR', ownerId: me.id });
  await visit(page, `/crm/deals?stage=open&q=Rollout&open=${deal.id}`);
  await expect(card(page, 'Rollout')).toBeVisible();
  // An edit that changes nothing of what is asked for says nothing.
  await drawerOf(page).getByRole('button', { name: 'Won' }).first().click();
  await expect(news(page)).toContainText('Rollout no longer fits the filters');
  await expect(card(page, 'Rollout')).toBeHidden();
  await news(page).getByRole('button', { name: 'Show it' }).click();
  await expect(card(page, 'Rollout')).toBeVisible();
  await expect(card(page, 'Other')).toBeVisible();
  await expect(page).not.toHaveURL(/stage=|q=Rollout/);
  await expect(page).toHaveURL(new RegExp(deal.id));
  // Without a filter nothing hides it.
  await drawerOf(page).getByRole('button', { name: 'Reopen' }).click();
  await expect(card(page, 'Rollout')).toBeVisible();
  await expect(news(page)).not.toContainText('Rollout no longer fits the filters');
});
