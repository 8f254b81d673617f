import { addCustomer, expect, newAccount, post, signIn, signUp, test, visit } from './fixtures';
import { cell, drawerOf, news, rowLoaded, seedCustomers } from './seed';

test.describe('the customers table', () => {
  test('CUS1 shows the first rows and how many there are', async ({ page, owner: _ }) => {
    await seedCustomers(page, 24);
    await visit(page, '/crm/customers');
    await expect(
      page.getByRole('banner').or(page.locator('header')).getByText('24', { exact: true }),
    ).toBeVisible();
    const grid = page.getByRole('grid', { name: 'Customers' });
    await expect(grid).toHaveAttribute('aria-rowcount', '25');
    await expect(grid.getByRole('row')).toHaveCount(25);
    await expect(page.locator('[data-row="0"]')).toHaveAttribute('aria-rowindex', '2');
  });

  test('CUS2 scrolls to the last row and back, by keys', async ({ page, owner: _ }) => {
    await seedCustomers(page, 260);
    await visit(page, '/crm/customers?sort=fullName');
    await rowLoaded(page, 0);
    const firstName = await (await cell(page, 0, 'Name')).textContent();
    await (await cell(page, 0, 'Email')).click();
    await page.keyboard.press('Control+End');
    await rowLoaded(page, 259);
    await expect(page.locator('[data-row="259"] :focus')).toBeVisible();
    // Far fewer rows are mounted than there are.
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    await page.keyboard.press('Control+Home');
    await rowLoaded(page, 0);
    await expect(await cell(page, 0, 'Name')).toHaveText(firstName ?? '');
    await page.keyboard.press('PageDown');
    await expect(page.locator('[data-row]:focus-within')).not.toHaveAttribute('data-row', '0');
  });

  test('CUS3 sorts by header, by two columns, and says so', async ({ page, owner: _ }) => {
    await seedCustomers(page, 12);
    await visit(page, '/crm/customers');
    await rowLoaded(page, 0);
    const name = page.getByRole('columnheader', { name: 'Name', exact: true });
    await name.click();
    await expect(page).toHaveURL(/sort=fullName/);
    await expect(name).toHaveAttribute('aria-sort', 'ascending');
    await expect(await cell(page, 0, 'Name')).toContainText('Anna');
    await name.click();
    await expect(name).toHaveAttribute('aria-sort', 'descending');
    await expect(await cell(page, 0, 'Name')).toContainText('Yuki');
    const country = page.getByRole('columnheader', { name: 'Country', exact: true });
    await country.click();
    await page.getByRole('columnheader', { name: 'Created', exact: true }).click({ modifiers: ['Shift'] });
    await expect(page).toHaveURL(/sort=country%2C-createdAt/);
    await expect(await cell(page, 0, 'Country')).toHaveText('Germany');
  });

  test('CUS4 filters show as chips that a key removes, and live in the address', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 12);
    await visit(page, '/crm/customers');
    await rowLoaded(page, 0);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('combobox', { name: 'Filter' }).fill('coun');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Country' }).fill('viet');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/country=VN/);
    await expect(page.getByRole('button', { name: 'Filter Country: Vietnam' })).toBeVisible();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '4');

    await visit(page, '/crm/customers?country=VN&tags=vip&owner=none');
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    await page.getByRole('button', { name: 'Remove filter Tags' }).focus();
    await page.keyboard.press('Enter');
    await expect(page).not.toHaveURL(/tags=/);
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '4');
    await page.goBack();
    await expect(page.getByRole('button', { name: 'Remove filter Tags' })).toBeVisible();
  });

  test('CUS5 typing in the search loses nothing while answers come late', async ({ page, owner: _ }) => {
    await seedCustomers(page, 20);
    await visit(page, '/crm/customers');
    await rowLoaded(page, 0);
    await page.route('**/api/v1/customers/query', async (route) => {
      await new Promise((done) => setTimeout(done, 400));
      await route.continue();
    });
    const field = page.getByRole('searchbox', { name: /^Search name/ });
    await field.pressSequentially('anna schmidt 0000', { delay: 90 });
    await expect(field).toHaveValue('anna schmidt 0000');
    await expect(page).toHaveURL(/q=anna/);
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    await expect(field).toHaveValue('anna schmidt 0000');
    await expect(field).toBeFocused();
    await field.press('Escape');
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '21');
  });

  test('CUS6 columns are shown, moved, resized and pinned without dragging', async ({ page, owner: _ }) => {
    await seedCustomers(page, 3);
    await visit(page, '/crm/customers');
    await rowLoaded(page, 0);
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Job title' }).click();
    await page.getByRole('checkbox', { name: 'Tags' }).click();
    await page.getByRole('button', { name: 'Move Country up' }).click();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('columnheader', { name: 'Job title' })).toBeAttached();
    await expect(page.getByRole('columnheader', { name: 'Tags' })).toHaveCount(0);
    await expect(page).toHaveURL(/cols=/);

    const country = page.getByRole('columnheader', { name: 'Country', exact: true });
    await country.click();
    const width = async () => (await country.boundingBox())?.width ?? 0;
    const before = await width();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(width).toBeGreaterThan(before + 20);
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('menuitem', { name: 'Pin to the left' }).click();
    await expect(country).toHaveAttribute('data-pinned', '');
    await page.reload();
    await expect(country).toHaveAttribute('data-pinned', '');
    await expect(page.getByRole('columnheader', { name: 'Tags' })).toHaveCount(0);
  });

  test('CUS8 edits in place: Enter edits, Tab moves on, Escape restores, Ctrl+Z undoes', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 3);
    await visit(page, '/crm/customers?sort=fullName');
    await rowLoaded(page, 0);
    const name = await cell(page, 0, 'Name');
    const before = (await name.textContent()) ?? '';
    await (await cell(page, 0, 'Email')).click();
    await page.keyboard.press('ArrowLeft');
    await expect(name).toBeFocused();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Ada Lovelace');
    await page.keyboard.press('Escape');
    await expect(name).toHaveText(before);
    await expect(name).toBeFocused();

    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toHaveText('A name is needed');
    await page.keyboard.type('Ada Lovelace');
    await page.keyboard.press('Tab');
    await expect(name).toHaveText('Ada Lovelace');
    // On to the company, the next cell that can be edited.
    const company = page.getByRole('combobox', { name: /^Company of/ });
    await expect(company).toBeFocused();
    await company.fill('Analytical Engines');
    await expect(page.getByRole('option', { name: /Create company/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(await cell(page, 0, 'Company')).toHaveText('Analytical Engines');
    await expect(await cell(page, 0, 'Company')).toBeFocused();
    await expect(news(page)).toContainText('Company of Ada Lovelace changed');

    await page.keyboard.press('Control+z');
    await expect(await cell(page, 0, 'Company')).toHaveText('');
    await page.keyboard.press('Control+z');
    await expect(name).toHaveText(before);
  });

  test('CUS8 tags are added and created in the cell', async ({ page, owner: _ }) => {
    await seedCustomers(page, 2);
    await visit(page, '/crm/customers?sort=fullName');
    await rowLoaded(page, 1);
    const tags = await cell(page, 1, 'Tags');
    await tags.click();
    await page.keyboard.press('Enter');
    const field = page.getByRole('combobox', { name: /^Tags of/ });
    await field.fill('event:berlin');
    await page.keyboard.press('Enter');
    await expect(tags).toContainText('event:berlin');
    await field.fill('vip');
    await page.keyboard.press('Enter');
    await expect(tags).toContainText('vip');
    await page.keyboard.press('Escape');
    await expect(tags).toBeFocused();
    await page.reload();
    await expect(tags).toContainText('event:berlin');
  });

  test('CUS10 selects rows, ranges and everything, and keeps who was taken out', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 130);
    await visit(page, '/crm/customers');
    await rowLoaded(page, 8);
    const bar = page.getByRole('region', { name: 'Selection' });
    await (await cell(page, 2, 'Select all')).click();
    await expect(bar).toContainText('1 of 130 selected');
    await (await cell(page, 6, 'Clear selection')).click({ modifiers: ['Shift'] });
    await expect(bar).toContainText('5 of 130 selected');
    await expect(page.locator('[data-row="4"]')).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Control+a');
    await expect(bar).toContainText('130 of 130 selected');
    await (await cell(page, 3, 'Clear selection')).click();
    await expect(bar).toContainText('129 of 130 selected');
    await page.keyboard.press('Control+End');
    await rowLoaded(page, 129);
    await expect(page.locator('[data-row="129"]')).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Escape');
    await expect(bar).toHaveCount(0);
  });

  test('CUS11 exports the list as it is shown', async ({ page, owner: _ }) => {
    await seedCustomers(page, 8);
    await visit(page, '/crm/customers?country=DE&sort=fullName&cols=fullName!,email');
    await rowLoaded(page, 0);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Export' });
    await expect(form).toContainText('2 customers as the list is filtered');
    const download = page.waitForEvent('download');
    await form.getByRole('link', { name: 'Download' }).click();
    const stream = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString('utf8').replace('\ufeff', '').trim().split(/\r?\n/);
    expect(lines[0]).toBe('fullName,email');
    expect(lines).toHaveLength(3);
  });
});

