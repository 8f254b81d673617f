import type { Page, Request } from '@playwright/test';
import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { rowLoaded, seedCustomers } from './seed';

const builder = (page: Page) => page.getByRole('dialog', { name: /^Filter (customers|companies)/ });
/** One condition, by what it says. */
const condition = (page: Page, says: string | RegExp) => builder(page).getByRole('group', { name: says });
const counted = (page: Page) => builder(page).getByRole('status');
const sentence = (page: Page) => builder(page).getByRole('region', { name: 'In words' });

async function openFilter(page: Page, filter: unknown, path = '/crm/customers') {
  await visit(page, `${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`);
  await page.getByRole('button', { name: /^Advanced filter/ }).click();
  await expect(builder(page)).toBeVisible();
}

function filterOf(page: Page): unknown {
  const text = new URL(page.url()).searchParams.get('filter');
  return text === null ? null : JSON.parse(text);
}

test.describe('the filter builder', () => {
  test('CUS4 a nested filter is built, moved, undone and applied by keys alone', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 24);
    await visit(page, '/crm/customers');
    await rowLoaded(page, 0);
    const keys = page.keyboard;
    await keys.press('f');
    await expect(builder(page).getByRole('button', { name: 'Condition', exact: true })).toBeFocused();
    await expect(counted(page)).toHaveText('24 customers');

    // country is any of Germany, Vietnam
    await keys.press('Enter');
    await expect(page.getByRole('combobox', { name: 'Field' })).toBeFocused();
    await keys.type('country');
    await keys.press('Enter');
    await expect(page.getByRole('button', { name: 'Add a value to Country' })).toBeFocused();
    await keys.press('Enter');
    await expect(page.getByRole('combobox', { name: 'Value of Country' })).toBeFocused();
    await keys.type('germany');
    await keys.press('Enter');
    await keys.type('vietnam');
    await keys.press('Enter');
    await keys.press('Escape');
    await expect(counted(page)).toHaveText('12 customers');

    // Below it: the name contains "Anna"
    await keys.press('Alt+Enter');
    await expect(page.getByRole('combobox', { name: 'Field' })).toBeFocused();
    await keys.type('first name');
    await keys.press('Enter');
    await expect(builder(page).getByRole('textbox', { name: 'Value of First name' })).toBeFocused();
    await keys.type('Nobody');
    await expect(counted(page)).toHaveText('0 customers');

    // In a group of its own, with another: tags
    await keys.press('Alt+g');
    await expect(
      builder(page).getByRole('combobox', { name: 'How these conditions are joined' }).last(),
    ).toBeFocused();
    await expect(builder(page).getByRole('group', { name: 'Any of 1 condition' })).toBeVisible();
    await builder(page).getByRole('textbox', { name: 'Value of First name' }).focus();
    await keys.press('Alt+Enter');
    await keys.type('tags');
    await keys.press('Enter');
    await expect(page.getByRole('button', { name: 'Add a value to Tags' })).toBeFocused();
    await keys.press('Enter');
    await expect(page.getByRole('combobox', { name: 'Value of Tags' })).toBeFocused();
    await keys.type('vip');
    await keys.press('Enter');
    await keys.press('Escape');
    await expect(sentence(page)).toHaveText(
      'Customers where Country is Germany or Vietnam and (First name contains “Nobody” or Tags include vip)',
    );
    await expect(counted(page)).toHaveText('4 customers');

    // Up, out of the group, and back in by undo.
    await keys.press('Alt+ArrowUp');
    await keys.press('Alt+ArrowUp');
    await expect(sentence(page)).toHaveText(
      'Customers where Country is Germany or Vietnam, Tags include vip and First name contains “Nobody”',
    );
    await expect(page.getByRole('button', { name: 'Add a value to Tags' })).toBeFocused();
    await keys.press('Control+z');
    await keys.press('Control+z');
    await expect(sentence(page)).toHaveText(/and \(First name contains “Nobody” or Tags include vip\)$/);
    await keys.press('Control+Shift+z');
    await keys.press('Control+z');

    // Twice, and away again.
    await page.getByRole('button', { name: 'Add a value to Tags' }).focus();
    await keys.press('Control+d');
    await expect(condition(page, 'Tags include vip')).toHaveCount(2);
    await keys.press('Control+Shift+Backspace');
    await expect(condition(page, 'Tags include vip')).toHaveCount(1);

    await keys.press('Control+Enter');
    await expect(builder(page)).toBeHidden();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '5');
    // What a quick filter can say is one again.
    await expect(page.getByRole('button', { name: 'Filter Country: Germany, Vietnam' })).toBeVisible();
    expect(filterOf(page)).toEqual({
      or: [
        { field: 'firstName', op: 'contains', value: 'Nobody' },
        { field: 'tags', op: 'has_any', value: ['vip'] },
      ],
    });
    await page.reload();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '5');
    await page.goBack();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
  });

  test('SEG4 the count follows what is typed, and a late answer never shows', async ({ page, owner: _ }) => {
    await seedCustomers(page, 24);
    // The browser tells nobody that a request which a test holds up was given up.
    await page.addInitScript(() => {
      const real = window.fetch;
      window.fetch = (input, init) => {
        const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
        if (input instanceof Request && input.url.endsWith('/customers/count'))
          signal?.addEventListener('abort', () => {
            const seen = window as { stopped?: number };
            seen.stopped = (seen.stopped ?? 0) + 1;
          });
        return real(input, init);
      };
    });
    await openFilter(page, { field: 'fullName', op: 'contains', value: 'xyz' });
    await expect(counted(page)).toHaveText('0 customers');
    const asked: string[] = [];
    const filterIn = (request: Request) => JSON.stringify(request.postDataJSON()?.filter ?? null);
    page.on('request', (request) => {
      if (request.url().endsWith('/customers/count')) asked.push(filterIn(request));
    });
    await page.route('**/customers/count', async (route) => {
      // Whatever is asked on the way is answered after the last question.
      if (!filterIn(route.request()).includes('"schmidt"'))
        await new Promise((done) => setTimeout(done, 1_500));
      await route.continue().catch(() => {});
    });
    const value = builder(page).getByRole('textbox', { name: 'Value of Name' });
    await value.fill('schm');
    await expect.poll(() => asked.length).toBe(1);
    await value.pressSequentially('idt');
    await expect(counted(page)).toHaveText('3 customers');
    // Not one question per key, and the one nobody waits for is stopped.
    expect(asked.length).toBeLessThan(4);
    expect(await page.evaluate(() => (window as { stopped?: number }).stopped)).toBe(asked.length - 1);
    await page.waitForTimeout(1_600);
    await expect(counted(page)).toHaveText('3 customers');

    // What is not finished does not count, and says so.
    await builder(page).getByRole('button', { name: 'Condition', exact: true }).click();
    await page.keyboard.press('Escape');
    await expect(counted(page)).toHaveText('3 customers without the unfinished condition');
    await builder(page)
      .getByRole('button', { name: /^Show 3/ })
      .click();
    await expect(builder(page).getByRole('alert')).toHaveText('1 condition needs attention');
    await expect(builder(page).getByRole('button', { name: 'Choose a field' })).toBeFocused();
  });

  test('a broken filter opens, shows what is broken, and is repaired', async ({ page, owner: _ }) => {
    await seedCustomers(page, 9);
    await visit(
      page,
      `/crm/customers?filter=${encodeURIComponent(
        JSON.stringify({
          and: [
            { field: 'custom.budget', op: 'gt', value: 5 },
            { or: [{ field: 'tags', op: 'has_any', value: ['vip', 'long-gone'] }] },
            { field: 'claimedById', op: 'eq', value: 'nobody' },
            { fit: 'x', op: 'gt', value: 0.5 },
          ],
        }),
      )}`,
    );
    await expect(page.getByText('This filter cannot be used')).toBeVisible();
    await page.getByRole('button', { name: 'Repair the filter' }).click();
    const gone = condition(page, /^custom.budget/);
    await expect(gone).toContainText('There is no field “custom.budget” any more');
    await expect(condition(page, /^Tags include/)).toContainText('“long-gone” does not exist any more');
    // Only the server knows what an id looks like.
    await expect(condition(page, /^Owner is/)).toContainText('The server refuses this: eq wants a user');
    await expect(condition(page, 'something that cannot be read')).toContainText('cannot be read');
    await expect(counted(page)).toHaveText('Cannot be counted until the marked conditions are repaired');

    await builder(page).getByRole('button', { name: 'Apply' }).click();
    await expect(builder(page).getByRole('alert')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Field: custom.budget' })).toBeFocused();
    await page.keyboard.press('Control+Shift+Backspace');
    await condition(page, 'something that cannot be read')
      .getByRole('button', { name: /^Actions/ })
      .click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await builder(page)
      .getByRole('button', { name: /^Value of Owner/ })
      .click();
    await page.keyboard.type('me');
    await page.keyboard.press('Enter');
    await builder(page).getByRole('button', { name: 'Remove long-gone' }).click();
    await expect(counted(page)).toHaveText(/^\d customers?$/);
    await builder(page).getByRole('button', { name: /^Show/ }).click();
    await expect(builder(page)).toBeHidden();
    await expect(page.getByRole('grid')).toBeVisible();
    await expect(page.getByText('This filter cannot be used')).toBeHidden();
  });

  test('an address that is no JSON is a filter to repair, too', async ({ page, owner: _ }) => {
    await seedCustomers(page, 3);
    await visit(page, '/crm/customers?filter=%7B%22and');
    await page.getByRole('button', { name: 'Repair the filter' }).click();
    await expect(condition(page, 'something that cannot be read')).toContainText('{\\"and');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove the filter' }).click();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '4');
  });

  test('the limits are told before the server refuses', async ({ page, owner: _ }) => {
    let chain: unknown = { field: 'fullName', op: 'not_empty' };
    for (let level = 0; level < 7; level += 1) chain = level % 2 ? { or: [chain] } : { and: [chain] };
    await openFilter(page, chain);
    const inner = builder(page).getByRole('button', { name: 'Add a group to this group' }).first();
    await expect(inner).toHaveAccessibleDescription('Groups cannot be nested deeper: 8 levels at most');
    await builder(page).getByRole('button', { name: 'Field: Name' }).focus();
    await page.keyboard.press('Alt+g');
    await expect(builder(page).getByText('Groups cannot be nested deeper').last()).toBeAttached();
    await page.keyboard.press('Escape');
    // Into the address without a request for the page: that many make it long.
    await page.evaluate(() => {
      const many = { and: Array.from({ length: 250 }, () => ({ field: 'fullName', op: 'not_empty' })) };
      history.pushState({}, '', `?filter=${encodeURIComponent(JSON.stringify(many))}`);
      dispatchEvent(new PopStateEvent('popstate', { state: {} }));
    });
    await page.getByRole('button', { name: 'Advanced filter: 250 conditions' }).click();
    await expect(
      builder(page).getByRole('button', { name: 'Condition', exact: true }),
    ).toHaveAccessibleDescription('A filter has at most 250 conditions');
    await expect(counted(page)).toHaveText(/customers?$/);
  });

  test('a field without a quick filter begins in the builder; every operator has its editor', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 6);
    await visit(page, '/crm/customers');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.keyboard.type('employees');
    await page.keyboard.press('Enter');
    await expect(condition(page, /Employees/)).toBeVisible();
    const compare = () => builder(page).getByRole('combobox', { name: 'Comparison' });
    const operators = async () => {
      await compare().click();
      const names = await page.getByRole('option').allTextContents();
      await page.keyboard.press('Escape');
      return names;
    };
    const fields = [
      'Company · Employees',
      'Job title',
      'Created',
      'Tags',
      'Do not contact',
      'Source',
      'Company',
    ];
    for (const [at, name] of fields.entries()) {
      await builder(page)
        .getByRole('button', { name: /^Field:/ })
        .click();
      await page.getByRole('combobox', { name: 'Field' }).fill(name);
      await page.getByRole('option', { name, exact: true }).click();
      await expect(builder(page).getByRole('button', { name: `Field: ${name}`, exact: true })).toBeVisible();
      for (const operator of await operators()) {
        await compare().click();
        await page.getByRole('option', { name: operator, exact: true }).click();
        const editor = builder(page).getByLabel(new RegExp(`(Value of|Add a value to) ${name}`));
        if (/empty/.test(operator)) await expect(editor).toHaveCount(0);
        else await expect(editor.first(), `${at} ${name} ${operator}`).toBeVisible();
      }
    }
  });

  test('companies: money in the organisation’s currency, a parent by name, times relative to now', async ({
    page,
    owner: _,
  }) => {
    const parent = await post<{ id: string }>(page.request, '/companies', { name: 'Nordstern Holding' });
    await post(page.request, '/companies', {
      name: 'Kleinwerk',
      parentId: parent.id,
      annualRevenue: 150_000,
    });
    await openFilter(
      page,
      {
        and: [
          { field: 'parentId', op: 'eq', value: parent.id },
          { field: 'annualRevenue', op: 'gte', value: 100_000 },
          { field: 'createdAt', op: 'after', value: '-2d' },
        ],
      },
      '/crm/companies',
    );
    await expect(sentence(page)).toHaveText(
      /^Companies where Parent company is Nordstern Holding, Annual revenue is at least [^ ]*1,000.00 and Created is after 2 days ago$/,
    );
    await expect(counted(page)).toHaveText('1 company');
    await builder(page)
      .getByRole('textbox', { name: /Annual revenue/ })
      .fill('1500.01');
    await expect(counted(page)).toHaveText('0 companies');
    await builder(page)
      .getByRole('textbox', { name: /Annual revenue/ })
      .fill('1500');
    await expect(counted(page)).toHaveText('1 company');
  });

  test('leaving asks only when something would be lost', async ({ page, owner: _ }) => {
    await openFilter(page, { field: 'jobTitle', op: 'contains', value: 'CTO' });
    await page.keyboard.press('Escape');
    await expect(builder(page)).toBeHidden();
    await page.getByRole('button', { name: /^Advanced filter/ }).click();
    await builder(page)
      .getByRole('button', { name: /^Actions for/ })
      .click();
    await page.getByRole('menuitem', { name: 'Turn round' }).click();
    await expect(sentence(page)).toHaveText('Customers where not (Job title contains “CTO”)');
    await expect(builder(page).getByRole('button', { name: /^Actions for: Job title/ })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await page.getByRole('button', { name: 'Keep editing' }).click();
    await expect(page.getByRole('alertdialog')).toBeHidden();
    await page.keyboard.press('Control+z');
    await expect(sentence(page)).toHaveText('Customers where Job title contains “CTO”');
    await page.keyboard.press('Escape');
    await expect(builder(page)).toBeHidden();
  });
});

