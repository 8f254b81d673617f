import { addCustomer, expect, newAccount, password, signIn, signUp, test, visit } from './fixtures';

test('somebody signs up and is led to the first steps', async ({ page }) => {
  const account = newAccount();
  await page.goto('/');
  await expect(page).toHaveURL(/\/login$/);
  await page.getByRole('link', { name: 'Create a workspace' }).click();
  await page.getByLabel('Full name').fill(account.fullName);
  await page.getByLabel('Work email').fill(account.email);
  await page.getByLabel('Organisation').fill(account.orgName);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page).toHaveURL(/\/home$/);
  await expect(page.getByRole('heading', { name: 'Welcome, Mara' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Import a file' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Add a customer' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Create a key' })).toBeVisible();
});

test('sign-up says beside each field what is wrong', async ({ page }) => {
  await page.goto('/signup');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByLabel('Full name')).toHaveAccessibleDescription('Please fill this in.');
  await expect(page.getByLabel('Full name')).toBeFocused();
  await page.getByLabel('Work email').fill('not an address');
  await expect(page.getByLabel('Work email')).toHaveAccessibleDescription('This is not an email address.');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await expect(page.getByText('5 of at least 15 characters')).toBeVisible();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
});

test('what the server refuses stands beside the field too', async ({ page, request }) => {
  const taken = newAccount();
  await signUp(request, taken);
  await page.goto('/signup');
  await page.getByLabel('Full name').fill('Somebody Else');
  await page.getByLabel('Work email').fill(taken.email);
  await page.getByLabel('Organisation').fill('Another');
  await page.getByLabel('Password', { exact: true }).fill('password password password');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/Too easy to guess/);
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByLabel('Work email')).toHaveAccessibleDescription(
    /account with this address already/,
  );
  await expect(page.getByLabel('Work email')).toBeFocused();
});

test('signing in leads back to where one wanted to go', async ({ page, owner, context }) => {
  await context.clearCookies();
  await page.goto('/settings/members');
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel('Email').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText('Email or password is wrong.');
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/settings\/members$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible();
});

test('passwords may be pasted and shown, and managers know the fields', async ({ page }) => {
  await page.goto('/login');
  const field = page.getByLabel('Password', { exact: true });
  await expect(field).toHaveAttribute('autocomplete', 'current-password');
  await expect(page.getByLabel('Email')).toHaveAttribute('autocomplete', 'username');
  await field.focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'pasted');
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    // Nobody may stop the browser from pasting.
    if (document.activeElement?.dispatchEvent(event)) document.execCommand('insertText', false, 'pasted');
  });
  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(field).toHaveAttribute('type', 'text');
  await expect(field).toHaveValue('pasted');
});

test('signing out ends the session', async ({ page, owner }) => {
  await visit(page, '/home');
  await page.getByRole('button', { name: `Account of ${owner.fullName}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goto('/home');
  await expect(page).toHaveURL(/\/login$/);
});

test('who signs out leaves all tabs, and no tab shows one account what another was shown', async ({
  page,
  owner,
  context,
}) => {
  await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
  const other = await context.newPage();
  await visit(other, '/crm/customers');
  await expect(other.getByText('Ada Lovelace')).toBeVisible();
  await visit(page, '/home');
  await page.getByRole('button', { name: `Account of ${owner.fullName}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(other).toHaveURL(/\/login$/);
  await expect(other.getByText('Ada Lovelace')).toHaveCount(0);

  // A tab that nobody told, since the session was ended elsewhere, is told by whoever signs in.
  await signIn(page.request, owner);
  await visit(other, '/crm/customers');
  await expect(other.getByText('Ada Lovelace')).toBeVisible();
  await context.clearCookies();
  await page.goto('/signup');
  const account = newAccount();
  await page.getByLabel('Full name').fill(account.fullName);
  await page.getByLabel('Work email').fill(account.email);
  await page.getByLabel('Organisation').fill(account.orgName);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page).toHaveURL(/\/home$/);
  await expect(other.getByText('Ada Lovelace')).toHaveCount(0);
  await expect(other.getByRole('button', { name: /^Account of/ })).toBeVisible();
});

test('a session that ends under the page is renewed in place', async ({ page, owner, context }) => {
  await page.goto('/settings/profile');
  const name = page.getByLabel('Full name');
  await name.fill('Mara Lindqvist-Berg');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Please sign in again' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel('Email')).toHaveValue(owner.email);
  await dialog.getByLabel('Password', { exact: true }).fill(owner.password);
  // What is read anew after the sign-in knows nothing of the change yet, and comes after it.
  await page.route('**/api/v1/bootstrap', async (route) => {
    const response = await route.fetch();
    await new Promise((done) => setTimeout(done, 800));
    await route.fulfill({ response }).catch(() => undefined);
  });
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(dialog).toBeHidden();
  // The refused change went through without being typed again.
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  // Until that late answer has come.
  await page.waitForTimeout(1500);
  await expect(page.getByRole('button', { name: 'Account of Mara Lindqvist-Berg' })).toBeVisible();
});
