import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';

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

test('records are filled in, sorted, filtered and exported by custom fields', async ({ page, owner: _ }) => {
  const tier = await post<{ options: Array<{ id: string; label: string }> }>(page.request, '/custom-fields', {
    record: 'customer',
    label: 'Tier',
    kind: 'select',
    options: [{ label: 'Gold' }, { label: 'Silver' }],
  });
  await post(page.request, '/custom-fields', { record: 'customer', label: 'Seats', kind: 'number' });
  await post(page.request, '/customers', {
    fullName: 'Bo Berg',
    custom: { seats: 3, tier: tier.options[1]?.id },
  });
  const ada = await addCustomer(page, 'Ada Lovelace');

  // In the drawer, with what is wrong beside the field.
  await visit(page, `/crm/customers?open=${ada.id}`);
  const drawer = page.getByRole('dialog', { name: 'Ada Lovelace', exact: true });
  await drawer.getByRole('button', { name: 'Change Tier' }).click();
  await page.getByRole('option', { name: 'Gold' }).click();
  await expect(drawer.getByRole('button', { name: 'Change Tier' })).toHaveText('Gold');
  await drawer.getByRole('button', { name: 'Change Seats' }).click();
  await drawer.getByRole('textbox', { name: 'Seats' }).fill('many');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('alert')).toHaveText(/Write a number/);
  await drawer.getByRole('textbox', { name: 'Seats' }).fill('1,250.5');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('button', { name: 'Change Seats' })).toHaveText('1,250.5');
  await check(page);
  await drawer.getByRole('tab', { name: 'Activity' }).click();
  await expect(drawer.getByText(/Seats.*1,250\.5/)).toBeVisible();
  await expect(drawer.getByText(/Tier.*Gold/)).toBeVisible();
  await expect(drawer).not.toContainText('custom.');

  // As columns: sorted and edited.
  await visit(page, '/crm/customers?cols=fullName!,custom.seats,custom.tier&sort=-custom.seats');
  const rows = page.getByRole('row');
  await expect(rows.nth(1)).toContainText('Ada Lovelace');
  await expect(rows.nth(1)).toContainText('Gold');
  await expect(rows.nth(2)).toContainText('Bo Berg');
  await expect(page.getByRole('columnheader', { name: /Seats/ })).toHaveAttribute('aria-sort', 'descending');
  await rows.nth(2).getByRole('gridcell').filter({ hasText: /^3$/ }).dblclick();
  await page.getByRole('textbox', { name: /Seats/ }).fill('2000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('gridcell', { name: '2,000' })).toBeVisible();

  // Filtered by the label of an option.
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.keyboard.type('Tier');
  await page.getByRole('option', { name: 'Tier' }).click();
  const builder = page.getByRole('dialog');
  await builder.getByRole('button', { name: 'Value of Tier' }).click();
  await page.getByRole('option', { name: 'Gold' }).click();
  await expect(builder).toContainText(/Tier is Gold/);
  await builder.getByRole('button', { name: 'Apply' }).click();
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('Ada Lovelace');

  const file = await (await page.request.get('/api/v1/customers/export.csv')).text();
  expect(file.split('\n')[0]).toContain('Tier');
  expect(file).toContain('Gold');
  await page.getByRole('button', { name: 'Export' }).click();
  const link = page.getByRole('dialog').getByRole('link', { name: 'Download' });
  expect(await link.getAttribute('href')).toContain('custom.tier');
});

test('a new record is asked for its required fields', async ({ page, owner: _ }) => {
  await post(page.request, '/custom-fields', {
    record: 'company',
    label: 'Plan',
    kind: 'text',
    required: true,
  });
  await visit(page, '/crm/companies?new=true');
  const dialog = page.getByRole('dialog', { name: 'New company' });
  await dialog.getByLabel('Name').fill('Acme');
  await dialog.getByRole('button', { name: 'Create company' }).click();
  await expect(dialog.getByLabel('Plan')).toHaveAccessibleDescription(/Please fill this in/);
  await dialog.getByLabel('Plan').fill('Pro');
  await check(page);
  await dialog.getByRole('button', { name: 'Create company' }).click();
  await expect(
    page.getByRole('dialog', { name: 'Acme' }).getByRole('button', { name: 'Change Plan' }),
  ).toHaveText('Pro');
});
