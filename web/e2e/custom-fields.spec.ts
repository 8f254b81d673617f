import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';
import { cell, drawerOf, news } from './seed';

interface Made {
  id: string;
  options: Array<{ id: string; label: string; archived: boolean }>;
}

/** A field as administrators make it. */
function addField(page: Page, label: string, kind: string, more: object = {}) {
  return post<Made>(page.request, '/custom-fields', { record: 'customer', label, kind, ...more });
}

const options = (...labels: string[]) => ({ options: labels.map((label) => ({ label })) });

test('custom fields are made, ordered, archived and restored in the settings', async ({ page, owner: _ }) => {
  await visit(page, '/settings/custom-fields');
  await page.getByRole('button', { name: 'New customer field' }).click();
  const dialog = page.getByRole('dialog', { name: 'New customer field' });
  await dialog.getByRole('button', { name: 'Create field' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAccessibleDescription(/Please fill this in/);
  await dialog.getByLabel('Name').fill('Tier');
  await dialog.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: /^Select/ }).click();
  await dialog.getByRole('textbox', { name: 'Option 1' }).fill('Gold');
  await dialog.getByRole('textbox', { name: 'Option 1' }).press('Enter');
  await page.keyboard.type('Silver');
  await page.keyboard.press('Enter');
  await page.keyboard.type('gold');
  await dialog.getByRole('button', { name: 'Create field' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Option 3' })).toHaveAccessibleDescription(
    /of this name already/,
  );
  await dialog.getByRole('textbox', { name: 'Option 3' }).fill('Bronze');
  await dialog.getByRole('button', { name: 'Create field' }).click();
  const list = page.getByRole('list', { name: 'Customers' });
  await expect(list).toContainText('Select · 3 options · tier');

  await page.getByRole('button', { name: 'New customer field' }).click();
  await dialog.getByLabel('Name').fill('Seats');
  await dialog.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: /^Number/ }).click();
  await dialog.getByRole('button', { name: 'Create field' }).click();
  await expect(list.getByRole('listitem')).toContainText([/Tier/, /Seats/]);
  await check(page);

  // By key, and it is so after a reload.
  await list.getByRole('button', { name: 'Edit Seats' }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(list.getByRole('listitem')).toContainText([/Seats/, /Tier/]);
  await expect(list.getByRole('button', { name: 'Edit Seats' })).toBeFocused();
  await expect
    .poll(async () => {
      const { items } = await (await page.request.get('/api/v1/custom-fields')).json();
      return items.map(({ label }: { label: string }) => label);
    })
    .toEqual(['Seats', 'Tier']);

  // What a field holds may be renamed, not changed.
  await list.getByRole('button', { name: 'Edit Tier' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit Tier' });
  await expect(edit).toContainText('custom.tier');
  await edit.getByLabel('Name').fill('Level');
  await edit.getByRole('button', { name: 'Archive Bronze' }).click();
  await check(page);
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(list).toContainText('Level');
  await expect(list).toContainText('2 options');

  await list.getByRole('button', { name: 'More about Level' }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  const question = page.getByRole('alertdialog', { name: 'Archive Level?' });
  await expect(question).toContainText('All values are kept');
  await question.getByRole('button', { name: 'Archive field' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await page.getByText('1 archived field').click();
  await page.getByRole('button', { name: 'Restore Level' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(2);

  await visit(page, '/settings/audit');
  await expect(page.getByRole('row').nth(1)).toContainText('Custom field restored');
});

test('the drawer edits a value of every kind by keyboard, and empties it', async ({ page, owner }) => {
  test.slow();
  await addField(page, 'Tier', 'select', options('Gold', 'Silver'));
  await addField(page, 'Interests', 'multi_select', options('Sailing', 'Chess'));
  await addField(page, 'Seats', 'number');
  await addField(page, 'Contract end', 'date');
  await addField(page, 'Pays by invoice', 'boolean');
  await addField(page, 'Portal', 'url');
  await addField(page, 'Billing email', 'email');
  await addField(page, 'Account manager', 'user');
  await addField(page, 'Remark', 'text', { required: true });
  const ada = await post<{ id: string }>(page.request, '/customers', {
    fullName: 'Ada Lovelace',
    custom: { remark: 'Met at the fair' },
  });
  await visit(page, `/crm/customers?open=${ada.id}`);
  const drawer = drawerOf(page);
  const value = (label: string) => drawer.getByRole('button', { name: `Change ${label}`, exact: true });
  const stored = async () => {
    const record = await (await page.request.get(`/api/v1/customers/${ada.id}`)).json();
    return record.custom as Record<string, unknown>;
  };

  // Empty ones wait behind a button, which leaves the focus where they are.
  await expect(value('Seats')).toHaveCount(0);
  await drawer.getByRole('button', { name: 'Show 8 empty fields' }).focus();
  await page.keyboard.press('Enter');
  await expect(value('Tier')).toBeFocused();

  const pick = async (label: string, text: string) => {
    await value(label).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('combobox', { name: label })).toBeFocused();
    await page.keyboard.type(text);
    await expect(page.getByRole('option').first()).toContainText(text);
    await page.keyboard.press('Enter');
  };
  const write = async (label: string, text: string) => {
    await value(label).focus();
    await page.keyboard.press('Enter');
    await expect(drawer.getByRole('textbox', { name: label })).toBeFocused();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await pick('Tier', 'Gold');
  await expect(value('Tier')).toHaveText('Gold');
  await pick('Interests', 'Chess');
  await page.keyboard.press('Escape');
  await expect(value('Interests')).toHaveText('Chess');
  await write('Seats', 'many');
  await expect(drawer.getByRole('alert')).toHaveText(/Write a number/);
  await expect(drawer.getByRole('textbox', { name: 'Seats' })).toHaveAccessibleDescription(/Write a number/);
  await drawer.getByRole('textbox', { name: 'Seats' }).fill('1,250.5');
  await page.keyboard.press('Enter');
  await expect(value('Seats')).toHaveText('1,250.5');
  await expect(value('Seats')).toBeFocused();
  await value('Contract end').click();
  await drawer.getByLabel('Contract end').fill('2027-03-31');
  await page.keyboard.press('Enter');
  await expect(value('Contract end')).toHaveText(/31.*Mar.*2027|Mar.*31.*2027/);
  await pick('Pays by invoice', 'no');
  await expect(value('Pays by invoice')).toHaveText('no');
  await write('Portal', 'portal.example.com/ada');
  await expect(drawer.getByRole('link', { name: 'Open Portal' })).toHaveAttribute(
    'href',
    'https://portal.example.com/ada',
  );
  await write('Billing email', 'ada@');
  await expect(drawer.getByRole('alert')).toBeVisible();
  await page.keyboard.press('Escape');
  await write('Billing email', 'Bills@Engines.com');
  await expect(value('Billing email')).toHaveText('bills@engines.com');
  await pick('Account manager', owner.fullName);
  await expect(value('Account manager')).toHaveText(owner.fullName);
  await check(page);

  // What only the server knows is told beside the field, too.
  await write('Portal', 'no address at all');
  await expect(drawer.getByRole('alert')).toHaveText(/address/);
  await expect(value('Portal')).toHaveText(/portal\.example\.com/);
  // The refused text is there to be mended; Escape goes back to what is stored.
  await value('Portal').click();
  const portal = drawer.getByRole('textbox', { name: 'Portal' });
  await expect(portal).toHaveValue('no address at all');
  await expect(portal).toHaveAccessibleDescription(/address/);
  await page.keyboard.press('Escape');
  await expect(drawer.getByRole('alert')).toHaveCount(0);
  await value('Portal').click();
  await expect(portal).toHaveValue(/portal\.example\.com/);
  await page.keyboard.press('Escape');

  // Emptied: what may be empty.
  const clear = async (label: string) => {
    await value(label).click();
    await page.getByRole('option', { name: 'No value' }).click();
    await expect(value(label)).toHaveText('–');
  };
  await clear('Tier');
  await clear('Pays by invoice');
  await clear('Account manager');
  await value('Interests').click();
  await page.getByRole('option', { name: 'Chess' }).click();
  await page.keyboard.press('Escape');
  await expect(value('Interests')).toHaveText('–');
  for (const label of ['Seats', 'Contract end', 'Portal', 'Billing email']) {
    await value(label).click();
    await drawer.getByLabel(label, { exact: true }).fill('');
    await page.keyboard.press('Enter');
    await expect(value(label)).toHaveText('–');
  }
  await value('Remark').click();
  await drawer.getByRole('textbox', { name: 'Remark' }).fill('');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('alert')).toHaveText(/fill this in/);
  await page.keyboard.press('Escape');
  await expect.poll(stored).toEqual({ remark: 'Met at the fair' });
  await news(page).getByRole('button', { name: 'Undo' }).first().click();
  await expect(value('Billing email')).toHaveText('bills@engines.com');
});

test('an archived option stays readable, an archived field is gone and comes back with its values', async ({
  page,
  owner: _,
}) => {
  const tier = await addField(page, 'Tier', 'select', options('Gold', 'Silver'));
  const [gold, silver] = tier.options;
  const ada = await post<{ id: string }>(page.request, '/customers', {
    fullName: 'Ada Lovelace',
    custom: { tier: gold?.id },
  });
  const patched = await page.request.patch(`/api/v1/custom-fields/${tier.id}`, {
    data: { options: [{ ...gold, archived: true }, silver] },
  });
  expect(patched.ok()).toBe(true);
  const filter = encodeURIComponent(JSON.stringify({ field: 'custom.tier', op: 'eq', value: gold?.id }));
  const address = `/crm/customers?open=${ada.id}&cols=fullName!,custom.tier&filter=${filter}`;
  await visit(page, address);
  const value = drawerOf(page).getByRole('button', { name: 'Change Tier' });
  await expect(value).toHaveText('Gold');
  await expect(await cell(page, 0, 'Tier')).toHaveText('Gold');
  await value.click();
  await expect(page.getByRole('option')).toContainText(['No value', 'Gold', 'Silver']);
  await page.keyboard.press('Escape');

  await post(page.request, `/custom-fields/${tier.id}/archive`, {});
  await visit(page, address);
  await expect(drawerOf(page).getByRole('button', { name: 'Change Name' })).toBeVisible();
  await expect(value).toHaveCount(0);
  await expect(page.getByRole('columnheader')).toHaveText([/^$/, 'Name']);
  // The filter goes on, and says so.
  await expect(page.locator('[data-row="0"]')).toContainText('Ada Lovelace');
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', { name: /Advanced filter/ })
    .first()
    .click();
  const builder = page.getByRole('dialog');
  await expect(builder).toContainText('This field is archived');
  await expect(builder).toContainText(/Tier is Gold/);
  await expect(builder.getByRole('button', { name: 'Show 1 customer' })).toBeEnabled();
  await page.keyboard.press('Escape');

  await post(page.request, `/custom-fields/${tier.id}/restore`, {});
  await visit(page, address);
  await expect(value).toHaveText('Gold');
});

test('columns of custom fields are shown, edited by key, sorted, filtered, saved and exported', async ({
  page,
  owner: _,
}) => {
  test.slow();
  const tier = await addField(page, 'Tier', 'select', options('Gold', 'Silver'));
  await addField(page, 'Seats', 'number');
  await addField(page, 'Contract end', 'date');
  const interests = await addField(page, 'Interests', 'multi_select', options('Sailing', 'Chess'));
  await post(page.request, '/customers', {
    fullName: 'Bo Berg',
    custom: { seats: 3, tier: tier.options[1]?.id, interests: interests.options.map(({ id }) => id) },
  });
  await post(page.request, '/customers', {
    fullName: 'Ada Lovelace',
    custom: { seats: 1250.5, tier: tier.options[0]?.id },
  });

  // Hidden until somebody asks for them; then where and as wide as they are put.
  await visit(page, '/crm/customers?cols=fullName!,email');
  await page.getByRole('button', { name: 'Columns' }).click();
  for (const name of ['Seats', 'Contract end', 'Interests', 'Tier'])
    await page.getByRole('checkbox', { name, exact: true }).click();
  for (const _ of [1, 2]) await page.getByRole('button', { name: 'Move Seats up' }).press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader')).toHaveText([
    /^$/,
    'Name',
    'Seats',
    'Email',
    'Contract end',
    'Interests',
    'Tier',
  ]);
  const header = page.getByRole('columnheader', { name: 'Seats' });
  await header.click();
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  await expect(await cell(page, 0, 'Name')).toHaveText('Ada Lovelace');
  await expect(await cell(page, 1, 'Interests')).toHaveText('SailingChess');
  // A select by the order of its options.
  const tiers = page.getByRole('columnheader', { name: 'Tier' });
  await tiers.click();
  await expect(tiers).toHaveAttribute('aria-sort', 'ascending');
  await expect(await cell(page, 0, 'Name')).toHaveText('Ada Lovelace');
  await tiers.click();
  await expect(await cell(page, 0, 'Name')).toHaveText('Bo Berg');
  await header.click();
  await header.focus();
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByRole('menuitem', { name: /Wider/ }).click();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/custom\.seats\.198/);

  // Kept by a view.
  await page.getByRole('button', { name: /^View: / }).click();
  await page.getByRole('menuitem', { name: 'Save as new view…' }).click();
  await page.keyboard.type('By seats');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/view=/);
  const view = page.getByRole('button', { name: /^View: / });
  await view.click();
  await page.getByRole('menuitem', { name: 'All Customers' }).click();
  await expect(page).not.toHaveURL(/custom\./);
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await view.click();
  await page.getByRole('menuitem', { name: 'By seats' }).click();
  await expect(page).toHaveURL(/custom\.seats\.198/);
  await expect(view).toHaveAccessibleName('View: By seats');
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByRole('columnheader').nth(2)).toHaveText('Seats');

  // Edited by key alone, right after the page has come.
  await page.reload();
  await (await cell(page, 1, 'Seats')).click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: /Seats/ })).toBeFocused();
  await page.keyboard.type('some');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText(/Write a number/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('gridcell', { name: '2,000' })).toBeVisible();
  await (await cell(page, 0, 'Contract end')).dblclick();
  await page.getByLabel(/Contract end/).fill('2027-03-31');
  await page.keyboard.press('Enter');
  await expect(await cell(page, 0, 'Contract end')).toHaveText(/2027/);
  await (await cell(page, 0, 'Tier')).click();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'Silver' }).click();
  await expect(await cell(page, 0, 'Tier')).toHaveText('Silver');

  // Filtered by the label of an option.
  await visit(page, '/crm/customers?cols=fullName!,custom.tier');
  await (await cell(page, 0, 'Name')).waitFor();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.keyboard.type('Tier');
  await page.getByRole('option', { name: 'Tier' }).click();
  const builder = page.getByRole('dialog');
  await expect(builder.getByRole('combobox', { name: /Comparison/ })).toHaveText('is any of');
  await builder.getByRole('button', { name: 'Add a value to Tier' }).click();
  await page.getByRole('option', { name: 'Silver' }).click();
  await page.keyboard.press('Escape');
  await expect(builder.getByRole('region', { name: 'In words' })).toHaveText(/Tier is Silver/);
  await check(page);
  await builder.getByRole('button', { name: /^Show \d/ }).click();
  await expect(page.locator('[data-row]')).not.toHaveCount(0);
  await expect(page).toHaveURL(/custom\.tier/);

  const file = await (await page.request.get('/api/v1/customers/export.csv')).text();
  expect(file.split('\n')[0]).toContain('custom.tier');
  expect(file).toContain('Silver');
  await page.getByRole('button', { name: 'Export' }).click();
  const link = page.getByRole('dialog').getByRole('link', { name: 'Download' });
  expect(await link.getAttribute('href')).toContain('custom.tier');
});

