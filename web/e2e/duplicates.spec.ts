import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';
import { drawerOf, news, rowLoaded } from './seed';

interface Made {
  id: string;
}

/** Two customers with one phone number. */
async function addPair(page: Page, one: object, other: object, phone: string): Promise<[Made, Made]> {
  const contacts = [{ channel: 'phone', value: phone }];
  return [
    await post<Made>(page.request, '/customers', { ...one, contacts }),
    await post<Made>(page.request, '/customers', { ...other, contacts }),
  ];
}

/** Two companies of one domain. */
async function addCompanies(page: Page): Promise<[Made, Made]> {
  const one = { name: 'Analytical Engines GmbH', domains: ['engines.com'], city: 'Berlin', country: 'DE' };
  const other = { name: 'Analytical Engines', website: 'https://www.engines.com/en', industry: 'Computing' };
  return [
    await post<Made>(page.request, '/companies', one),
    await post<Made>(page.request, '/companies', other),
  ];
}

/** Waits until the server has found as many pairs. */
async function found(page: Page, count: number, record = 'customer') {
  const asked = `/api/v1/duplicates?record=${record}`;
  const open = async () => (await (await page.request.get(asked)).json()).items.length;
  await expect.poll(open, { timeout: 20_000 }).toBe(count);
}

/** The page takes whoever is signed in for a member. */
async function asMember(page: Page) {
  await page.route('**/api/v1/bootstrap', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.me.role = 'member';
    await route.fulfill({ response, json: body });
  });
}

const cards = (page: Page) => page.locator('[data-pair]');
const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

