import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { news, rowLoaded } from './seed';

test('DEA9 the forecast says by month and owner what is expected, and leads to the deals behind it', async ({
  page,
  owner: _,
}) => {
  const deal = (name: string, more: object) =>
    post(page.request, '/deals', { name, currency: 'USD', ...more });
  await deal('Alpha', { amount: 100_000, expectedCloseDate: '2031-01-31', probability: 0.5 });
  await deal('Bravo', { amount: 300_000, expectedCloseDate: '2031-01-01', probability: 0.1 });
  await deal('Charlie', { amount: 50_000, expectedCloseDate: '2031-02-01', probability: 1 });
  await deal('Delta', { amount: 70_000, currency: 'CHF', ownerId: null, probability: 0.5 });
  await deal('Gone', { amount: 900_000, expectedCloseDate: '2031-01-15', stage: 'won' });
  await visit(page, '/crm/deals');
  await page.getByRole('button', { name: 'Forecast', exact: true }).click();
  const table = page.getByRole('table', { name: 'Forecast by month and owner' });
  const row = (name: string | RegExp) => table.getByRole('row', { name });
  await expect(row(/^January 2031/)).toContainText('US$4,000.00US$800.00');
  await expect(row(/^February 2031/)).toContainText('US$500.00US$500.00');
  await expect(row(/^No close date/)).toContainText('CHF 700.00CHF 350.00');
  await expect(row('Altogether')).toContainText('4');
  await expect(row('Altogether')).toContainText('CHF 700.00 + US$4,500.00');
  const chart = page.getByRole('figure', { name: 'Expected by month' });
  await expect(chart.getByRole('button')).toHaveCount(3);
  await check(page);

  // The same deals and the same sum.
  await chart.getByRole('button', { name: /^January 2031: US\$4,000\.00, weighted US\$800\.00/ }).click();
  await rowLoaded(page, 1);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '3');
  await expect(page.locator('[data-sums]')).toHaveText('Open US$4,000.00');
  await page.goBack();
  await table.getByRole('button', { name: 'No owner in No close date' }).click();
  await rowLoaded(page, 0);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
  await expect(page.getByRole('grid')).toContainText('Delta');
});

test('a pipeline gets stages of its own, and the board switches to it', async ({ page, owner: _ }) => {
  await visit(page, '/settings/pipelines');
  await expect(page.getByRole('list', { name: 'Sales' }).getByRole('listitem')).toHaveCount(4);
  await page.getByRole('button', { name: 'New pipeline' }).click();
  const form = page.getByRole('dialog', { name: 'New pipeline' });
  await form.getByRole('textbox', { name: 'Name' }).first().fill('Partners');
  await form.getByRole('button', { name: 'Add stage' }).click();
  await form.getByRole('button', { name: 'Create pipeline' }).click();
  await expect(form.getByText('Give the stage a name')).toBeVisible();
  const stage = form.getByRole('listitem').nth(2);
  await stage.getByRole('textbox', { name: 'Name' }).fill('Trial');
  await stage.getByRole('textbox', { name: 'Percent' }).fill('30');
  await stage.getByRole('textbox', { name: 'Stale after' }).fill('14');
  await stage.getByRole('button', { name: 'Move Trial up' }).click();
  await check(page);
  await form.getByRole('button', { name: 'Create pipeline' }).click();
  const made = page.getByRole('list', { name: 'Partners' });
  await expect(made.getByRole('listitem')).toContainText(['Open', 'Trial', 'Negotiating', 'Won', 'Lost']);
  await expect(made.getByRole('listitem').nth(1)).toContainText('30% · stale after 14 days');

  await visit(page, '/crm/deals');
  await page.getByRole('combobox', { name: 'Pipeline' }).click();
  await page.getByRole('option', { name: 'Partners' }).click();
  await expect(page.getByText('No deals yet')).toBeVisible();
  await page.getByRole('button', { name: 'New deal' }).first().click();
  const deal = page.getByRole('dialog', { name: 'New deal' });
  await deal.getByRole('textbox', { name: 'Name' }).fill('Reseller');
  await deal.getByRole('combobox', { name: 'Stage' }).click();
  await page.getByRole('option', { name: 'Trial' }).click();
  await deal.getByRole('button', { name: 'Create deal' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Trial, 1 deal' })).toContainText('Reseller');

  // A stage that holds deals does not go, and a pipeline with deals is not archived; both say why.
  await visit(page, '/settings/pipelines');
  await page.getByRole('button', { name: 'Edit Partners' }).click();
  const edit = page.getByRole('dialog', { name: 'Pipeline Partners' });
  await edit.getByRole('button', { name: 'Remove Trial' }).click();
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit.getByRole('alert')).toContainText('Trial');
  await edit.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Archive Partners' }).click();
  await expect(news(page)).toContainText('Partners could not be archived');
  // The default one keeps its stages; how likely they are may change.
  await page.getByRole('button', { name: 'Edit Sales' }).click();
  const sales = page.getByRole('dialog', { name: 'Pipeline Sales' });
  await expect(sales.getByRole('button', { name: 'Add stage' })).toHaveCount(0);
  await sales.getByRole('listitem').first().getByRole('textbox', { name: 'Percent' }).fill('25');
  await sales.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('list', { name: 'Sales' }).getByRole('listitem').first()).toContainText('25%');
});
