import { addCustomer, expect, post, test, visit } from './fixtures';
import { cell, drawerOf, news, rowLoaded } from './seed';

test('COM1 the list sorts, filters and edits in place', async ({ page, owner: _ }) => {
  for (const [name, country] of [
    ['Kestrel Logistics', 'DE'],
    ['Alder Foods', 'VN'],
    ['Cobalt Media', 'DE'],
  ]) {
    await post(page.request, '/companies', { name, country });
  }
  await visit(page, '/crm/companies');
  await rowLoaded(page, 2);
  await expect(await cell(page, 0, 'Name')).toHaveText('Alder Foods');
  await (await cell(page, 0, 'Industry')).click();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Food');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('combobox', { name: /^Size of/ })).toBeFocused();
  await page.keyboard.type('51-200');
  await page.keyboard.press('Enter');
  await expect(await cell(page, 0, 'Size')).toHaveText('51-200');
  await expect(await cell(page, 0, 'Industry')).toHaveText('Food');
  await visit(page, '/crm/companies?country=DE');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '3');
});

test('COM2 a domain finds the company that has it, and people to link', async ({ page, owner: _ }) => {
  await post(page.request, '/companies', { name: 'Kestrel Logistics', domains: ['kestrel.com'] });
  await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
  await addCustomer(page, 'Free Mail', 'somebody@gmail.com');
  await visit(page, '/crm/companies');
  await page.keyboard.press('Shift+C');
  const form = page.getByRole('dialog', { name: 'New company' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Analytical Engines');
  const domain = form.getByRole('textbox', { name: 'Domain' });
  await domain.fill('https://www.kestrel.com/about');
  await expect(form).toContainText('Kestrel Logistics already has this domain.');
  await domain.fill('gmail.com');
  await expect(form).toContainText('provider of mailboxes for everybody');
  await expect(form.getByRole('checkbox')).toHaveCount(0);
  await domain.fill('engines.com');
  await expect(form.getByRole('checkbox', { name: 'Link 1 customer' })).toBeChecked();
  await expect(form).toContainText('ada@engines.com');
  await page.keyboard.press('Enter');
  const drawer = drawerOf(page);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Analytical Engines');
  await drawer.getByRole('tab', { name: /People/ }).click();
  await expect(drawer.getByRole('list', { name: 'People' })).toContainText('Ada Lovelace');
  await drawer.getByRole('button', { name: /Ada Lovelace/ }).click();
  await expect(page).toHaveURL(/crm\/customers/);
  await expect(drawerOf(page)).toContainText('Analytical Engines');
});

test('COM4 the record: domains, parent and children, activity of its people', async ({ page, owner: _ }) => {
  const parent = await post<{ id: string }>(page.request, '/companies', { name: 'Parent Holding' });
  const child = await post<{ id: string }>(page.request, '/companies', { name: 'Child Works' });
  await post(page.request, '/customers', { fullName: 'Ada Lovelace', companyId: child.id, contacts: [] });
  await visit(page, `/crm/companies?open=${child.id}`);
  const drawer = drawerOf(page);
  await drawer.getByRole('button', { name: 'Add domain' }).click();
  await page.keyboard.type('not a domain');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('alert')).toHaveText('Write a domain such as example.com');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('https://child-works.com/x');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('link', { name: 'child-works.com' })).toBeVisible();

  await drawer.getByRole('button', { name: 'Change Parent company' }).click();
  await page.getByRole('combobox', { name: 'Parent company' }).fill('holding');
  await expect(page.getByRole('option', { name: /Parent Holding/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('button', { name: 'Change Parent company' })).toHaveText('Parent Holding');
  await drawer.getByRole('button', { name: 'Open company' }).click();
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Parent Holding');
  await expect(page).toHaveURL(new RegExp(parent.id));
  await drawer.getByRole('button', { name: 'Child Works' }).click();
  await drawer.getByRole('tab', { name: 'Activity' }).click();
  await expect(drawer).toContainText('Customer created');
  await expect(drawer).toContainText('Company created');
});

test('archive and undo by the toast', async ({ page, owner: _ }) => {
  const { id } = await post<{ id: string }>(page.request, '/companies', { name: 'Kestrel Logistics' });
  await visit(page, `/crm/companies?open=${id}`);
  await drawerOf(page).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await expect(news(page)).toContainText('Kestrel Logistics archived');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '1');
  await news(page).getByRole('button', { name: 'Undo', includeHidden: true }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
});
