import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';

/** A widget by its title. */
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

/** Some customers, deals of every stage, and a task. */
async function work(page: Page) {
  await addCustomer(page, 'Björn Lindgren');
  await addCustomer(page, 'Linh Tran');
  const { id } = await addCustomer(page, 'Ada Lovelace', 'ada@engines.example');
  const pipelines = (await (await page.request.get('/api/v1/pipelines')).json()) as {
    items: { stages: { id: string; stage: string }[] }[];
  };
  const stages = pipelines.items[0]?.stages ?? [];
  const stage = (name: string) => stages.find((one) => one.stage === name)?.id;
  const deal = (name: string, amount: number, at: string, more: object = {}) =>
    post(page.request, '/deals', { name, amount, stageId: stage(at), ...more });
  await deal('Engine', 120_000, 'open');
  await deal('Loom', 80_000, 'negotiating');
  await deal('Mill', 50_000, 'won');
  await deal('Press', 30_000, 'won');
  await deal('Wheel', 10_000, 'lost', { lostReason: 'Price' });
  const me = (await (await page.request.get('/api/v1/me')).json()) as { id: string };
  await post(page.request, '/tasks', {
    subject: 'Call Ada',
    dueAt: new Date(Date.now() + 86_400_000).toISOString(),
    assigneeId: me.id,
  });
  return { customer: id };
}

test('numbers open exactly the lists that they count', async ({ page, owner: _ }) => {
  await work(page);
  await visit(page, '/home');
  await card(page, 'New customers')
    .getByRole('link', { name: /^New customers: 3\./ })
    .click();
  await expect(page).toHaveURL(/\/crm\/customers/);
  const people = page.getByRole('grid').getByText(/Ada Lovelace|Björn Lindgren|Linh Tran/);
  await expect(people).toHaveCount(3);

  await visit(page, '/home');
  await card(page, 'Won')
    .getByRole('link', { name: /^Won: .*800/ })
    .click();
  await expect(page).toHaveURL(/show=list/);
  await expect(page.getByRole('grid').getByText(/^(Mill|Press)$/)).toHaveCount(2);
  await expect(page.getByRole('grid').getByText(/^(Engine|Loom|Wheel)$/)).toHaveCount(0);

  const second = await post<{ id: string; stages: { id: string }[] }>(page.request, '/pipelines', {
    name: 'Partners',
    stages: [
      { name: 'Talking', stage: 'open' },
      { name: 'Signed', stage: 'won' },
      { name: 'Gone', stage: 'lost' },
    ],
  });
  await post(page.request, '/deals', {
    name: 'Alliance',
    amount: 1_000,
    pipelineId: second.id,
    stageId: second.stages[0]?.id,
  });
  await visit(page, '/home');
  const opened = card(page, 'Open deals');
  await expect(opened.getByText('3 deals')).toBeVisible();
  await opened.getByRole('link').click();
  const everywhere = page.getByRole('grid').getByText(/^(Engine|Loom|Mill|Press|Wheel|Alliance)$/);
  await expect(everywhere).toHaveCount(3);
  await expect(page.getByRole('combobox', { name: 'Pipeline' })).toHaveText('All pipelines');

  await visit(page, '/home');
  await card(page, 'New deals by stage')
    .getByRole('link', { name: /^Negotiating: 1 deal/ })
    .click();
  await expect(page.getByRole('grid').getByText(/^(Engine|Loom|Mill|Press|Wheel)$/)).toHaveText(['Loom']);

  await visit(page, '/home');
  await card(page, 'Tasks due within 7 days').getByRole('link').click();
  await expect(page.getByRole('grid').getByText('Call Ada')).toBeVisible();
});

test('period and owner stand in the address and hold for all widgets', async ({ page, owner: _ }) => {
  await work(page);
  await visit(page, '/home?owner=none&period=last_7_days');
  const customers = card(page, 'New customers');
  await expect(customers.getByText('Last 7 days · Nobody’s')).toBeVisible();
  await expect(customers.getByRole('link', { name: /^New customers: 3\./ })).toBeVisible();
  await expect(card(page, 'Won').getByRole('link', { name: /^Won: –/ })).toBeVisible();
  await page.getByRole('combobox', { name: 'Whose' }).click();
  await page.getByRole('option', { name: 'Mine', exact: true }).click();
  await expect(page).toHaveURL(/owner=me/);
  await expect(card(page, 'Won').getByRole('link', { name: /^Won: .*800/ })).toBeVisible();
});