const everything = {
  and: [
    { field: 'tags', op: 'has_any', value: ['vip', 'long-gone'] },
    {
      or: [
        { field: 'country', op: 'in', value: ['DE', 'VN'] },
        { not: { or: [{ field: 'createdAt', op: 'between', value: ['-30d', '2026-01-31'] }] } },
        { field: 'jobTitle', op: 'in', value: ['CTO', 'Head of Sales'] },
      ],
    },
    { field: 'custom.gone', op: 'eq', value: 1 },
    { field: 'company.employeeCount', op: 'between', value: [10, 50] },
    { activity: ['call.logged'], op: 'at_least', count: 1, since: '-30d' },
    { bogus: true },
  ],
};

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390, 320]) {
    test(`A1 the builder in ${theme} at ${width} px`, async ({ page, owner: _ }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 844 });
      await openFilter(page, everything);
      await expect(condition(page, /^custom.gone/)).toContainText('There is no field');
      await check(page);
      const overflow = await builder(page).evaluate((dialog) => {
        const body = [...dialog.querySelectorAll('*')].find(
          (each) => each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY === 'auto',
        );
        return body === undefined ? 0 : body.scrollWidth - body.clientWidth;
      });
      expect(overflow).toBeLessThanOrEqual(0);
      await builder(page).getByRole('button', { name: 'Condition', exact: true }).click();
      await expect(page.getByRole('option').first()).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await builder(page)
        .getByRole('button', { name: /^Actions for: Tags/ })
        .click();
      await expect(page.getByRole('menuitem', { name: 'Duplicate' })).toBeVisible();
      await check(page);
    });
  }
}

