import type { Page } from '@playwright/test';
import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { drawerOf, news } from './seed';

interface Lead {
  customer: { id: string; fullName: string };
  fit: { overall: number | null; reviews: { decision: string; feedback: string | null }[] };
}

const row = (page: Page, name: string) =>
  page
    .getByRole('list', { name: /^Leads for/ })
    .locator('> li')
    .filter({ hasText: name });
const leads = async (page: Page, productId: string) =>
  ((await (await page.request.get(`/api/v1/leads?productId=${productId}`)).json()) as { items: Lead[] })
    .items;

/** A product that fits Germany best and France somewhat, with three customers of whom it ranks them all. */
async function ranked(page: Page) {
  const product = await post<{ id: string }>(page.request, '/products', {
    name: 'Analytics',
    price: 120_000,
  });
  const people = [
    { fullName: 'Anna Meyer', country: 'DE', jobTitle: 'Head of Operations' },
    { fullName: 'Luc Bernard', country: 'FR' },
    { fullName: 'Bo Ek', country: 'SE' },
  ];
  for (const person of people) await post(page.request, '/customers', { ...person, contacts: [] });
  const when = (country: string) => ({ field: 'country', op: 'eq', value: country });
  await post(page.request, `/products/${product.id}/criteria`, {
    name: 'Where they are',
    type: 'profile',
    weight: 0.75,
    params: {
      rules: [
        { when: when('DE'), score: 0.9, label: 'In Germany' },
        { when: when('FR'), score: 0.3 },
      ],
      otherwise: -0.4,
    },
  });
  await post(page.request, `/products/${product.id}/criteria`, {
    name: 'Interest',
    type: 'intent',
    weight: 0.25,
    params: { signals: [{ name: 'pricing page', weight: 1 }] },
  });
  await expect.poll(async () => (await leads(page, product.id)).length, { timeout: 30_000 }).toBe(3);
  return product;
}

test('LEA1 LEA2 LEA3 leads are ranked for a product, with what their score is made of', async ({
  page,
  owner: _,
}) => {
  const product = await ranked(page);
  await post(page.request, '/products', { name: 'Zeppelin rides' });
  await visit(page, '/leads');
  const list = page.getByRole('list', { name: 'Leads for Analytics' });
  await expect(list.locator('> li')).toHaveCount(3);
  await expect(list.locator('> li').first()).toContainText('Anna Meyer');
  await expect(row(page, 'Anna Meyer')).toContainText('Hot');
  await expect(row(page, 'Bo Ek')).toContainText('Cold');
  await check(page);

  // In place: each criterion with its weight, its score and why.
  await row(page, 'Anna Meyer').getByRole('button', { expanded: false }).click();
  const parts = page.getByRole('list', { name: 'Criteria of Anna Meyer' });
  await expect(parts).toContainText('Where they are');
  await expect(parts).toContainText('75% of the weight');
  await expect(parts).toContainText('+0.90');
  await expect(parts).toContainText('In Germany');
  await check(page);

  // The address keeps the filters, the browser the product.
  await page.getByRole('group', { name: 'How well they fit' }).getByRole('button', { name: /^Hot/ }).click();
  await expect(list.locator('> li')).toHaveCount(1);
  await expect(page).toHaveURL(/bucket=hot/);
  await page.getByRole('searchbox', { name: 'Search leads' }).fill('nobody at all');
  await expect(page.getByText('No lead matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(list.locator('> li')).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Product' }).click();
  await page.getByRole('option', { name: 'Zeppelin rides' }).click();
  await expect(page.getByText('Nobody is scored for Zeppelin rides yet')).toBeVisible();
  await visit(page, '/leads');
  await expect(page.getByRole('combobox', { name: 'Product' })).toHaveText('Zeppelin rides');
  await visit(page, `/leads?product=${product.id}`);
  await expect(list.locator('> li')).toHaveCount(3);
});

