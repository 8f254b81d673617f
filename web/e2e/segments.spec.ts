import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';
import { drawerOf, news, rowLoaded, seedCustomers } from './seed';

interface Made {
  id: string;
  name: string;
}

const add = (page: Page, body: object) => post<Made>(page.request, '/segments', body);
const german = { field: 'country', op: 'in', value: ['DE'] };
const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

test.describe('segments', () => {
  test('an empty workspace says what they are for; a dynamic one is made with its rule by keys alone', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 8);
    await visit(page, '/home');
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await expect(page.getByText('No segments yet')).toBeVisible();
    await page.keyboard.press('n');
    const form = dialog(page, 'New segment');
    await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(form.getByText('A name is needed')).toBeVisible();
    await page.keyboard.type('Germans');
    await expect(form.getByRole('status')).toHaveText('8 customers');
    await form.getByRole('button', { name: 'Condition', exact: true }).press('Enter');
    await page.keyboard.type('country');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Add a value to Country' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('combobox', { name: /Value of Country/ })).toBeFocused();
    await page.keyboard.type('germany');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(form.getByRole('status')).toHaveText('2 customers');
    await page.keyboard.press('Control+Enter');
    await expect(form).toBeHidden();
    await expect(page.getByRole('heading', { level: 1, name: 'Germans' })).toBeVisible();
    await expect(page).toHaveURL(/\/crm\/segments\/[0-9a-f-]+$/);
    await rowLoaded(page, 1);
    await expect(page.getByText('Customers where Country is Germany')).toBeVisible();
    await expect(page.locator('[data-row="2"]')).toHaveCount(0);
  });

  test('the list counts members, says what uses a segment, and sorts, finds and sets aside', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 8);
    const base = await add(page, { name: 'Base', kind: 'dynamic', rule: { and: [german] } });
    const rule = { and: [{ field: 'segments', op: 'has_any', value: [base.id] }] };
    await add(page, { name: 'Upper', kind: 'dynamic', rule });
    await add(page, { name: 'Zeta', kind: 'static', description: 'from the fair' });
    await visit(page, '/crm/segments');
    const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name }) });
    await expect(row('Base')).toContainText('Dynamic');
    await expect(row('Base')).toContainText('2');
    await expect(row('Base')).toContainText('Upper');
    await expect(row('Zeta')).toContainText('Static');
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await expect(page).toHaveURL(/sort=-name/);
    await expect(page.getByRole('row').nth(1)).toContainText('Zeta');
    await page.getByRole('searchbox', { name: 'Search segments' }).fill('fair');
    await expect(page.getByRole('row')).toHaveCount(2);
    await page.getByRole('searchbox', { name: 'Search segments' }).fill('');
    await row('Base').getByRole('button', { name: 'Actions for Base' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    const question = page.getByRole('alertdialog');
    await expect(question).toContainText('2 customers leave it.');
    await expect(question).toContainText('Upper uses it');
    await question.getByRole('button', { name: 'Archive segment' }).click();
    await expect(row('Base')).toHaveCount(0);
    await expect(row('Upper')).toContainText('1 problem');
    await page.getByRole('button', { name: 'Archived 1' }).click();
    await row('Base').getByRole('link').click();
    await expect(page.getByText('An archived segment has no members')).toBeVisible();
    await page.getByRole('button', { name: 'Restore' }).click();
    await expect(news(page)).toContainText('Segment Base restored');
    await rowLoaded(page, 1);
  });

  test('an edit says who would join and leave; a circle and a taken name are refused where they stand', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 8);
    const segment = await add(page, { name: 'Ours', kind: 'dynamic', rule: { and: [german] } });
    const other = await add(page, {
      name: 'Other',
      kind: 'dynamic',
      rule: { and: [{ field: 'segments', op: 'has_any', value: [segment.id] }] },
    });
    await visit(page, `/crm/segments/${segment.id}`);
    await rowLoaded(page, 0);
    await expect(page.getByText('Used by Other')).toBeVisible();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const form = dialog(page, 'Edit segment Ours');
    await form.getByRole('button', { name: /^Actions for: Country/ }).click();
    await page.getByRole('menuitem', { name: 'Turn round' }).click();
    await expect(form.getByText('2 now, 6 after saving: 6 join and 2 leave')).toBeVisible();
    await form.getByRole('textbox', { name: 'Name' }).fill('OTHER');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByText('There is a segment Other already')).toBeVisible();
    await form.getByRole('textbox', { name: 'Name' }).fill('Not ours');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form).toBeHidden();
    await expect(page.getByRole('heading', { level: 1, name: 'Not ours' })).toBeVisible();
    await rowLoaded(page, 5);
    // Itself by way of the other one.
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const again = dialog(page, 'Edit segment Not ours');
    await again.getByRole('button', { name: 'Condition', exact: true }).click();
    await page.keyboard.type('segments');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Add a value to Segments' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('combobox', { name: 'Value of Segments' })).toBeFocused();
    await page.keyboard.type('other');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(again.getByText(/cannot depend on itself/).first()).toBeVisible();
    await again.getByRole('button', { name: 'Save' }).click();
    await expect(again.getByRole('alert')).toContainText('1 condition needs attention');
    expect(other.name).toBe('Other');
  });

  test('a static one: added by name and by addresses, taken out with undo, from both sides', async ({
    page,
    owner: _,
  }) => {
    const ada = await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
    await addCustomer(page, 'Grace Hopper', 'grace@navy.example');
    const segment = await add(page, { name: 'Pioneers', kind: 'static' });
    await visit(page, `/crm/segments/${segment.id}`);
    await expect(page.getByText('Nobody is in this segment')).toBeVisible();
    await page.getByRole('button', { name: 'Add customers' }).first().click();
    const form = dialog(page, 'Add customers to Pioneers');
    await form.getByRole('combobox', { name: 'Find customers' }).fill('grace');
    await form.getByRole('option', { name: /Grace Hopper/ }).click();
    await form
      .getByRole('textbox', { name: 'Or paste email addresses' })
      .fill('Ada <ADA@engines.com>, nobody@x.org');
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(form.getByText('No customer has this address: nobody@x.org')).toBeVisible();
    await expect(news(page)).toContainText('2 customers added to Pioneers');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard' }).click();
    // Until it has gone, keys are the dialog's.
    await expect(form).toBeHidden();
    await rowLoaded(page, 1);
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: 'Remove from segment' }).click();
    await expect(page.getByText('Nobody is in this segment')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await rowLoaded(page, 1);
    // From the customer's side.
    await visit(page, `/crm/customers?open=${ada.id}`);
    const drawer = drawerOf(page);
    await drawer.getByRole('button', { name: 'Remove from Pioneers' }).click();
    await expect(drawer.getByRole('button', { name: 'Remove from Pioneers' })).toHaveCount(0);
    await drawer.getByRole('button', { name: 'Add to segment' }).click();
    await page.keyboard.type('pio');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(drawer.getByRole('button', { name: 'Remove from Pioneers' })).toBeVisible();
    await drawer.getByRole('button', { name: 'Pioneers', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Pioneers' })).toBeVisible();
    await rowLoaded(page, 1);
  });

  test('why somebody is in it or not; recompute; as a filter of the list', async ({ page, owner: _ }) => {
    const [first] = await seedCustomers(page, 8);
    const segment = await add(page, {
      name: 'Germans',
      kind: 'dynamic',
      rule: { and: [german, { not: { field: 'tags', op: 'has_any', value: ['vip'] } }] },
    });
    await visit(page, `/crm/segments/${segment.id}`);
    await page.getByRole('button', { name: 'Actions for Germans' }).click();
    await page.getByRole('menuitem', { name: 'Recompute now' }).click();
    await expect(news(page)).toContainText('Germans is up to date');
    await page.getByRole('button', { name: 'Actions for Germans' }).click();
    await page.getByRole('menuitem', { name: /^Why is somebody/ }).click();
    const why = dialog(page, 'Why in Germans?');
    await why.getByRole('combobox', { name: 'Customer' }).fill(first?.fullName ?? '');
    // The list before the search is no answer to it.
    await page.getByRole('option', { name: first?.fullName }).click();
    await expect(page.getByRole('option')).toHaveCount(0);
    await expect(why.getByRole('status')).toHaveText('Not in the segment');
    await expect(why.getByRole('listitem').filter({ hasText: 'Country is Germany' })).toContainText('Holds:');
    await expect(why.getByRole('listitem').filter({ hasText: 'Tags include vip' }).last()).toContainText(
      'Found: vip',
    );
    await page.keyboard.press('Escape');
    await visit(page, `/crm/customers?segment=${segment.id}`);
    await expect(page.getByRole('button', { name: 'Filter Segments: Germans' })).toBeVisible();
    await rowLoaded(page, 0);
    await expect(page.locator('[data-row="1"]')).toHaveCount(0);
  });

  test('what a rule has lost stands at its condition, in the page and in the builder', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 4);
    const gone = await add(page, { name: 'Gone', kind: 'static' });
    const segment = await add(page, {
      name: 'Broken',
      kind: 'dynamic',
      rule: { or: [german, { field: 'segments', op: 'has_any', value: [gone.id] }] },
    });
    await post(page.request, `/segments/${gone.id}/archive`, {});
    await visit(page, `/crm/segments/${segment.id}`);
    await expect(page.getByText('The rule names something that is not there any more')).toBeVisible();
    await page.getByRole('button', { name: 'Repair' }).click();
    await expect(dialog(page, 'Edit segment Broken').getByText(/not exist any more/)).toBeVisible();
  });

  test('failures and what is not there say so and offer a next step', async ({ page, owner: _ }) => {
    await visit(page, '/crm/segments/0190aaaa-0000-7000-8000-00000000000f');
    await expect(page.getByText('This segment does not exist')).toBeVisible();
    await page.route('**/segments/query', (route) => route.fulfill({ status: 500, json: {} }));
    await visit(page, '/crm/segments');
    await expect(page.getByText('The segments could not be loaded')).toBeVisible();
    await page.unroute('**/segments/query');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByText('No segments yet')).toBeVisible();
  });
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390, 320]) {
    test(`A1 segments in ${theme} at ${width} px`, async ({ page, owner: _ }) => {
      test.slow();
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 844 });
      const [first] = await seedCustomers(page, 6);
      const fixed = await add(page, { name: 'Fair', kind: 'static', description: 'Met in Cologne' });
      await post(page.request, `/segments/${fixed.id}/members`, { add: [first?.id] });
      const segment = await add(page, { name: 'Germans', kind: 'dynamic', rule: { and: [german] } });
      await visit(page, '/crm/segments');
      await expect(page.getByRole('link', { name: 'Fair' })).toBeVisible();
      await check(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      await visit(page, `/crm/segments/${segment.id}`);
      await rowLoaded(page, 0);
      await check(page);
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await expect(dialog(page, 'Edit segment Germans').getByRole('status')).toHaveText(/customers?$/);
      await check(page);
      await visit(page, `/crm/segments/${fixed.id}`);
      await page.getByRole('button', { name: 'Add customers' }).first().click();
      await expect(page.getByRole('option').first()).toBeVisible();
      await check(page);
      await visit(page, `/crm/customers?open=${first?.id}`);
      await expect(drawerOf(page).getByRole('button', { name: 'Fair', exact: true })).toBeVisible();
      await drawerOf(page).getByRole('button', { name: 'Why in Germans?' }).click();
      await expect(page.getByText('In the segment')).toBeVisible();
      await check(page);
    });
  }
}
