import { check } from './axe';
import { expect, post, test, visit } from './fixtures';
import { news } from './seed';

test('TAG1, TAG3, TAG4 tags are made, grouped, renamed and deleted with their count', async ({
  page,
  owner: _,
}) => {
  await post(page.request, '/customers', {
    fullName: 'Ada Lovelace',
    contacts: [],
    tags: ['event:hanoi', 'vip'],
  });
  const vip = { field: 'tags', op: 'has_any', value: ['VIP'] };
  await post(page.request, '/segments', { name: 'Important', kind: 'dynamic', rule: { not: vip } });
  await visit(page, '/crm/tags');
  await expect(page.getByRole('button', { name: 'Edit tag vip' })).toBeVisible();
  // The screen's own key, not the one of the shell around it that came with it.
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search tags' })).toBeFocused();
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  await page.keyboard.press('n');
  const form = page.getByRole('dialog', { name: 'New tag' });
  await form.getByRole('textbox', { name: 'Name' }).fill('VIP');
  await page.keyboard.press('Enter');
  await expect(form).toContainText('There is a tag vip already');
  await form.getByRole('textbox', { name: 'Name' }).fill('event:berlin');
  await form.getByRole('radio', { name: 'Teal' }).check({ force: true });
  await form.getByRole('textbox', { name: /Description/ }).fill('Met at the fair');
  await form.getByRole('button', { name: 'Create tag' }).click();
  const group = page.getByRole('region', { name: /^event/ });
  await expect(group.getByRole('listitem')).toHaveCount(2);
  await expect(group).toContainText('Met at the fair');

  await page.getByRole('button', { name: 'Edit tag vip' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit tag vip' });
  await expect(edit).toContainText('1 customer carries it');
  await expect(edit).toContainText('The rule of Important names it and follows a new name.');
  await edit.getByRole('textbox', { name: 'Name' }).fill('key-account');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Edit tag key-account' })).toBeVisible();

  await page.getByRole('link', { name: '1 customer with tag key-account' }).click();
  await expect(page).toHaveURL(/tags=key-account/);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');

  await visit(page, '/crm/tags');
  await page.getByRole('button', { name: 'Actions for key-account' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const sure = page.getByRole('alertdialog');
  await expect(sure).toContainText('It is taken off 1 customer.');
  await expect(sure).toContainText('The rule of Important names it and will find nobody by it.');
  await sure.getByRole('button', { name: 'Delete tag' }).click();
  await expect(news(page)).toContainText('Tag key-account deleted');
  await expect(page.getByRole('button', { name: 'Edit tag key-account' })).toHaveCount(0);
});

test('TAG2 system tags are explained and cannot be changed', async ({ page, owner: _ }) => {
  await visit(page, '/crm/tags');
  await page.route('**/api/v1/tags?*', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.items.push({
      id: '0190aaaa-0000-7000-8000-000000000002',
      name: 'bot:disabled',
      color: 'gray',
      description: null,
      isSystem: true,
      customerCount: 3,
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
      version: 1,
    });
    await route.fulfill({ response, json: body });
  });
  await page.reload();
  await expect(page.getByText('Tags beginning with bot: steer the product.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Edit tag bot:disabled' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Actions for bot:disabled' }).click();
  for (const name of ['Edit', 'Merge into', 'Delete']) {
    const item = page.getByRole('menuitem', { name: new RegExp(`^${name}`) });
    await expect(item).toHaveAttribute('aria-disabled', 'true');
    await expect(item).toContainText('System tags cannot be changed or deleted');
  }
});

test('two tags are merged: what that does is said before, and what names the tag follows', async ({
  page,
  owner: _,
}) => {
  await post(page.request, '/customers', { fullName: 'Ada Lovelace', contacts: [], tags: ['vip', 'gold'] });
  await post(page.request, '/customers', { fullName: 'Bo Ek', contacts: [], tags: ['vip'] });
  const rule = { field: 'tags', op: 'has_any', value: ['vip'] };
  await post(page.request, '/segments', { name: 'Important', kind: 'dynamic', rule });
  await visit(page, '/crm/tags');
  await page.getByRole('button', { name: 'Actions for vip' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Merge into' }).press('Enter');
  const form = page.getByRole('dialog', { name: 'Merge tag vip' });
  await expect(form.getByRole('button', { name: 'Merge tags' })).toBeDisabled();
  await form.getByRole('combobox', { name: 'Into' }).fill('go');
  await page.getByRole('option', { name: 'gold' }).click();
  await expect(form).toContainText('1 customer gets gold');
  await expect(form).toContainText('1 customer has it already and only loses vip');
  await expect(form).toContainText('The rule of the segment Important follows');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await check(page);
  }
  await form.getByRole('button', { name: 'Merge tags' }).click();
  await expect(news(page)).toContainText('Tag vip merged into gold');
  await expect(page.getByRole('button', { name: 'Edit tag vip' })).toHaveCount(0);
  await page.getByRole('link', { name: '2 customers with tag gold' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '3');
});

test('tags are not merged before it is known what that does, nor deleted as if nothing named them', async ({
  page,
  owner: _,
}) => {
  await post(page.request, '/customers', { fullName: 'Ada Lovelace', contacts: [], tags: ['vip', 'gold'] });
  const refused = { status: 422, json: { title: 'No', status: 422, code: 'no', detail: 'Not now.' } };
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = 0;
  await page.route('**/api/v1/tags/merge/preview', async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    await held;
    return route.fulfill(refused);
  });
  await page.route('**/api/v1/segments/query', (route) => route.fulfill(refused));
  await visit(page, '/crm/tags');
  const act = async (name: string) => {
    await page.getByRole('button', { name: 'Actions for vip' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await act('Merge into');
  const form = page.getByRole('dialog', { name: 'Merge tag vip' });
  const merge = form.getByRole('button', { name: 'Merge tags' });
  await form.getByRole('combobox', { name: 'Into' }).fill('go');
  await page.getByRole('option', { name: 'gold' }).click();
  await expect(form.getByRole('status', { name: 'Counting' })).toBeVisible();
  await expect(merge).toBeDisabled();
  release();
  await expect(form.getByRole('alert')).toContainText('What the merge would do could not be found out');
  await expect(merge).toBeDisabled();
  await form.getByRole('button', { name: 'Try again' }).click();
  await expect(form).toContainText('1 customer has it already and only loses vip');
  await expect(merge).toBeEnabled();
  await form.getByRole('button', { name: 'Cancel' }).click();
  await expect(form).toBeHidden();

  await act('Delete');
  const sure = page.getByRole('alertdialog');
  await expect(sure).toContainText('It is taken off 1 customer.');
  await expect(sure).toContainText('Whether rules name it could not be found out.');
});
