import { addCustomer, expect, post, test, visit } from './fixtures';
import { cell, drawerOf, news, rowLoaded, seedCustomers } from './seed';

test('G4 reload, back, forward and a pasted link restore filters, sort, open record and tab', async ({
  page,
  owner: _,
  context,
}) => {
  await seedCustomers(page, 12);
  await visit(page, '/crm/customers');
  await rowLoaded(page, 0);
  await page.getByRole('columnheader', { name: 'Name', exact: true }).click();
  await expect(page).toHaveURL(/sort=fullName/);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('combobox', { name: 'Filter' }).fill('coun');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Country' }).fill('viet');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '4');
  const second = (await (await cell(page, 1, 'Name')).textContent()) ?? '';
  await (await cell(page, 1, 'Name')).click();
  const drawer = drawerOf(page);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText(second);
  await drawer.getByRole('tab', { name: 'Activity' }).click();
  await expect(page).toHaveURL(/tab=activity/);

  const whole = async (on: typeof page) => {
    await expect(on.getByRole('button', { name: 'Filter Country: Vietnam' })).toBeAttached();
    await expect(on.locator('[aria-rowcount="4"]')).toBeAttached();
    await expect(on.locator('[aria-sort="ascending"]')).toContainText('Name');
    await expect(drawerOf(on).getByRole('heading', { level: 2 })).toHaveText(second);
    await expect(drawerOf(on).getByRole('tab', { name: 'Activity' })).toHaveAttribute(
      'aria-selected',
      'true',
    );
  };
  await page.reload();
  await whole(page);
  const pasted = await context.newPage();
  await pasted.goto(page.url());
  await whole(pasted);
  await pasted.close();
  // Away, back, and forth again.
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await page.getByRole('link', { name: 'Companies' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Companies' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '4');
  await expect(page.getByRole('columnheader', { name: 'Name', exact: true })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await page.goBack();
  await whole(page);
  await page.goForward();
  await expect(drawer).toHaveCount(0);
});

test('G5 what one tab changes the other shows without a reload', async ({ page, owner: _, context }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
  await addCustomer(page, 'Grace Hopper');
  await visit(page, '/crm/customers?sort=fullName');
  await rowLoaded(page, 1);
  const other = await context.newPage();
  await visit(other, `/crm/customers?sort=fullName&open=${id}`);
  const drawer = drawerOf(other);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Ada Lovelace');

  // An edit in the list of the one stands in the record of the other.
  await (await cell(page, 0, 'Email')).click();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Ada King');
  await page.keyboard.press('Enter');
  await expect(await cell(page, 0, 'Name')).toHaveText('Ada King');
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Ada King');
  // And the other way round; a new record and a new tag come, too.
  await drawer.getByRole('button', { name: 'Change Job title' }).click();
  await other.keyboard.type('Countess');
  await other.keyboard.press('Enter');
  await expect(drawer.getByRole('button', { name: 'Change Job title' })).toHaveText('Countess');
  await page.bringToFront();
  await expect(page.locator('[data-row="0"]')).toContainText('Ada King');
  await page.getByRole('rowheader', { name: 'Ada King' }).click();
  await expect(drawerOf(page).getByRole('button', { name: 'Change Job title' })).toHaveText('Countess');

  // What somebody types meanwhile stays.
  await other.bringToFront();
  await drawer.getByRole('button', { name: 'Change Job title' }).click();
  await other.keyboard.press('Control+a');
  await other.keyboard.type('Half a ti');
  const again = other.waitForResponse(/customers\/query/);
  await page.keyboard.press('i');
  await expect(drawerOf(page)).toContainText('Mara Lindqvist (you)');
  await again;
  await expect(drawer).toContainText('Mara Lindqvist (you)');
  await expect(drawer.getByRole('textbox', { name: 'Job title' })).toHaveValue('Half a ti');
});

test('G8 Ctrl+Z takes back an edit, a tag and a claim, one after the other, and names them', async ({
  page,
  owner: _,
}) => {
  const { id } = await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
  await visit(page, `/crm/customers?open=${id}`);
  const drawer = drawerOf(page);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Ada Lovelace');
  await page.keyboard.press('i');
  await expect(drawer).toContainText('Mara Lindqvist (you)');
  await page.keyboard.press('l');
  await page.keyboard.type('vip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(drawer.getByRole('button', { name: 'Remove tag vip' })).toBeVisible();
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await drawer.getByRole('button', { name: 'Change Country' }).click();
  await page.keyboard.type('germany');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('button', { name: 'Change Country' })).toHaveText('Germany');
  await drawer.getByRole('heading', { level: 2 }).click();

  await page.keyboard.press('Control+z');
  await expect(drawer.getByRole('button', { name: 'Change Country' })).not.toHaveText('Germany');
  await expect(news(page)).toContainText('Undone: Country of Ada Lovelace changed');
  await page.keyboard.press('Control+z');
  await expect(drawer.getByRole('button', { name: 'Remove tag vip' })).toHaveCount(0);
  await expect(news(page)).toContainText(/Undone: .*vip/);
  await page.keyboard.press('Control+z');
  await expect(drawer).not.toContainText('Mara Lindqvist (you)');
  await expect(news(page)).toContainText(/Undone: .*(claimed|yours)/i);
});

test('G11 the theme follows the system while it is open, and what scrolls follows with it', async ({
  page,
  owner: _,
}) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await visit(page, '/settings/appearance');
  await page.getByRole('radio', { name: /System/ }).check();
  // Scrollbars and controls follow the scheme by themselves; the rest by colours.
  const look = () =>
    page.evaluate(() => {
      const scheme = getComputedStyle(document.documentElement).colorScheme;
      const ink = getComputedStyle(document.querySelector('h1') ?? document.body).color;
      return { scheme, ink };
    });
  const light = await look();
  expect(light.scheme).toBe('light dark');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => (await look()).ink).not.toBe(light.ink);
  const dark = await look();
  expect(dark.scheme).toBe('light dark');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await look()).toEqual(dark);
});

