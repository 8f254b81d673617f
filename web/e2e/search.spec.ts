import type { Page } from '@playwright/test';
import { check } from './axe';
import { expect, post, test, visit } from './fixtures';

async function seed(page: Page) {
  await post(page.request, '/companies', {
    name: 'Größe & Söhne',
    domains: ['groesse.example'],
    city: 'Köln',
  });
  const people = [
    {
      fullName: 'Zoë Ünal',
      country: 'DE',
      jobTitle: 'Buyer',
      phone: '030 901820',
      email: 'zoe@groesse.example',
    },
    {
      fullName: 'Anna Schmidt',
      country: 'DE',
      jobTitle: 'CTO',
      phone: '+49 40 7770000',
      email: 'as@b.example',
    },
    { fullName: 'Hanna Berg', country: 'SE', jobTitle: null, phone: '+46 8 123 456', email: 'hb@c.example' },
  ];
  const ids: Record<string, string> = {};
  for (const { phone, email, ...person } of people) {
    const contacts = [
      { channel: 'email', value: email },
      { channel: 'phone', value: phone },
    ];
    ids[person.fullName] = (
      await post<{ id: string }>(page.request, '/customers', { ...person, contacts })
    ).id;
  }
  return ids;
}

async function type(page: Page, text: string) {
  await visit(page, '/home');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(text);
}

const options = (page: Page) => page.getByRole('option');

test('records are found by parts, numbers in any notation and mistyped names, and opened by keyboard', async ({
  page,
  owner: _,
}) => {
  const ids = await seed(page);
  for (const [text, name, opened] of [
    ['una', 'Zoë Ünal', 'Zoë Ünal'],
    ['ünal zoe', 'Zoë Ünal', 'Zoë Ünal'],
    ['0049 (30) 90-18', 'Phone +4930901820', 'Zoë Ünal'],
    ['7770000', 'Phone +49407770000', 'Anna Schmidt'],
    ['hb@c', 'Email hb@c.example', 'Hanna Berg'],
    ['shcmidt', 'Anna Schmidt', 'Anna Schmidt'],
  ] as const) {
    await type(page, text);
    await expect(options(page).filter({ hasText: name })).toBeVisible();
    await expect(page.getByRole('group', { name: 'Did you mean' })).toHaveCount(text === 'shcmidt' ? 1 : 0);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/crm/customers\\?.*open=${ids[opened]}`));
  }
  await type(page, 'sohne');
  await expect(options(page).filter({ hasText: 'Größe & Söhne' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/crm\/companies\?.*open=/);
});

test('what begins with the text comes first, and what matched is marked', async ({ page, owner: _ }) => {
  await seed(page);
  await type(page, 'anna');
  await expect(options(page)).toHaveText([/Anna Schmidt/, /Hanna Berg/]);
  await expect(options(page).locator('mark')).toHaveText(['Anna', 'anna']);
  await check(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('heading', { name: 'Hanna Berg' })).toBeVisible();
});

test('Enter waits for the answer to what stands in the field, and typed characters are never lost', async ({
  page,
  owner: _,
}) => {
  const ids = await seed(page);
  await page.route('**/api/v1/search?*', async (route) => {
    // The answer to the shorter text comes last.
    const late = new URL(route.request().url()).searchParams.get('q') === 'ha';
    await new Promise((resolve) => setTimeout(resolve, late ? 1_500 : 400));
    await route.continue().catch(() => {});
  });
  await type(page, 'ha');
  await page.waitForTimeout(200);
  await page.keyboard.type('nna b');
  await expect(page.getByRole('combobox')).toHaveValue('hanna b');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/crm/customers\\?.*open=${ids['Hanna Berg']}`));
});

test('nothing found and a failing search say so', async ({ page, owner: _ }) => {
  await type(page, 'qqqq%_"');
  await expect(page.getByText('Nothing found for “qqqq%_"”.')).toBeVisible();
  await page.route('**/api/v1/search?*', (route) => route.fulfill({ status: 503, body: 'away' }));
  await page.keyboard.type('x');
  await expect(page.getByText('Customers and companies could not be searched just now.')).toBeVisible();
});