test('COM5 pairs are decided by keyboard, remembered, and taken back', async ({ page, owner: _ }) => {
  await addPair(page, { fullName: 'Ada Lovelace' }, { fullName: 'Ada Lovelace' }, '+49 30 901820');
  await addPair(page, { fullName: 'Bo Diddley' }, { fullName: 'Ellas McDaniel' }, '+49 30 901821');
  await addPair(page, { fullName: 'Grace Hopper' }, { fullName: 'Amazing Grace' }, '+49 30 901822');
  await found(page, 3);
  await visit(page, '/home');
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await expect(page.getByRole('heading', { level: 1, name: 'Duplicates' })).toBeVisible();
  await expect(cards(page)).toHaveCount(3);
  // The likeliest first, with what speaks for it.
  await expect(cards(page).first()).toContainText('92 % likely');
  await expect(cards(page).first()).toContainText('Same phone number · Same name');
  await expect(cards(page).first()).toHaveAttribute('aria-current', 'true');

  await page.keyboard.press('j');
  await expect(cards(page).nth(1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(cards(page).nth(2)).toBeFocused();
  await page.keyboard.press('k');
  await expect(cards(page).nth(1)).toBeFocused();
  const second = (await cards(page).nth(1).getAttribute('data-pair')) ?? '';
  await page.keyboard.press('d');
  await expect(cards(page)).toHaveCount(2);
  await expect(news(page)).toContainText('are different people');
  await expect(cards(page).nth(1)).toBeFocused();
  await page.keyboard.press('l');
  await expect(cards(page)).toHaveCount(1);

  // It stays decided, and the tab of the decision has it.
  await page.reload();
  await expect(cards(page)).toHaveCount(1);
  await page.getByRole('tab', { name: 'Later' }).click();
  await expect(cards(page)).toHaveCount(1);
  await expect(cards(page).first()).toContainText('asked again');
  await page.getByRole('tab', { name: 'Different' }).click();
  await expect(cards(page).first()).toHaveAttribute('data-pair', second);
  await page.keyboard.press('o');
  await expect(cards(page)).toHaveCount(0);
  await expect(page.getByText('Nothing was told apart yet')).toBeVisible();
  await page.getByRole('tab', { name: 'To decide' }).click();
  await expect(cards(page)).toHaveCount(2);

  // The last decision is taken back with one key.
  await cards(page).first().focus();
  await page.keyboard.press('d');
  await expect(cards(page)).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(cards(page)).toHaveCount(2);
});

test('CUS12 a pair is merged from the queue with a choice of values, and separated again', async ({
  page,
  owner: _,
}) => {
  const company = await post<Made>(page.request, '/companies', { name: 'Analytical Engines' });
  const [stays, goes] = await addPair(
    page,
    { fullName: 'Ada Lovelace', jobTitle: 'Countess', companyId: company.id, country: 'GB', tags: ['vip'] },
    { fullName: 'A. Lovelace', jobTitle: 'Analyst', companyId: company.id, tags: ['math', 'vip'] },
    '+44 20 7946 0958',
  );
  await post(page.request, `/customers/${goes.id}/contacts`, { channel: 'email', value: 'ada@engines.com' });
  await found(page, 1);
  await visit(page, `/crm/customers?open=${stays.id}`);
  await expect(drawerOf(page)).toContainText('May be the same person as A. Lovelace');
  await drawerOf(page).getByRole('link', { name: 'Compare' }).click();
  await expect(page).toHaveURL(/\/crm\/duplicates\?customer=/);
  await expect(page.getByText('Only pairs with Ada Lovelace')).toBeVisible();
  await expect(cards(page)).toContainText('Similar name at the same company');
  await page.keyboard.press('s');

  // First whose values stand …
  const choose = dialog(page, 'Merge 2 customers');
  await expect(choose).toBeVisible();
  await choose
    .getByRole('radiogroup', { name: 'Stays' })
    .or(choose.getByRole('group', { name: 'Stays' }))
    .getByText('Ada Lovelace')
    .click();
  const titles = choose.getByRole('group', { name: 'Job title' });
  await expect(titles.getByLabel('Countess')).toBeChecked();
  await titles.getByLabel('Analyst').check();
  await expect(choose.getByRole('group', { name: 'Country' }).getByRole('radio').first()).toBeVisible();
  await choose.getByText('1 field is the same').click();
  await expect(choose).toContainText('Analytical Engines');
  await choose.getByRole('button', { name: 'Preview' }).click();

  // … then what would come of it, and only then the act.
  const review = dialog(page, 'Ada Lovelace stays');
  await expect(review).toContainText('1 address');
  await expect(review).toContainText('1 tag');
  await expect(review).toContainText('Countess Analyst from A. Lovelace');
  await expect(review).toContainText('This can be undone at any time');
  await review.getByRole('button', { name: 'Merge 2 customers' }).click();
  await expect(news(page)).toContainText('A. Lovelace merged into Ada Lovelace');
  await expect(review).toBeHidden();
  await page.getByRole('tab', { name: 'Merged' }).click();
  await expect(cards(page)).toHaveCount(1);

  // Everything is with the one that stayed.
  await visit(page, `/crm/customers?open=${stays.id}`);
  const drawer = drawerOf(page);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Ada Lovelace');
  await expect(drawer).toContainText('ada@engines.com');
  await expect(drawer).toContainText('Analyst');
  await drawer.getByRole('tab', { name: 'Activity' }).click();
  await drawer.getByRole('button', { name: /^Undo merge/ }).click();
  const question = page.getByRole('alertdialog', { name: 'Undo the merge of A. Lovelace?' });
  await expect(question).toContainText('becomes a customer of its own again');
  await question.getByRole('button', { name: 'Undo merge' }).click();
  await expect(news(page)).toContainText('A. Lovelace is a record of its own again');
  await expect(drawer.getByRole('button', { name: /^Undo merge/ })).toHaveCount(0);
  await expect(drawer).toContainText('Separate from A. Lovelace again');
  await news(page).getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL(new RegExp(goes.id));
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('A. Lovelace');
  await drawer.getByRole('tab', { name: 'Profile' }).click();
  await expect(drawer).toContainText('ada@engines.com');
  await expect(drawer).toContainText('Analyst');
});

test('COM3 companies are merged from the bulk bar, and the toast takes it back', async ({
  page,
  owner: _,
}) => {
  const first = await post<Made>(page.request, '/companies', {
    name: 'Analytical Engines',
    domains: ['engines.com'],
    industry: 'Computing',
  });
  const second = await post<Made>(page.request, '/companies', {
    name: 'Engines Ltd',
    domains: ['engines.co.uk'],
    city: 'London',
  });
  await post(page.request, '/companies', { name: 'Babbage' });
  await addCustomer(page, 'Ada Lovelace', 'ada@engines.co.uk');
  await visit(page, '/crm/companies?sort=name');
  await rowLoaded(page, 2);
  const bar = page.getByRole('region', { name: 'Selection' });
  await page.locator('[data-row="0"] .grid-select').click();
  await expect(bar.getByRole('button', { name: 'Merge' })).toHaveAttribute('aria-disabled', 'true');
  await expect(bar).toContainText('Select 2 to 6 records');
  await page.locator('[data-row="2"] .grid-select').click();
  await bar.getByRole('button', { name: 'Merge' }).click();
  const choose = dialog(page, 'Merge 2 companies');
  await choose.getByRole('group', { name: 'Stays' }).getByText('Analytical Engines').click();
  await choose.getByRole('button', { name: 'Preview' }).click();
  const review = dialog(page, 'Analytical Engines stays');
  await expect(review).toContainText('1 person');
  await expect(review).toContainText('1 domain');
  await expect(review).toContainText('London from Engines Ltd');
  await review.getByRole('button', { name: 'Back' }).click();
  await choose.getByRole('button', { name: 'Preview' }).click();
  await review.getByRole('button', { name: 'Merge 2 companies' }).click();
  await expect(news(page)).toContainText('Engines Ltd merged into Analytical Engines');
  await expect(bar).toBeHidden();
  await expect(page.locator('[data-row="2"]')).toHaveCount(0);
  const merged = await (await page.request.get(`/api/v1/companies/${second.id}`)).json();
  expect(merged.mergedIntoId).toBe(first.id);
  await news(page).getByRole('button', { name: /^Undo/ }).click();
  await expect(page.locator('[data-row="2"]')).toContainText('Engines Ltd');

  // From one company: the other is asked for.
  await page.locator('[data-row="0"]').getByText('Analytical Engines').click();
  await visit(page, `/crm/companies?open=${first.id}`);
  await drawerOf(page).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Merge with…' }).click();
  const find = dialog(page, 'Merge Analytical Engines with…');
  await find.getByRole('combobox').fill('engines');
  await expect(find.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(choose).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(choose).toBeHidden();
});

test('COM5 companies are suggested with the reason, told apart for good, and merged from the queue', async ({
  page,
  owner: _,
}) => {
  const [first, second] = await addCompanies(page);
  await post(page.request, '/companies', { name: 'Babbage & Sons Ltd' });
  await post(page.request, '/companies', { name: 'Babbage Sons' });
  await addPair(page, { fullName: 'Ada Lovelace' }, { fullName: 'Ada Lovelace' }, '+49 30 901820');
  await found(page, 2, 'company');
  await found(page, 1);

  // The drawer says which and why, and leads to the queue.
  await visit(page, `/crm/companies?open=${first.id}`);
  const drawer = drawerOf(page);
  await expect(drawer).toContainText('May be the same company as Analytical Engines');
  await expect(drawer).toContainText('Same domain · Similar name');
  await drawer.getByRole('link', { name: 'Compare' }).click();
  await expect(page).toHaveURL(/\/crm\/duplicates\?record=company&company=/);
  await expect(page.getByText('Only pairs with Analytical Engines GmbH')).toBeVisible();
  await expect(cards(page)).toHaveCount(1);
  await expect(cards(page)).toContainText('97 % likely');
  await expect(cards(page)).toContainText('https://www.engines.com/en');
  await page.getByRole('button', { name: 'Show all pairs' }).click();
  await expect(cards(page)).toHaveCount(2);

  // One queue for both, and the switch says how many of each are left.
  const both = page.getByRole('navigation', { name: 'Pairs of' });
  await expect(both.getByRole('link', { name: 'Companies 2' })).toHaveAttribute('aria-current', 'page');
  await expect(both.getByRole('link', { name: 'People 1' })).not.toHaveAttribute('aria-current');
  await both.getByRole('link', { name: 'People 1' }).click();
  await expect(cards(page)).toContainText('Same phone number · Same name');
  await expect(page).toHaveURL(/\/crm\/duplicates$/);
  await page.goBack();
  await expect(cards(page)).toHaveCount(2);

  // Not a duplicate: remembered, whatever changes.
  await cards(page).nth(1).focus();
  await expect(cards(page).nth(1)).toContainText('Babbage');
  await page.keyboard.press('d');
  await expect(news(page)).toContainText('are different companies');
  await expect(cards(page)).toHaveCount(1);
  await page.request.patch(`/api/v1/companies/${second.id}`, { data: { city: 'London' } });
  await page.reload();
  await expect(cards(page)).toHaveCount(1);
  await page.getByRole('tab', { name: 'Different' }).click();
  await expect(cards(page)).toContainText('Babbage & Sons Ltd');
  await page.getByRole('tab', { name: 'To decide' }).click();

  // The same: what follows is the merge of companies.
  await cards(page).getByRole('button', { name: 'Same company…' }).click();
  const choose = dialog(page, 'Merge 2 companies');
  await choose.getByRole('group', { name: 'Stays' }).getByText('Analytical Engines GmbH').click();
  await choose.getByRole('button', { name: 'Preview' }).click();
  const review = dialog(page, 'Analytical Engines GmbH stays');
  await review.getByRole('button', { name: 'Merge 2 companies' }).click();
  await expect(news(page)).toContainText('Analytical Engines merged into Analytical Engines GmbH');
  await expect(page.getByText('No duplicates to decide')).toBeVisible();
  await page.getByRole('tab', { name: 'Merged' }).click();
  await expect(cards(page)).toHaveCount(1);
  await news(page).getByRole('button', { name: /^Undo/ }).click();
  await page.getByRole('tab', { name: 'To decide' }).click();
  await expect(cards(page)).toHaveCount(1);
});

test('a refused merge says why and keeps what was chosen', async ({ page, owner: _ }) => {
  const [one, other] = await addPair(page, { fullName: 'Ada' }, { fullName: 'Bo' }, '+49 30 901820');
  await visit(page, '/crm/customers?sort=fullName');
  await rowLoaded(page, 1);
  for (const row of [0, 1]) await page.locator(`[data-row="${row}"] .grid-select`).click();
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Merge' }).click();
  await dialog(page, 'Merge 2 customers').getByRole('button', { name: 'Preview' }).click();
  const confirm = page.getByRole('dialog', { name: /stays$/ }).getByRole('button', { name: /^Merge 2/ });
  await expect(confirm).toBeEnabled();
  await post(page.request, '/customers/merge', { primaryId: one.id, ids: [other.id] });
  await confirm.click();
  await expect(page.getByRole('alert')).toContainText('merged into Ada');
});

test('a member sees why merging and deciding are not for everybody', async ({ page, owner: _ }) => {
  const [one] = await addPair(page, { fullName: 'Ada' }, { fullName: 'Ada' }, '+49 30 901820');
  await found(page, 1);
  await asMember(page);
  // Of nobody: members decide, and leave the merge to others.
  await visit(page, '/crm/duplicates');
  await cards(page).getByRole('button', { name: 'Same person' }).click();
  await expect(news(page)).toContainText('still to be merged');
  await page.getByRole('tab', { name: 'To merge' }).click();
  const merge = cards(page).getByRole('button', { name: 'Merge…' });
  await expect(merge).toHaveAttribute('aria-disabled', 'true');
  await expect(merge).toHaveAccessibleDescription('Only owners and admins can merge records');
  await page.keyboard.press('m');
  await expect(page.getByRole('dialog', { name: /^Merge/ })).toHaveCount(0);

  await visit(page, `/crm/customers?open=${one.id}`);
  await drawerOf(page).getByRole('button', { name: 'More' }).click();
  await expect(page.getByRole('menuitem', { name: /^Merge with…/ })).toContainText('Only owners and admins');

  // Of somebody else: members cannot decide either.
  await page.unrouteAll();
  await post(page.request, `/customers/${one.id}/claim`, {});
  await page.route('**/api/v1/bootstrap', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.members.push({ ...body.members[0], id: body.me.id, fullName: 'Mara Lindqvist' });
    body.me = { ...body.me, id: '01900000-0000-7000-8000-000000000000', role: 'member' };
    await route.fulfill({ response, json: body });
  });
  await visit(page, '/crm/duplicates?state=same');
  const different = cards(page).getByRole('button', { name: 'Different people' });
  await expect(different).toHaveAttribute('aria-disabled', 'true');
  await expect(different).toHaveAccessibleDescription(/Only Mara Lindqvist, an owner or an admin/);
  await page.keyboard.press('d');
  await expect(cards(page)).toHaveCount(1);
});

for (const theme of ['light', 'dark'] as const) {
  for (const [screen, viewport] of Object.entries({
    desktop: { width: 1440, height: 900 },
    phone: { width: 390, height: 844 },
  })) {
    test.describe(`${theme}, ${screen}`, () => {
      test.use({ colorScheme: theme, viewport, hasTouch: screen === 'phone' });

      test('A1 the queue, the merge and its undo', async ({ page, owner: _ }) => {
        test.slow();
        await visit(page, '/crm/duplicates');
        await expect(page.getByText('No duplicates to decide')).toBeVisible();
        await check(page);
        const company = await post<Made>(page.request, '/companies', { name: 'Analytical Engines' });
        const [stays] = await addPair(
          page,
          { fullName: 'Ada Lovelace', jobTitle: 'Countess', companyId: company.id, country: 'GB' },
          { fullName: 'A. Lovelace', jobTitle: 'Analyst', companyId: company.id, doNotContact: true },
          '+44 20 7946 0958',
        );
        await addPair(page, { fullName: 'Bo Diddley' }, { fullName: 'Ellas McDaniel' }, '+49 30 901821');
        await found(page, 2);
        await visit(page, `/crm/customers?open=${stays.id}`);
        await expect(drawerOf(page)).toContainText('May be the same person as A. Lovelace');
        await check(page);
        await visit(page, '/crm/duplicates');
        await expect(cards(page)).toHaveCount(2);
        await check(page);
        await cards(page).first().getByRole('button', { name: 'Same person…' }).click();
        await expect(dialog(page, 'Merge 2 customers').getByRole('group', { name: 'Stays' })).toBeVisible();
        await check(page);
        await dialog(page, 'Merge 2 customers').getByRole('button', { name: 'Preview' }).click();
        const review = page.getByRole('dialog', { name: /stays$/ });
        await expect(review).toContainText('This can be undone');
        await check(page);
        await review.getByRole('button', { name: 'Merge 2 customers' }).click();
        await expect(review).toBeHidden();
        await visit(page, `/crm/customers?open=${stays.id}&tab=activity`);
        await expect(drawerOf(page).getByRole('button', { name: /^Undo merge/ })).toBeVisible();
        await check(page);
      });

      test('A1 the queue of companies and the suggestion in their drawer', async ({ page, owner: _ }) => {
        await visit(page, '/crm/duplicates?record=company');
        await expect(page.getByText('No duplicates to decide')).toBeVisible();
        await check(page);
        const [first] = await addCompanies(page);
        await found(page, 1, 'company');
        await visit(page, `/crm/companies?open=${first.id}`);
        await expect(drawerOf(page)).toContainText('May be the same company as');
        await check(page);
        await visit(page, `/crm/duplicates?record=company&company=${first.id}`);
        await expect(cards(page)).toHaveCount(1);
        await check(page);
      });
    });
  }
}
