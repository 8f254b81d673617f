import { expect, signIn, test, visit } from './fixtures';

test('a new name shows everywhere at once', async ({ page, owner: _ }) => {
  await visit(page, '/settings/profile');
  await page.getByLabel('Full name').fill('Mara Berg');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Account of Mara Berg' })).toBeVisible();
  await page.getByRole('link', { name: 'Members' }).click();
  await expect(page.getByRole('list', { name: 'Members' })).toContainText('Mara Berg (you)');
});

test('the password is changed with the current one only', async ({ page, owner, context }) => {
  const next = 'thistle harbour copper 19';
  await visit(page, '/settings/password');
  await page.getByLabel('Current password').fill('not my password at all');
  await page.getByLabel('New password').fill(next);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/not your current password/);
  await page.getByLabel('Current password').fill(owner.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect(page.getByLabel('New password')).toHaveValue('');
  await context.clearCookies();
  await signIn(page.request, { ...owner, password: next });
});

test('sessions are listed, the own one marked, others ended', async ({
  page,
  owner,
  playwright,
  baseURL,
}) => {
  const phone = await playwright.request.newContext({
    baseURL,
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
  });
  await signIn(phone, owner);
  await visit(page, '/settings/sessions');
  const devices = page.getByRole('list', { name: 'Signed-in devices' });
  await expect(devices.getByRole('listitem')).toHaveCount(2);
  await expect(devices.getByText('This device')).toHaveCount(1);
  await devices.getByRole('button', { name: 'Sign out Safari on iPhone' }).click();
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  expect((await phone.get('/api/v1/me')).status()).toBe(401);

  await signIn(phone, owner);
  await page.reload();
  await page.getByRole('button', { name: 'Sign out all other devices' }).click();
  const question = page.getByRole('alertdialog', { name: 'Sign out all other devices?' });
  await question.getByRole('button', { name: 'Sign out all other devices' }).click();
  await expect(devices.getByRole('listitem')).toHaveCount(1);
  expect((await phone.get('/api/v1/me')).status()).toBe(401);
  await phone.dispose();
});

test('an API key is shown once, works, and is revoked', async ({ page, owner: _, playwright, baseURL }) => {
  await visit(page, '/settings/api-keys');
  await page.getByRole('button', { name: 'New API key' }).click();
  const form = page.getByRole('dialog', { name: 'New API key' });
  await form.getByRole('button', { name: 'Create key' }).click();
  await expect(form.getByLabel('Name')).toHaveAccessibleDescription(/Please fill this in/);
  await form.getByLabel('Name').fill('Website form');
  await form.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: 'Admin' }).click();
  await form.getByRole('button', { name: 'Create key' }).click();

  const shown = page.getByRole('dialog', { name: 'Copy your new key' });
  const key = (await shown.locator('code').textContent()) ?? '';
  expect(key).toMatch(/^ent_/);
  const program = await playwright.request.newContext({
    baseURL,
    extraHTTPHeaders: { authorization: `Bearer ${key}` },
  });
  expect((await program.get('/api/v1/customers')).status()).toBe(200);
  await shown.getByRole('button', { name: 'I have saved it' }).click();
  await expect(page.getByText(key)).toHaveCount(0);
  await expect(page.getByText(`${key.slice(0, 6)}`)).toBeVisible();

  await page.getByRole('button', { name: 'Revoke Website form' }).click();
  const question = page.getByRole('alertdialog', { name: 'Revoke “Website form”?' });
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await question.getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText('No API keys yet')).toBeVisible();
  expect((await program.get('/api/v1/customers')).status()).toBe(401);
  await program.dispose();

  await page.getByRole('link', { name: 'Audit log' }).click();
  await expect(page.getByRole('row', { name: /API key revoked/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /API key created.*Website form/ })).toBeVisible();
});

test('the organisation is changed by typing a time zone', async ({ page, owner }) => {
  await visit(page, '/settings/organisation');
  await expect(page.getByLabel('Name')).toHaveValue(owner.orgName);
  await page.getByLabel('Name').fill('Nordlicht & Söhne');
  const zone = page.getByRole('combobox', { name: 'Time zone' });
  await zone.click();
  await expect(zone).toBeEditable();
  await zone.fill('tokyo');
  await page.getByRole('option', { name: 'Asia/Tokyo' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Name')).toHaveValue('Nordlicht & Söhne');
  await expect(page.getByLabel('Time zone')).toHaveValue('Asia/Tokyo');
});

test('a member sees why settings of the organisation are closed', async ({ page, owner: _ }) => {
  // Invitations come later; the page is told that this person is a member.
  await page.route('**/api/v1/bootstrap', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.me.role = 'member';
    await route.fulfill({ response, json: body });
  });
  await visit(page, '/settings/organisation');
  await expect(page.getByLabel('Name')).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Save' })).toHaveAccessibleDescription(
    'Only owners and admins may change this.',
  );
  await page.getByRole('link', { name: 'API keys' }).click();
  await expect(page.getByText('Not for your role')).toBeVisible();
  await expect(page.getByRole('button', { name: 'New API key' })).toHaveAccessibleDescription(
    'Only owners and admins may change this.',
  );
});

test('settings are found by what they do', async ({ page, owner: _ }) => {
  await visit(page, '/settings/profile');
  await page.getByRole('searchbox', { name: 'Search settings' }).fill('density');
  const list = page.getByRole('navigation', { name: 'Settings' });
  await expect(list.getByRole('link')).toHaveCount(1);
  await list.getByRole('link', { name: /Appearance/ }).click();
  await page.getByRole('radio', { name: 'Compact' }).check();
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact');
});