test('CUS11 a list without rows says that there is nothing to export', async ({ page, owner: _ }) => {
  await visit(page, '/crm/customers');
  await expect(page.getByRole('button', { name: 'Export', exact: true })).toHaveAccessibleDescription(
    'There is nothing to export.',
  );
  await addCustomer(page, 'Ada Lovelace');
  await visit(page, '/crm/customers?q=nobody');
  await expect(page.getByRole('button', { name: 'Export', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await visit(page, '/crm/customers');
  await expect(page.getByRole('button', { name: 'Export', exact: true })).not.toHaveAttribute(
    'aria-disabled',
  );
});

test.describe('what was typed', () => {
  test('the form for a new customer is not lost to a step back', async ({ page, owner: _ }) => {
    await visit(page, '/home');
    await page.keyboard.press('c');
    const form = page.getByRole('dialog', { name: 'New customer' });
    const question = page.getByRole('alertdialog', { name: 'Discard what you typed?' });
    await form.getByRole('textbox', { name: 'Name' }).fill('Ada Lovelace');
    await page.goBack();
    await expect(question).toBeVisible();
    await question.getByRole('button', { name: 'Keep editing' }).click();
    await expect(page).toHaveURL(/new=true/);
    await expect(form.getByRole('textbox', { name: 'Name' })).toHaveValue('Ada Lovelace');
    await page.goBack();
    await question.getByRole('button', { name: 'Discard' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
    await expect(page).toHaveURL(/\/home$/);
    await expect(question).toHaveCount(0);

    // What is saved is not asked about.
    await page.keyboard.press('c');
    await form.getByRole('textbox', { name: 'Name' }).fill('Grace Hopper');
    await page.keyboard.press('Enter');
    await expect(drawerOf(page).getByRole('heading', { level: 2 })).toHaveText('Grace Hopper');
    await expect(question).toHaveCount(0);
    await page.getByRole('link', { name: 'Home' }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  });

  test('an address is not lost with the drawer, its tab, its record or its page', async ({
    page,
    owner: _,
  }) => {
    await addCustomer(page, 'Ada Lovelace', 'ada@first.com');
    await addCustomer(page, 'Grace Hopper', 'grace@second.com');
    await visit(page, '/crm/customers?sort=fullName');
    await (await cell(page, 0, 'Name')).click();
    const drawer = drawerOf(page);
    const question = page.getByRole('alertdialog', { name: 'Discard what you typed?' });
    const value = drawer.getByRole('textbox', { name: 'Address' });
    // Nothing typed: nothing to ask.
    await drawer.getByRole('button', { name: 'Add contact' }).click();
    await value.press('Escape');
    await expect(value).toHaveCount(0);

    await drawer.getByRole('button', { name: 'Add contact' }).click();
    await value.fill('ada@private.org');
    const leave = [
      () => value.press('Escape'),
      () => drawer.getByRole('button', { name: 'Close' }).click(),
      () => drawer.getByRole('button', { name: 'Next' }).click(),
      () => drawer.getByRole('tab', { name: 'Activity' }).click(),
      () =>
        drawer
          .getByRole('button', { name: 'Actions for ada@first.com' })
          .click()
          .then(() => page.getByRole('menuitem', { name: 'Edit' }).click()),
      () => page.goBack(),
      () => page.getByRole('link', { name: 'Companies' }).first().click(),
    ];
    for (const go of leave) {
      await go();
      // Keys are the question's once it has the focus.
      await expect(question.getByRole('button', { name: 'Keep editing' })).toBeFocused();
      await page.keyboard.press('Escape');
      await expect(question).toHaveCount(0);
      await expect(value).toHaveValue('ada@private.org');
    }
    await expect(page).toHaveURL(/open=/);
    // Another order of the list below it takes nothing away.
    await page.getByRole('columnheader', { name: 'Name', exact: true }).click();
    await expect(page).toHaveURL(/sort=-fullName/);
    await expect(value).toHaveValue('ada@private.org');
    await drawer.getByRole('button', { name: 'Close' }).click();
    await question.getByRole('button', { name: 'Discard' }).click();
    await expect(drawer).toHaveCount(0);
    await expect(page.locator('[data-row] :focus')).toBeVisible();
  });
});

test.describe('a customer', () => {
  test('CUS14, CUS15 opens over the list; J and K walk; Escape gives the focus back', async ({
    page,
    owner: _,
  }) => {
    await seedCustomers(page, 6);
    await visit(page, '/crm/customers?sort=fullName');
    await rowLoaded(page, 3);
    const names = await page.getByRole('rowheader').allTextContents();
    await (await cell(page, 1, 'Name')).click();
    const drawer = drawerOf(page);
    await expect(drawer.getByRole('heading', { level: 2 })).toHaveText(names[1] ?? '');
    await expect(page).toHaveURL(/open=/);
    await expect(drawer).toContainText('2 of 6');
    for (const tab of ['Profile', 'Activity', 'Notes', 'Tasks']) {
      await expect(drawer.getByRole('tab', { name: tab })).toBeVisible();
    }
    await page.keyboard.press('j');
    await expect(drawer.getByRole('heading', { level: 2 })).toHaveText(names[2] ?? '');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await expect(drawer.getByRole('heading', { level: 2 })).toHaveText(names[2] ?? '');
    await page.keyboard.press('2');
    await expect(page).toHaveURL(/tab=activity/);
    await expect(drawer).toContainText('Customer created');
    await page.reload();
    await expect(drawer.getByRole('tab', { name: 'Activity' })).toHaveAttribute('aria-selected', 'true');
    await expect(drawer.getByRole('heading', { level: 2 })).toHaveText(names[2] ?? '');
    await expect(drawer).toContainText('3 of 6');
    await page.keyboard.press('Escape');
    await expect(drawer).toHaveCount(0);
    await expect(page.locator('[data-row="2"] :focus')).toBeVisible();
    await expect(page).not.toHaveURL(/open=/);
  });

  test('CUS16 contacts: add, refuse, primary, edit, remove, undo', async ({ page, owner: _ }) => {
    await addCustomer(page, 'Ada Lovelace', 'ada@first.com');
    await addCustomer(page, 'Grace Hopper', 'grace@second.com');
    await visit(page, '/crm/customers?sort=fullName');
    await (await cell(page, 0, 'Name')).click();
    const drawer = drawerOf(page);
    await drawer.getByRole('button', { name: 'Add contact' }).click();
    const value = drawer.getByRole('textbox', { name: 'Address' });
    await value.fill('not an address');
    await page.keyboard.press('Enter');
    await expect(drawer.getByText(/address|Adresse/i).last()).toBeVisible();
    await value.fill('grace@second.com');
    await page.keyboard.press('Enter');
    await expect(drawer).toContainText('This address belongs to Grace Hopper.');
    await value.fill('+49 30 901820');
    await expect(drawer.getByRole('combobox', { name: 'Channel' })).toContainText('Phone');
    await page.keyboard.press('Enter');
    await expect(drawer.getByRole('link', { name: '+49 30 901820' })).toBeVisible();

    await drawer.getByRole('button', { name: 'Add contact' }).click();
    await value.fill('ada@private.org');
    await page.keyboard.press('Enter');
    await drawer.getByRole('button', { name: 'Actions for ada@private.org' }).click();
    await page.getByRole('menuitem', { name: 'Make primary' }).click();
    await expect(drawer.getByRole('listitem').filter({ hasText: 'ada@private.org' })).toContainText(
      'Primary',
    );
    await expect(drawer.getByRole('listitem').filter({ hasText: 'ada@first.com' })).not.toContainText(
      'Primary',
    );

    await drawer.getByRole('button', { name: 'Actions for ada@first.com' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await expect(drawer.getByRole('link', { name: 'ada@first.com' })).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(drawer.getByRole('link', { name: 'ada@first.com' })).toBeVisible();
  });

  test('G8 Ctrl+Z takes back what the server has not answered yet', async ({ page, owner: _ }) => {
    const { id } = await addCustomer(page, 'Ada Lovelace', 'ada@first.com');
    await visit(page, `/crm/customers?open=${id}`);
    const drawer = drawerOf(page);
    await expect(drawer.getByRole('link', { name: 'ada@first.com' })).toBeVisible();
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/v1/contacts/*', async (route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response });
    });
    await drawer.getByRole('button', { name: 'Actions for ada@first.com' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await expect(drawer.getByRole('link', { name: 'ada@first.com' })).toHaveCount(0);
    await page.keyboard.press('Control+z');
    answer();
    await expect(drawer.getByRole('link', { name: 'ada@first.com' })).toBeVisible();
    await expect(news(page)).toContainText('Undone: ada@first.com removed');
  });

  test('G5 a list that was asked for before a change and answers after it shows the change', async ({
    page,
    owner: _,
  }) => {
    await addCustomer(page, 'Grace Hopper');
    await addCustomer(page, 'Zoë Quill');
    await visit(page, '/crm/customers');
    const field = page.getByRole('searchbox', { name: /^Search name/ });
    await field.fill('zo');
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const asked = page.waitForResponse(/customers\/query/);
    await page.route('**/api/v1/customers/query', async (route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response });
    });
    const begun = page.waitForRequest(/customers\/query/);
    await field.fill('zoe');
    await begun;
    // The rows of the search before still stand there.
    await (await cell(page, 0, 'Name')).click();
    const claimed = page.waitForResponse(/\/claim$/);
    await expect(drawerOf(page).getByRole('heading', { level: 2 })).toHaveText('Zoë Quill');
    await page.keyboard.press('i');
    await claimed;
    await expect(drawerOf(page)).toContainText('Mara Lindqvist (you)');
    answer();
    await asked;
    await expect(page).toHaveURL(/q=zoe/);
    await expect(await cell(page, 0, 'Owner')).toHaveText('Mara Lindqvist');
  });

  test('CUS13 archive hides, the filter shows, restore brings back', async ({ page, owner: _ }) => {
    await addCustomer(page, 'Ada Lovelace');
    await addCustomer(page, 'Grace Hopper');
    await visit(page, '/crm/customers?sort=fullName');
    await (await cell(page, 0, 'Name')).click();
    await drawerOf(page).getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await expect(drawerOf(page)).toContainText('Archived');
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    await visit(page, '/crm/customers?archived=only');
    await (await cell(page, 0, 'Name')).click();
    await drawerOf(page).getByRole('button', { name: 'Restore' }).click();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '1');
  });

  test('CUS19 new customer: name and one address; a known address leads to its holder', async ({
    page,
    owner: _,
  }) => {
    await addCustomer(page, 'Grace Hopper', 'grace@second.com');
    await visit(page, '/crm/customers');
    await page.keyboard.press('c');
    const form = page.getByRole('dialog', { name: 'New customer' });
    await form.getByRole('textbox', { name: 'Name' }).fill('Ada Lovelace');
    await form.getByRole('textbox', { name: 'Address' }).fill('grace@second.com');
    await expect(form).toContainText('Grace Hopper already has this address.');
    await form.getByRole('textbox', { name: 'Address' }).fill('ada@first.com');
    await page.keyboard.press('Enter');
    await expect(drawerOf(page).getByRole('heading', { level: 2 })).toHaveText('Ada Lovelace');
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '3');
    await expect(drawerOf(page)).toContainText('Mara Lindqvist (you)');
  });

  test('G9 two people change the same field: the second sees who and chooses', async ({ page, owner: _ }) => {
    const { id } = await addCustomer(page, 'Ada Lovelace');
    await visit(page, `/crm/customers?open=${id}`);
    const drawer = drawerOf(page);
    await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Ada Lovelace');
    // Somebody else, meanwhile.
    const other = await page.request.patch(`/api/v1/customers/${id}`, { data: { jobTitle: 'Countess' } });
    expect(other.ok()).toBe(true);
    await drawer.getByRole('button', { name: 'Change Job title' }).click();
    await page.keyboard.type('Programmer');
    await page.keyboard.press('Enter');
    const clash = page.getByRole('alertdialog');
    await expect(clash).toContainText('Ada Lovelace was changed meanwhile');
    await expect(clash).toContainText('Mara Lindqvist');
    await expect(clash).toContainText('Countess');
    await expect(clash).toContainText('Programmer');
    await clash.getByRole('button', { name: 'Use mine' }).click();
    await expect(drawer.getByRole('button', { name: 'Change Job title' })).toHaveText('Programmer');

    // Another field is no clash: nobody is asked.
    await page.request.patch(`/api/v1/customers/${id}`, { data: { country: 'GB' } });
    await drawer.getByRole('button', { name: 'Change Job title' }).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Mathematician');
    await page.keyboard.press('Enter');
    await expect(drawer.getByRole('button', { name: 'Change Country' })).toHaveText('United Kingdom');
    await expect(clash).toHaveCount(0);
  });

  test('G7 a refused edit puts the value back, says so and offers to retry', async ({ page, owner: _ }) => {
    await addCustomer(page, 'Ada Lovelace');
    await visit(page, '/crm/customers');
    let refuse = true;
    await page.route('**/api/v1/customers/*', async (route) => {
      if (route.request().method() !== 'PATCH' || !refuse) return route.continue();
      await route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: 'about:blank',
          title: 'Internal',
          status: 500,
          detail: '',
          code: 'internal',
          requestId: 'req1',
        }),
      });
    });
    const name = await cell(page, 0, 'Name');
    await (await cell(page, 0, 'Email')).click();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('F2');
    await page.keyboard.type('Ada King');
    await page.keyboard.press('Enter');
    await expect(news(page)).toContainText('Name of Ada Lovelace was put back');
    await expect(name).toHaveText('Ada Lovelace');
    refuse = false;
    await page.getByRole('button', { name: 'Try again', includeHidden: true }).click();
    await expect(name).toHaveText('Ada King');
  });

  test('CUS20 keyboard alone: find, open, claim, tag, close', async ({ page, owner: _ }) => {
    await seedCustomers(page, 9);
    await addCustomer(page, 'Zoë Quill', 'zoe@quill.com');
    await visit(page, '/home');
    // As quick as fingers: apart by more than a moment, they are two other commands.
    await Promise.all([page.keyboard.press('g'), page.keyboard.press('c')]);
    await rowLoaded(page, 0);
    await page.keyboard.press('/');
    await page.keyboard.type('zoe');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('[data-row="0"] :focus')).toBeVisible();
    await page.keyboard.press('Control+Enter');
    const drawer = drawerOf(page);
    await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Zoë Quill');
    await page.keyboard.press('i');
    await expect(drawer).toContainText('Mara Lindqvist (you)');
    await page.keyboard.press('l');
    await page.keyboard.type('vip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(drawer.getByRole('button', { name: 'Remove tag vip' })).toBeVisible();
    // Until the list has gone, Escape is the list's.
    await expect(page.getByRole('listbox')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(drawer).toHaveCount(0);
    await expect(page.locator('[data-row="0"] :focus')).toBeVisible();
    await expect(await cell(page, 0, 'Owner')).toHaveText('Mara Lindqvist');
  });
});

test('CUS17, G14 a member reads the customer of another and sees why nothing can be changed', async ({
  page,
  owner: _,
}) => {
  await addCustomer(page, 'Ada Lovelace');
  await visit(page, '/crm/customers');
  // The page takes whoever is signed in for a member, and the customer for somebody else's.
  await page.route('**/api/v1/bootstrap', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.me.role = 'member';
    body.members.push({
      id: '0190aaaa-0000-7000-8000-000000000001',
      fullName: 'Priya Raman',
      email: 'p@x.com',
      role: 'admin',
      disabled: false,
    });
    await route.fulfill({ response, json: body });
  });
  await page.route('**/api/v1/customers/query', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    for (const item of body.items) item.claimedById = '0190aaaa-0000-7000-8000-000000000001';
    await route.fulfill({ response, json: body });
  });
  await page.route(/\/api\/v1\/customers\/[0-9a-f-]{36}$/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.claimedById = '0190aaaa-0000-7000-8000-000000000001';
    await route.fulfill({ response, json: body });
  });
  await page.reload();
  await (await cell(page, 0, 'Owner')).dblclick();
  await expect(news(page)).toContainText('Only Priya Raman, an owner or an admin can do this');
  await (await cell(page, 0, 'Name')).click();
  const drawer = drawerOf(page);
  await expect(drawer).toContainText('Priya Raman owns this record.');
  await expect(drawer.getByRole('button', { name: 'Release' })).toBeDisabled();
  await expect(drawer.getByRole('button', { name: 'Add contact' })).toHaveCount(0);
  await expect(drawer.getByRole('button', { name: 'Change Job title' })).toHaveCount(0);
});

