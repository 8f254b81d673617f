import { addCustomer, expect, test, visit } from './fixtures';

test('the palette opens from everywhere and gives the focus back', async ({ page, owner: _ }) => {
  await visit(page, '/settings/profile');
  const field = page.getByLabel('Full name');
  await field.focus();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Search and commands' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(field).toBeFocused();
});

test('the palette runs acts and finds customers by name and address', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace', 'ada@engines.example');
  await visit(page, '/home');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('dark');
  await expect(page.getByRole('option', { name: /Use the dark theme/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  for (const text of ['lovel', 'engines.ex']) {
    await visit(page, '/home');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(text);
    await expect(page.getByRole('option', { name: /Ada Lovelace/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/crm/customers\\?.*open=${id}`));
  }
});

test('keys go to screens, do nothing while typing, and can be switched off', async ({ page, owner: _ }) => {
  await visit(page, '/home');
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page).toHaveURL(/\/settings\/profile$/);
  await page.getByLabel('Full name').focus();
  await page.keyboard.type(' gh?');
  await expect(page.getByLabel('Full name')).toHaveValue(/ gh\?$/);
  await expect(page).toHaveURL(/\/settings\/profile$/);

  await page.getByLabel('Full name').blur();
  await page.keyboard.press('Shift+?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help.getByText('Go to Customers')).toBeVisible();
  await help.getByRole('switch', { name: 'Single-key shortcuts' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.keyboard.press('Shift+?');
  await expect(page).toHaveURL(/\/settings\/profile$/);
  await expect(help).toBeHidden();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Search and commands' })).toBeVisible();
});

test('the theme is chosen without a flash and stays', async ({ page, owner: _ }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await visit(page, '/settings/appearance');
  await page.getByRole('radio', { name: 'Dark' }).check();
  const background = () =>
    page.evaluate(() => getComputedStyle(document.body.firstElementChild as Element).colorScheme);
  expect(await background()).toBe('dark');
  await page.reload({ waitUntil: 'commit' });
  // Set before anything is drawn, by the script in the head.
  await page.waitForFunction(() => document.body !== null);
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
});

test('the language changes texts and dates without a reload, and stays', async ({ page, owner: _ }) => {
  await visit(page, '/settings/appearance');
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.getByRole('heading', { level: 1, name: 'Darstellung' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.reload();
  await expect(page.getByRole('link', { name: 'Kunden' })).toBeVisible();
});

test('the navigation collapses and remembers it', async ({ page, owner: _ }) => {
  await visit(page, '/home');
  await page.getByRole('button', { name: 'Collapse navigation' }).click();
  await expect(page.getByRole('link', { name: 'Customers' })).toHaveText('');
  await page.reload();
  await page.getByRole('button', { name: 'Show navigation' }).click();
  await expect(page.getByRole('link', { name: 'Customers' })).toHaveText('Customers');
});

test('phones get a bar at the bottom and a sheet with the rest', async ({ page, owner: _ }) => {
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    await visit(page, '/home');
    const bar = page.getByRole('navigation', { name: 'Main' });
    await expect(bar.getByRole('link', { name: 'Customers' })).toBeInViewport();
    const more = bar.getByRole('button', { name: 'More' });
    await expect(more).not.toHaveAttribute('data-status');
    await more.click();
    const sheet = page.getByRole('dialog');
    for (const name of ['Tags', 'Import', 'Settings']) {
      await expect(sheet.getByRole('link', { name })).toBeInViewport();
    }
    await sheet.getByRole('link', { name: 'Settings' }).click();
    // The page below it cannot be used before the sheet has gone.
    await expect(sheet).toHaveCount(0);
    await expect(more).toHaveAttribute('data-status', 'active');
    await page.getByRole('link', { name: 'API keys' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'API keys' })).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, 'sideways scrolling').toBeLessThanOrEqual(0);
  }
});

test('the skip link leads past the navigation', async ({ page, owner: _ }) => {
  await visit(page, '/home');
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});

test('an address that leads nowhere says so', async ({ page, owner: _ }) => {
  await page.goto('/nothing/here');
  await expect(page.getByText('There is nothing at this address')).toBeVisible();
  await page.getByRole('link', { name: 'Go to Home' }).click();
  await expect(page).toHaveURL(/\/home$/);
});

test('a lost connection is told and goes away by itself', async ({ page, owner: _, context }) => {
  await visit(page, '/home');
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText(/You are offline/)).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText(/You are offline/)).toBeHidden();
});

test('a newer build on the server is offered, and nothing typed is lost meanwhile', async ({
  page,
  owner: _,
}) => {
  await visit(page, '/settings/profile');
  await page.getByLabel('Full name').fill('Half typed');
  await page.route('**/api/v1/**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'x-entente-build': 'another' } });
  });
  await page.getByRole('link', { name: 'Audit log' }).hover();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('anything');
  await expect(page.getByText('A new version of Entente is ready.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Full name')).toHaveValue('Half typed');
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
});

test('a server that fails shows what to do', async ({ page, owner: _ }) => {
  let broken = true;
  await page.route('**/api/v1/bootstrap', (route) =>
    broken ? route.fulfill({ status: 503, contentType: 'text/plain', body: 'away' }) : route.continue(),
  );
  await page.goto('/home');
  await expect(page.getByText('The server is busy. Try again in a moment.')).toBeVisible();
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
});

test('a script of an older build that is gone reloads the page once', async ({ page, owner: _ }) => {
  await visit(page, '/home');
  let refused = 0;
  await page.route(/\/assets\/settings[^/]*\.js/, (route) => {
    if (refused > 0) return route.continue();
    refused += 1;
    return route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{}' });
  });
  await page.evaluate(() => Object.assign(window, { untouched: true }));
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Profile' })).toBeVisible();
  expect(await page.evaluate(() => 'untouched' in window)).toBe(false);
  expect(refused).toBe(1);
});