test('LEA4 leads are decided by keys, one after the other', async ({ page, owner: _ }) => {
  const product = await ranked(page);
  await visit(page, '/leads');
  await row(page, 'Anna Meyer').focus();
  await page.keyboard.press('j');
  await expect(row(page, 'Luc Bernard')).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('1');
  const feedback = page.getByRole('textbox', { name: /^Feedback/ });
  await expect(feedback).toBeFocused();
  await expect(page.getByRole('button', { name: /^Qualify/ })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.type('Asked for an offer');
  await page.getByRole('checkbox', { name: 'Create a deal' }).check();
  await feedback.focus();
  await page.keyboard.press('Control+Enter');
  await expect(news(page)).toContainText('Qualified, and deal');
  // The next one is open, and what was typed for one stays while another is looked at.
  await expect(page.getByRole('region', { name: 'Scores of Luc Bernard' })).toBeVisible();
  await page.keyboard.press('2');
  await page.keyboard.type('Next year');
  await row(page, 'Bo Ek').getByRole('button', { expanded: false }).click();
  await row(page, 'Luc Bernard').getByRole('button', { expanded: false }).click();
  await expect(feedback).toHaveValue('Next year');
  await page.getByRole('button', { name: 'Save and next' }).click();
  await expect(news(page)).toContainText('Nurture noted for Analytics');
  await page.getByRole('button', { name: 'Save and next' }).click();
  await expect(page.getByText('Choose one of the four decisions')).toBeVisible();

  const found = await leads(page, product.id);
  const said = (name: string) => found.find(({ customer }) => customer.fullName === name)?.fit.reviews[0];
  expect(said('Anna Meyer')).toMatchObject({ decision: 'qualify', feedback: 'Asked for an offer' });
  expect(said('Luc Bernard')).toMatchObject({ decision: 'nurture', feedback: 'Next year' });
  const deals = (await (await page.request.get('/api/v1/deals')).json()) as { items: { name: string }[] };
  expect(deals.items).toHaveLength(1);
  await expect(row(page, 'Anna Meyer')).toContainText('Qualify');
});

test('LEA4 a score is corrected by hand, with a reason; LEA5 what is not scored says so', async ({
  page,
  owner: _,
}) => {
  await ranked(page);
  await visit(page, '/leads');
  await row(page, 'Bo Ek').getByRole('button', { expanded: false }).click();
  await page.getByRole('button', { name: 'Correct the score for Where they are' }).click();
  const form = page.getByRole('dialog', { name: 'Correct “Where they are”' });
  await form.getByRole('textbox', { name: 'Score' }).fill('2');
  await form.getByRole('button', { name: 'Save the score' }).click();
  await expect(form.getByText('Write a number from -1 to 1')).toBeVisible();
  await form.getByRole('textbox', { name: 'Score' }).fill('0.8');
  await form.getByRole('textbox', { name: 'Reason' }).fill('Opens an office in Berlin');
  await check(page);
  await form.getByRole('button', { name: 'Save the score' }).click();
  await expect(form).toBeHidden();
  const parts = page.getByRole('list', { name: 'Criteria of Bo Ek' });
  await expect(parts).toContainText('+0.80');
  await expect(parts).toContainText('Opens an office in Berlin');
  await expect(parts).toContainText('by Mara Lindqvist');
  await expect(parts.getByRole('img', { name: /^2 assessments/ })).toBeVisible();
});

test('LEA6 chosen leads are claimed at once', async ({ page, owner: _ }) => {
  const product = await ranked(page);
  await visit(page, '/leads');
  await row(page, 'Anna Meyer').focus();
  await page.keyboard.press('x');
  await page.getByRole('checkbox', { name: 'Select Bo Ek' }).check();
  const bar = page.getByRole('region', { name: 'Selection' });
  await expect(bar).toContainText('2');
  await check(page);
  await bar.getByRole('button', { name: 'Owner' }).click();
  await page.getByRole('menuitem', { name: 'Claim' }).click();
  await expect(bar).toBeHidden();
  await expect
    .poll(async () => {
      const answer = await page.request.get(`/api/v1/leads?productId=${product.id}&ownerId=me`);
      return ((await answer.json()) as { items: Lead[] }).items.map(({ customer }) => customer.fullName);
    })
    .toEqual(['Anna Meyer', 'Bo Ek']);
});

test('LEA5 what is not scored and what is out of date say so, in the ranking and with the customer', async ({
  page,
  owner: _,
}) => {
  const product = await ranked(page);
  // A product by which nobody is scored yet, and a criterion that was changed since it was applied.
  const idle = await post<{ id: string }>(page.request, '/products', { name: 'Zeppelin rides' });
  await post(page.request, `/products/${idle.id}/criteria`, {
    name: 'Interest',
    type: 'intent',
    weight: 1,
    params: { signals: [{ name: 'pricing page', weight: 1 }] },
  });
  const stale = (fit: { productId: string; criteria: Array<{ name: string; stale: boolean }> }) => {
    for (const part of fit.criteria) if (part.name === 'Where they are') part.stale = true;
  };
  await page.route(/\/api\/v1\/leads\?/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    for (const { customer, fit } of body.items) if (customer.fullName === 'Bo Ek') stale(fit);
    await route.fulfill({ response, json: body });
  });
  await page.route(/\/customers\/[^/]+\/fit$/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    for (const fit of body) stale(fit);
    await route.fulfill({ response, json: body });
  });
  await visit(page, '/leads');
  await expect(row(page, 'Bo Ek')).toContainText('Out of date');
  await expect(row(page, 'Bo Ek')).toHaveAttribute('aria-label', /Out of date/);
  await expect(row(page, 'Anna Meyer')).not.toContainText('Out of date');
  await check(page);

  const [first] = await leads(page, product.id);
  await visit(page, `/crm/customers?open=${first?.customer.id}`);
  const fits = drawerOf(page).getByRole('list', { name: 'Fit per product' }).getByRole('listitem');
  const analytics = fits.filter({ hasText: 'Analytics' });
  await expect(analytics).toContainText('Hot');
  await expect(analytics).toContainText('+0.90');
  await expect(analytics).toContainText('75% assessed');
  await expect(analytics).toContainText('Out of date');
  const none = fits.filter({ hasText: 'Zeppelin rides' });
  await expect(none).toContainText('Not scored');
  await expect(none).not.toContainText('0.00');
  await check(page);
  // To what it is made of.
  await analytics.getByRole('link').click();
  await expect(page).toHaveURL(/\/leads/);
  await expect(page.getByRole('list', { name: 'Criteria of Anna Meyer' })).toContainText('Where they are');
});