test('CUS1 a total that is too large to be counted exactly is said as "about"', async ({
  page,
  owner: _,
}) => {
  await seedCustomers(page, 3);
  await page.route('**/api/v1/customers/count', (route) =>
    route.fulfill({ json: { count: 100_000, exact: false } }),
  );
  await visit(page, '/crm/customers');
  await rowLoaded(page, 0);
  await expect(
    page
      .locator('header')
      .getByText(/about 100,000|100,000\+/)
      .first(),
  ).toBeVisible();
});

test('CUS3 every column that can be sorted is, by its header, and empty cells come last both ways', async ({
  page,
  owner: _,
}) => {
  test.slow();
  await seedCustomers(page, 6);
  const company = await post<{ id: string }>(page.request, '/companies', { name: 'Analytical Engines' });
  const full = await post<{ id: string }>(page.request, '/customers', {
    fullName: 'Zoë Quill',
    firstName: 'Zoë',
    lastName: 'Quill',
    jobTitle: 'Buyer',
    language: 'en',
    timezone: 'Europe/Berlin',
    companyId: company.id,
    contacts: [],
  });
  await post(page.request, `/customers/${full.id}/claim`, {});
  const fields: Array<{ record: string; field: string; sortable: boolean }> = (
    await (await page.request.get('/api/v1/bootstrap')).json()
  ).fields;
  const sortable = fields.filter(({ record, sortable: can }) => record === 'customer' && can);
  expect(sortable.length).toBeGreaterThan(8);
  for (const { field } of sortable) {
    const order = async (sort: string) => {
      const answer = await page.request.post('/api/v1/customers/query', { data: { sort } });
      expect(answer.ok(), `${sort}: ${await answer.text()}`).toBe(true);
      return ((await answer.json()).items as Array<Record<string, unknown>>).map(
        (item) => item[field] ?? null,
      );
    };
    const filled = async (sort: string) => (await order(sort)).filter((value) => value !== null);
    expect(await filled(`-${field}`), `${field} the other way round`).toEqual(
      (await filled(field)).reverse(),
    );
    for (const sort of [field, `-${field}`]) {
      const values = await order(sort);
      const firstEmpty = values.indexOf(null);
      // Once one is empty, all after it are.
      if (firstEmpty >= 0)
        expect(
          values.slice(firstEmpty).every((value) => value === null),
          sort,
        ).toBe(true);
      expect(await order(sort), 'the same order again').toEqual(values);
    }
  }
  await visit(page, '/crm/customers');
  await rowLoaded(page, 0);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Job title' }).click();
  await page.keyboard.press('Escape');
  for (const name of ['Job title', 'Company', 'Owner']) {
    const header = page.getByRole('columnheader', { name, exact: true });
    if ((await header.getAttribute('aria-sort')) === null) continue;
    for (const direction of ['ascending', 'descending']) {
      await header.click();
      await expect(header).toHaveAttribute('aria-sort', direction);
      await rowLoaded(page, 6);
      await expect(await cell(page, 0, name)).not.toHaveText('');
      await expect(await cell(page, 6, name)).toHaveText('');
    }
  }
});

test('CUS16 an address says that it bounced and when it was verified', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
  await post(page.request, `/customers/${id}/contacts`, {
    channel: 'linkedin',
    value: 'linkedin.com/in/ada',
  });
  await page.route(/\/api\/v1\/customers\/[0-9a-f-]{36}$/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    Object.assign(body.contacts[0], { status: 'bounced' });
    Object.assign(body.contacts[1], { verifiedAt: '2026-03-04T10:00:00Z' });
    await route.fulfill({ response, json: body });
  });
  await visit(page, `/crm/customers?open=${id}`);
  const item = (text: RegExp) => drawerOf(page).getByRole('listitem').filter({ hasText: text });
  await expect(item(/ada@engines\.com/)).toContainText('Bounced');
  await expect(item(/ada@engines\.com/)).toContainText('Email');
  await expect(item(/in\/ada/)).toContainText(/Verified.*2026/);
  await expect(item(/in\/ada/)).toContainText('LinkedIn');
});

test('CUS19 a phone number and a LinkedIn address that are known are said before saving', async ({
  page,
  owner: _,
}) => {
  const { id } = await addCustomer(page, 'Grace Hopper');
  for (const [channel, value] of [
    ['phone', '+49 30 901820'],
    ['linkedin', 'https://www.linkedin.com/in/grace-hopper'],
  ])
    await post(page.request, `/customers/${id}/contacts`, { channel, value });
  await visit(page, '/crm/customers');
  await page.keyboard.press('c');
  const form = page.getByRole('dialog', { name: 'New customer' });
  for (const typed of ['linkedin.com/in/grace-hopper/', '+49 (30) 90 18 20']) {
    await form.getByRole('textbox', { name: 'Address' }).fill(typed);
    await expect(form, typed).toContainText(/Grace Hopper/);
    await form.getByRole('textbox', { name: 'Address' }).fill('');
    await expect(form).not.toContainText(/Grace Hopper/);
  }
});