test('segments and events are offered as soon as the server has them', async ({ page, owner: _ }) => {
  await seedCustomers(page, 3);
  const segment = { id: '01900000-0000-7000-8000-00000000000a', name: 'Warm leads', kind: 'dynamic' };
  const asked: unknown[] = [];
  await page.route('**/api/v1/bootstrap', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    const segments = {
      record: 'customer',
      field: 'segments',
      type: 'set',
      label: 'customer.segments',
      operators: ['has_any', 'has_all', 'has_none', 'empty', 'not_empty', 'ever_any', 'never_any'],
      sortable: false,
      ref: 'segment',
    };
    const fields = [
      ...body.fields.filter((field: { field: string }) => field.field !== 'segments'),
      segments,
    ];
    await route.fulfill({
      response,
      json: { ...body, fields, segments: [segment], activityTypes: ['call.logged', 'email.replied'] },
    });
  });
  await page.route('**/customers/count', async (route) => {
    const { filter } = route.request().postDataJSON();
    if (filter === undefined) return route.continue();
    asked.push(filter);
    await route.fulfill({ json: { count: 2, exact: true } });
  });
  await visit(page, '/crm/customers');
  const keys = page.keyboard;
  await keys.press('f');
  await expect(builder(page).getByRole('button', { name: 'Condition', exact: true })).toBeFocused();
  await keys.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Field' })).toBeFocused();
  await keys.type('something happened');
  await keys.press('Enter');
  await expect(builder(page).getByRole('button', { name: 'What happened' })).toBeFocused();
  await keys.press('Enter');
  await expect(page.getByRole('combobox', { name: 'What happened' })).toBeFocused();
  await keys.type('call');
  await keys.press('Enter');
  await keys.press('Escape');
  await expect(sentence(page)).toHaveText('Customers where Call happened at least 1 time since 30 days ago');
  await keys.press('Alt+Enter');
  await expect(page.getByRole('combobox', { name: 'Field' })).toBeFocused();
  await keys.type('segments');
  await keys.press('Enter');
  await expect(page.getByRole('button', { name: 'Add a value to Segments' })).toBeFocused();
  await keys.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Value of Segments' })).toBeFocused();
  await keys.type('warm');
  await keys.press('Enter');
  await keys.press('Escape');
  await expect(sentence(page)).toHaveText(/and Segments include Warm leads$/);
  await builder(page).getByRole('combobox', { name: 'Comparison' }).click();
  await page.getByRole('option', { name: 'was never in any of' }).click();
  await expect(sentence(page)).toHaveText(/and Segments never included Warm leads$/);
  await expect(counted(page)).toHaveText('2 customers');
  // The count before this one reads the same.
  await expect
    .poll(() => asked.at(-1))
    .toEqual({
      and: [
        { activity: ['call.logged'], op: 'at_least', count: 1, since: '-30d' },
        { field: 'segments', op: 'never_any', value: [segment.id] },
      ],
    });
});