test('a chart is read by keys, as a sentence and as a table', async ({ page, owner: _ }) => {
  await work(page);
  await visit(page, '/home');
  const stages = card(page, 'New deals by stage');
  await stages.getByRole('link', { name: /^Open: 1 deal/ }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(stages.getByRole('link', { name: /^Negotiating/ })).toBeFocused();
  await page.keyboard.press('End');
  await expect(stages.getByRole('link', { name: /^Lost/ })).toBeFocused();
  const won = card(page, 'Won by month');
  await expect(won.getByText(/altogether: .*800.*Highest:/)).toBeVisible();
  await expect(won.getByRole('list').getByRole('link')).toHaveCount(12);
  await won.getByRole('button', { name: 'Show Won by month as a table' }).click();
  await expect(won.getByRole('row')).toHaveCount(15);
  await won.getByRole('button', { name: 'Show Won by month as a chart' }).click();
  await expect(won.getByRole('row')).toHaveCount(0);
});

test('what happened last is one press away', async ({ page, owner: _ }) => {
  const { customer } = await work(page);
  await visit(page, '/home');
  const latest = card(page, 'Latest activity').first();
  await latest.getByRole('link', { name: 'Ada Lovelace' }).click();
  await expect(page).toHaveURL(new RegExp(`/crm/customers\\?.*open=${customer}`));
});

test('a card fails and is asked again by itself', async ({ page, owner: _ }) => {
  await work(page);
  let broken = true;
  await page.route('**/api/v1/reports/query', async (route) => {
    const body = route.request().postDataJSON() as { by?: string };
    if (broken && body.by === 'source')
      await route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{}' });
    else await route.continue();
  });
  await visit(page, '/home');
  const sources = card(page, 'New customers by source');
  const again = sources.getByRole('button', { name: /again|Retry/ });
  await expect(again).toBeVisible({ timeout: 15_000 });
  await expect(card(page, 'New customers').getByRole('link', { name: /^New customers: 3\./ })).toBeVisible();
  broken = false;
  await again.click();
  await expect(sources.getByRole('link', { name: /^Entered by hand: 3|^API: 3/ })).toBeVisible();
});

test('a dashboard is copied, arranged by keys, given a widget with a filter, and taken away', async ({
  page,
  owner: _,
}) => {
  await work(page);
  await visit(page, '/home');
  await page.getByRole('button', { name: 'Dashboard: Overview' }).click();
  await page.getByRole('menuitem', { name: 'Copy dashboard' }).click();
  const naming = page.getByRole('dialog', { name: 'Copy dashboard' });
  await naming.getByLabel('Name').fill('My day');
  await naming.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Dashboard: My day' })).toBeVisible();

  await page.getByRole('button', { name: 'Customise' }).click();
  const order = () =>
    page.locator('[data-widget]').evaluateAll((all) => all.map((one) => one.getAttribute('data-widget')));
  await page.getByRole('button', { name: 'Move Open deals earlier' }).press('Enter');
  expect((await order()).slice(0, 2)).toEqual(['open_value', 'new_customers']);
  await page.getByRole('button', { name: 'Change Latest activity' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Remove' }).press('Enter');
  await expect(page.locator('[data-widget="latest_activity"]')).toHaveCount(0);
  await page.getByRole('button', { name: 'Change Won by month' }).click();
  await page.getByRole('menuitem', { name: 'Wider' }).click();
  await expect(page.locator('[data-widget="won_by_month"]')).toHaveAttribute('style', /span 8/);

  await page.getByRole('button', { name: 'Add widget' }).click();
  const dialog = page.getByRole('dialog', { name: 'New widget' });
  await dialog.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'Leaderboard' }).click();
  await dialog.getByRole('combobox', { name: 'Records' }).click();
  await page.getByRole('option', { name: 'Deals' }).click();
  await dialog.getByLabel('Title').fill('Deals by stage');
  await dialog.getByRole('combobox', { name: 'Compared by' }).click();
  await page.getByRole('option', { name: 'Stage', exact: true }).click();
  await check(page);
  await dialog.getByRole('button', { name: 'Add widget' }).click();
  await expect(card(page, 'Deals by stage').getByRole('link', { name: /^Won: 2/ })).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Customise' })).toBeVisible();
  await page.reload();
  await expect(card(page, 'Deals by stage').getByRole('link', { name: /^Won: 2/ })).toBeVisible();
  expect((await order()).slice(0, 2)).toEqual(['open_value', 'new_customers']);

  await page.getByRole('button', { name: 'Dashboard: My day' }).click();
  await page.getByRole('menuitem', { name: 'Open Home with this' }).click();
  await visit(page, '/home');
  await expect(page.getByRole('button', { name: 'Dashboard: My day' })).toBeVisible();
  await page.getByRole('button', { name: 'Dashboard: My day' }).click();
  await page.getByRole('menuitem', { name: 'Delete dashboard' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete dashboard' }).click();
  await expect(page.getByRole('button', { name: 'Dashboard: Overview' })).toBeVisible();
});

test('an empty workspace is led to its first customers', async ({ page, owner: _ }) => {
  await visit(page, '/home');
  await expect(page.getByRole('heading', { name: /Welcome|Mara/ })).toBeVisible();
  await expect(page.locator('[data-widget]')).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  for (const [screen, viewport] of [
    ['desktop', { width: 1440, height: 900 }],
    ['phone', { width: 390, height: 844 }],
  ] as const) {
    test.describe(`${theme}, ${screen}`, () => {
      test.use({ colorScheme: theme, viewport });

      test('a full dashboard passes axe, as charts, as tables and while it is arranged', async ({
        page,
        owner: _,
      }) => {
        await work(page);
        await visit(page, '/home');
        await expect(card(page, 'Won by month').getByText(/Highest:/)).toBeVisible();
        await check(page);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
        const tables = page.getByRole('button', { name: /as a table$/ });
        while ((await tables.count()) > 0) await tables.first().click();
        await check(page);
        await page.getByRole('button', { name: 'Customise' }).click();
        await check(page);
      });
    });
  }
}