test('timelines, merges and imports name custom fields by their labels', async ({ page, owner: _ }) => {
  const tier = await addField(page, 'Tier', 'select', options('Gold', 'Silver'));
  await addField(page, 'Seats', 'number');
  const ada = await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
  const double = await post<{ id: string }>(page.request, '/customers', {
    fullName: 'A. Lovelace',
    custom: { tier: tier.options[1]?.id },
  });
  const body = { custom: { tier: tier.options[0]?.id, seats: 1250.5 } };
  expect((await page.request.patch(`/api/v1/customers/${ada.id}`, { data: body })).ok()).toBe(true);
  await visit(page, `/crm/customers?open=${ada.id}&tab=activity`);
  const drawer = drawerOf(page);
  await expect(drawer.getByText(/Seats.*1,250\.5/)).toBeVisible();
  await expect(drawer.getByText(/Tier.*Gold/)).toBeVisible();
  await expect(drawer).not.toContainText('custom.');

  await visit(page, '/crm/customers');
  await (await cell(page, 1, 'Name')).waitFor();
  for (const row of [0, 1]) await page.locator(`[data-row="${row}"] .grid-select`).click();
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Merge' }).click();
  const merge = page.getByRole('dialog', { name: 'Merge 2 customers' });
  await expect(merge).toContainText('Tier');
  await expect(merge).toContainText('Silver');
  await expect(merge).not.toContainText('custom.');
  expect(double.id).toBeTruthy();

  await visit(page, '/imports?record=customer');
  await page.locator('input[type=file]').setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('Name,Level,Seats\nGrace Hopper,gold,12\n'),
  });
  await page.getByRole('button', { name: 'Continue' }).click();
  const field = (column: string) => page.getByRole('combobox', { name: new RegExp(column) }).first();
  await expect(field('Seats')).toHaveValue('Seats');
  await field('Level').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Tier');
  await page.getByRole('option', { name: /^Tier/ }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('button', { name: 'Import 1 customer' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  const { items } = await (await page.request.get('/api/v1/customers?q=Hopper')).json();
  expect(items[0].custom).toEqual({ tier: tier.options[0]?.id, seats: 12 });
});

test('a new record is asked for its required fields', async ({ page, owner: _ }) => {
  await addField(page, 'Plan', 'text', { record: 'company', required: true });
  await addField(page, 'Region', 'select', {
    record: 'company',
    required: true,
    ...options('North', 'South'),
  });
  await addField(page, 'Since', 'date', { record: 'company' });
  await visit(page, '/crm/companies?new=true');
  const dialog = page.getByRole('dialog', { name: 'New company' });
  // All that is missing at once, from the top.
  await dialog.getByRole('button', { name: 'Create company' }).click();
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await expect(dialog.getByLabel('Plan')).toHaveAccessibleDescription(/Please fill this in/);
  await expect(dialog.getByRole('combobox', { name: 'Region' })).toHaveAccessibleDescription(
    /Please fill this in/,
  );
  await expect(dialog.getByLabel('Since')).toHaveCount(0);
  await dialog.getByLabel('Name').fill('Acme');
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Plan')).toBeFocused();
  await page.keyboard.type('Pro');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Sou');
  await page.getByRole('option', { name: 'South' }).click();
  await check(page);
  await dialog.getByRole('button', { name: 'Create company' }).click();
  const drawer = page.getByRole('dialog', { name: 'Acme' });
  await expect(drawer.getByRole('button', { name: 'Change Plan' })).toHaveText('Pro');
  await expect(drawer.getByRole('button', { name: 'Change Region' })).toHaveText('South');
});

for (const theme of ['light', 'dark'] as const)
  for (const width of [1440, 390])
    test(`A1 custom fields in ${theme} at ${width} px`, async ({ page, owner: _ }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 844 });
      const tier = await addField(page, 'Tier', 'select', { ...options('Gold', 'Silver'), required: true });
      const channels = await addField(page, 'Channels', 'multi_select', {
        ...options('Phone', 'Letter'),
        required: true,
      });
      await addField(page, 'Contract end', 'date');
      await addField(page, 'Seats', 'number');
      const ada = await post<{ id: string }>(page.request, '/customers', {
        fullName: 'Ada Lovelace',
        custom: { tier: tier.options[0]?.id, channels: channels.options.map(({ id }) => id), seats: 3 },
      });
      await visit(page, `/crm/customers?open=${ada.id}&cols=fullName!,custom.channels,custom.contract_end`);
      const drawer = drawerOf(page);
      const change = (label: string) => drawer.getByRole('button', { name: `Change ${label}`, exact: true });
      await change('Seats').click();
      await page.keyboard.type('many');
      await page.keyboard.press('Enter');
      await expect(drawer.getByRole('alert')).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await change('Contract end').click();
      await check(page);
      await page.keyboard.press('Escape');
      await change('Channels').click();
      await expect(page.getByRole('option', { name: 'Letter' })).toBeVisible();
      await check(page);
      await page.keyboard.press('Escape');
      await visit(page, '/crm/customers?new=true');
      const dialog = page.getByRole('dialog', { name: 'New customer' });
      await dialog.getByRole('button', { name: 'Create customer' }).click();
      await expect(dialog.getByRole('group', { name: 'Channels' })).toHaveAccessibleDescription(
        /Please fill this in/,
      );
      await check(page);
      await page.keyboard.press('Escape');
      if (width < 1000) return;
      await visit(page, '/crm/customers?cols=fullName!,custom.channels,custom.contract_end');
      await (await cell(page, 0, 'Contract end')).dblclick();
      await expect(page.getByLabel(/^Contract end/)).toBeFocused();
      await check(page);
      await page.keyboard.press('Escape');
    });
