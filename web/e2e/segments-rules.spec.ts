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

test.describe('rules of segments', () => {
  test('one group is counted alone, and some of its people are shown, by key and pointer', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 8);
    for (let n = 0; n < 12; n += 1) await addCustomer(page, `Friend ${n}`, `friend${n}@friends.example`);
    const rule = {
      and: [german, { or: [{ field: 'fullName', op: 'starts_with', value: 'Friend' }, german] }],
    };
    const segment = await add(page, { name: 'Ours', kind: 'dynamic', rule });
    await visit(page, `/crm/segments/${segment.id}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const form = dialog(page, 'Edit segment Ours');
    await expect(form.getByRole('status')).toHaveText('2 customers');
    await form.getByRole('button', { name: 'Count this group alone' }).press('Enter');
    const group = dialog(page, '14 customers');
    await expect(group.getByRole('listitem')).toHaveCount(10);
    await expect(group.getByText('and 4 more')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(group).toBeHidden();
    await expect(form.getByRole('button', { name: 'Count this group alone' })).toBeFocused();
    // The whole rule, with a condition that is not finished.
    await form.getByRole('button', { name: 'Condition', exact: true }).click();
    await page.keyboard.press('Escape');
    await form.getByRole('button', { name: 'Show some of the people' }).click();
    const whole = dialog(page, '2 customers');
    await expect(whole.getByRole('listitem')).toHaveCount(2);
    await expect(whole.getByText('Unfinished conditions are left out')).toBeVisible();
  });

  test('a condition is dragged into a group and back by undo; Escape lets go', async ({ page, owner: _ }) => {
    await seedCustomers(page, 4);
    const rule = {
      and: [german, { or: [{ field: 'fullName', op: 'contains', value: 'zz' }, german] }],
    };
    const segment = await add(page, { name: 'Ours', kind: 'dynamic', rule });
    await visit(page, `/crm/segments/${segment.id}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const form = dialog(page, 'Edit segment Ours');
    const outer = form.getByRole('group', { name: 'All of 2 conditions' });
    await expect(outer).toBeVisible();
    const dragTo = async (end: () => Promise<void>) => {
      const grip = await form.locator('[data-rule-grip]').first().boundingBox();
      const goal = await form.getByRole('group', { name: /zz/ }).boundingBox();
      if (!grip || !goal) throw new Error('nothing to drag');
      await page.mouse.move(grip.x + 4, grip.y + 8);
      await page.mouse.down();
      await page.mouse.move(goal.x + 60, goal.y + goal.height, { steps: 6 });
      await end();
      await page.mouse.up();
    };
    await dragTo(() => page.keyboard.press('Escape'));
    await expect(form).toBeVisible();
    await expect(outer).toBeVisible();
    await dragTo(async () => {});
    await expect(form.getByRole('group', { name: 'Any of 3 conditions' })).toBeVisible();
    await expect(outer).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(outer).toBeVisible();
  });

  test('an edit says the size before and after, and what changes with it', async ({ page, owner: _ }) => {
    await seedCustomers(page, 8);
    const segment = await add(page, { name: 'Ours', kind: 'dynamic', rule: { and: [german] } });
    const rule = { and: [{ field: 'segments', op: 'has_any', value: [segment.id] }] };
    await add(page, { name: 'Upper', kind: 'dynamic', rule });
    await visit(page, `/crm/segments/${segment.id}`);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const form = dialog(page, 'Edit segment Ours');
    await expect(form.getByText('Upper will change with it.')).toBeVisible();
    await form.getByRole('button', { name: /^Actions for: Country/ }).click();
    await page.getByRole('menuitem', { name: 'Turn round' }).click();
    await expect(form.getByText('2 now, 6 after saving: 6 join and 2 leave')).toBeVisible();
  });

  test('a dynamic one says when it was recomputed, and is recomputed from there', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 4);
    const segment = await add(page, { name: 'Germans', kind: 'dynamic', rule: { and: [german] } });
    await visit(page, `/crm/segments/${segment.id}`);
    await page.getByRole('button', { name: 'Recompute now' }).click();
    await expect(news(page)).toContainText('Germans is up to date');
    await expect(page.getByText(/last recomputed (now|\d+ seconds? ago)/)).toBeVisible();
    const fixed = await add(page, { name: 'Fair', kind: 'static' });
    await visit(page, `/crm/segments/${fixed.id}`);
    await expect(page.getByText('Nobody is in this segment')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Recompute now' })).toHaveCount(0);
  });

  test('the filter of the customers becomes a segment, with "me" as a person', async ({ page, owner: _ }) => {
    const [first] = await seedCustomers(page, 8);
    await post(page.request, `/customers/${first?.id}/claim`, {});
    await visit(page, '/crm/customers');
    await expect(page.getByRole('button', { name: 'Save as segment' })).toHaveCount(0);
    // A rule cannot hold a search: the segment would have others in it than the list shows.
    await visit(page, '/crm/customers?owner=me&q=Anna');
    await rowLoaded(page, 0);
    const save = page.getByRole('button', { name: 'Save as segment' });
    await expect(save).toHaveAttribute('aria-disabled', 'true');
    await expect(save).toHaveAccessibleDescription('A segment cannot hold a search. Clear the search first.');
    await save.press('Enter');
    await expect(dialog(page, 'New segment')).toHaveCount(0);
    await visit(page, '/crm/customers?owner=me');
    await rowLoaded(page, 0);
    await page.getByRole('button', { name: 'Save as segment' }).press('Enter');
    const form = dialog(page, 'New segment');
    await expect(form.getByRole('status')).toHaveText('1 customer');
    await form.getByRole('textbox', { name: 'Name' }).fill('Mine');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Mine' })).toBeVisible();
    await rowLoaded(page, 0);
    await expect(page.getByRole('button', { name: 'Save as segment' })).toHaveCount(0);
  });

  test('a customer says which segments they are in with one question, and follows their changes', async ({
    page,
    owner: _,
  }) => {
    const ada = await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
    await add(page, {
      name: 'Friends',
      kind: 'dynamic',
      rule: { and: [{ field: 'tags', op: 'has_any', value: ['friend'] }] },
    });
    for (let n = 0; n < 5; n += 1)
      await add(page, { name: `Other ${n}`, kind: 'dynamic', rule: { and: [german] } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await visit(page, `/crm/customers?open=${ada.id}`);
    const drawer = drawerOf(page);
    await expect(drawer.getByRole('button', { name: 'Why in or not?' })).toBeVisible();
    await expect
      .poll(() => asked.filter((path) => path.endsWith(`/customers/${ada.id}/segments`)).length)
      .toBe(1);
    expect(asked.filter((path) => path.includes('/explain/'))).toEqual([]);
    await expect(drawer.getByRole('button', { name: 'Friends', exact: true })).toHaveCount(0);
    await drawer.getByRole('button', { name: 'Add tag' }).click();
    await page.keyboard.type('friend');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(drawer.getByRole('button', { name: 'Friends', exact: true })).toBeVisible();
  });
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`A1 rules of segments in ${theme} at ${width} px`, async ({ page, owner: _ }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 844 });
      await seedCustomers(page, 6);
      const rule = { and: [german, { or: [german, { field: 'source', op: 'eq', value: 'api' }] }] };
      const segment = await add(page, { name: 'Germans', kind: 'dynamic', rule });
      await visit(page, `/crm/segments/${segment.id}`);
      await rowLoaded(page, 0);
      await check(page);
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      const form = dialog(page, 'Edit segment Germans');
      await form.getByRole('button', { name: 'Count this group alone' }).click();
      await expect(
        dialog(page, /customers?$/)
          .getByRole('listitem')
          .first(),
      ).toBeVisible();
      await check(page);
      await page.screenshot({ path: test.info().outputPath(`look-${theme}-${width}.png`) });
      await visit(page, '/crm/customers?country=DE');
      await expect(page.getByRole('button', { name: 'Save as segment' })).toBeVisible();
      await check(page);
    });
  }
}