test('G4 the place in a long list comes back with the page', async ({ page, owner: _ }) => {
  await seedCustomers(page, 300);
  await visit(page, '/crm/customers?sort=fullName');
  await rowLoaded(page, 0);
  await page.locator('.grid-scroller').evaluate((element) => {
    element.scrollTop = 220 * 36;
  });
  await rowLoaded(page, 225);
  const shown = await (await cell(page, 225, 'Name')).textContent();
  // The place is kept once the movement has ended.
  await expect
    .poll(() => page.evaluate(() => sessionStorage.getItem('entente.place.customers')))
    .toContain('"row":220');
  await page.reload();
  await rowLoaded(page, 225);
  await expect(await cell(page, 225, 'Name')).toHaveText(shown ?? '');
  await expect(await cell(page, 225, 'Name')).toBeInViewport();
});

test('G13 at 390 px the list, its filters and a record are all within reach', async ({ page, owner: _ }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await seedCustomers(page, 30);
  await visit(page, '/crm/customers');
  await rowLoaded(page, 2);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('combobox', { name: 'Filter' }).fill('owner');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'Unclaimed' }).click();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/owner=none/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.locator('[data-row="1"] [data-opens]').click();
  const drawer = drawerOf(page);
  await expect(drawer.getByRole('tab', { name: 'Profile' })).toBeVisible();
  expect((await drawer.boundingBox())?.width).toBe(390);
  await drawer.getByRole('button', { name: 'Close' }).click();
  await expect(drawer).toHaveCount(0);
});

test('people of two organisations never see each other', async ({ page, owner: _, browser, baseURL }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  const context = await browser.newContext({ baseURL });
  const stranger = await context.newPage();
  const account = newAccount();
  await signUp(stranger.request, account);
  await signIn(stranger.request, account);
  await stranger.goto(`/crm/customers?open=${id}`);
  await expect(stranger.getByRole('dialog')).toContainText(
    'This record does not exist any more, or you may not see it',
  );
  await post(stranger.request, '/customers', { fullName: 'Own Person', contacts: [] });
  await context.close();
});
