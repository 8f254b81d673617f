import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { addCustomer, expect, newAccount, post, test, visit } from './fixtures';

const accounts = `account,sector,year_established,revenue,employees,office_location,subsidiary_of
Acme Corporation,technology,1996,1100.04,2822,United States,
Betasoloin,medical,1999,251.41,495,Kenya,
Bioplex,medical,1991,326.82,1016,Philipines,
Dalttechno,software,1997,718.62,999,Romania,Acme Corporation
`;

const people = `Name;Work email;Job title;Company;Country;Tags;Ref
Anna Meyer;anna.meyer@meyer-werke.de;Head of Operations;Meyer Werke;Germany;vip;A-1
Bo Ek;bo@ek-bygg.se;Founder;Ek Bygg;Sweden;partner;A-2
Luca Bianchi;luca(at)bianchi-vini.it;Sales;Bianchi Vini;Italy;;A-3
Peter Vale;peter@vale-partners.com;Analyst;Vale Partners;Narnia;;A-4
Linh Tran;linh@vinh-trading.vn;Buyer;Vinh Trading;Viet Nam;bot:disabled;A-5
;;Nobody;;;;A-6
`;

interface Upload {
  name: string;
  text: string | Buffer;
}

/** Gives the page a file as the file dialog would. */
async function choose(page: Page, { name, text }: Upload) {
  const dialog = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await dialog).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
}

async function uploadOn(page: Page, record: 'Customers' | 'Companies', file: Upload) {
  await visit(page, '/imports');
  await page.getByRole('radio', { name: record }).click();
  await choose(page, file);
  await expect(page.getByRole('heading', { name: 'Is the file read correctly?' })).toBeVisible();
}

/** The number below a label such as "New". */
function count(page: Page, label: string): Locator {
  return page.locator('dl > div').filter({ hasText: label }).locator('dd');
}

function field(page: Page, column: string): Locator {
  return page.getByRole('combobox', { name: `Field for the column ${column}`, exact: true });
}

async function chooseField(page: Page, column: string, text: string) {
  await field(page, column).click();
  await field(page, column).fill(text);
  await expect(page.getByRole('listbox')).toBeVisible();
  await page.keyboard.press('Enter');
}

async function confirmed(page: Page, act: string) {
  await page.getByRole('button', { name: act }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: act }).click();
}

test('a new owner brings in companies and customers, works with them, and takes them back', async ({
  page,
}) => {
  test.slow();
  const account = newAccount();
  await page.goto('/signup');
  await page.getByLabel('Full name').fill(account.fullName);
  await page.getByLabel('Work email').fill(account.email);
  await page.getByLabel('Organisation').fill(account.orgName);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Create workspace' }).click();

  // The empty workspace leads to the first import.
  await page.getByRole('link', { name: 'Import a file' }).click();
  await expect(page.getByRole('heading', { name: 'What happens to a file' })).toBeVisible();
  await page.getByRole('radio', { name: 'Companies' }).click();
  await expect(page).toHaveURL(/record=company/);
  await choose(page, { name: 'accounts.csv', text: accounts });

  // 1 File
  await expect(page.getByRole('heading', { name: 'Is the file read correctly?' })).toBeVisible();
  await expect(page.getByText('Companies · 4 rows · 7 columns')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Separator' })).toContainText('Comma');
  await expect(page.getByRole('cell', { name: 'Dalttechno' })).toBeVisible();
  await page.keyboard.press('Control+Enter');

  // 2 Columns
  await expect(field(page, 'account')).toHaveValue('Company name');
  await expect(field(page, 'subsidiary_of')).toHaveValue('Parent company');
  await expect(field(page, 'year_established')).toHaveValue('Do not import');
  await page.getByRole('button', { name: 'Check the file' }).click();

  // 3 Check
  await expect(page.getByRole('heading', { name: 'This would happen' })).toBeVisible();
  await expect(count(page, 'New')).toHaveText('4');
  await expect(count(page, 'Failed')).toHaveText('0');
  await expect(page.getByRole('listitem').filter({ hasText: 'Philipines' })).toContainText('Philippines');
  await page.getByRole('button', { name: 'Import 4 companies' }).click();

  // 4 and 5
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  await expect(page.getByText('No row failed')).toBeVisible();
  await page.getByRole('button', { name: 'Show the companies' }).click();
  await expect(page).toHaveURL(/\/crm\/companies/);
  await expect(page.getByText('Dalttechno').first()).toBeVisible();

  // Customers, with rows that need a hand.
  await uploadOn(page, 'Customers', { name: 'people.csv', text: people });
  await expect(page.getByRole('combobox', { name: 'Separator' })).toContainText('Semicolon');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(field(page, 'Name')).toHaveValue('Full name');
  await expect(field(page, 'Work email')).toHaveValue('Email');
  await expect(field(page, 'Ref')).toHaveValue('Do not import');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'New')).toHaveText('2');
  await expect(count(page, 'Failed')).toHaveText('4');
  const wrong = page.getByRole('row').filter({ hasText: 'luca(at)bianchi-vini.it' });
  await expect(wrong).toContainText('Work email');
  await expect(page.getByRole('row').filter({ hasText: 'neither a name nor an address' })).toContainText('7');

  // One value gets a meaning, the file is checked again.
  await page.getByRole('button', { name: 'Fix: Narnia' }).click();
  await page.getByRole('textbox', { name: 'Read it as' }).fill('Ireland');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(count(page, 'New')).toHaveText('3');
  await expect(count(page, 'Failed')).toHaveText('3');
  await page.getByRole('button', { name: 'Import 3 customers' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  await expect(page.getByRole('heading', { name: '3 rows were not imported' })).toBeVisible();
  const address = page.url();

  // Every row has a result.
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the result' }).click();
  const rows = await readFile(await (await download).path(), 'utf8');
  expect(rows.match(/,created,/g)).toHaveLength(3);
  expect(rows.match(/,failed,/g)).toHaveLength(3);

  // Found, opened, edited.
  await page.getByRole('button', { name: 'Show the customers' }).click();
  await page.getByRole('searchbox', { name: /^Search name/ }).fill('meyer');
  await page.getByText('Anna Meyer').first().click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Anna Meyer');
  await expect(drawer).toContainText('anna.meyer@meyer-werke.de');
  await drawer.getByRole('button', { name: 'Change Job title' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Managing Director');
  await page.keyboard.press('Enter');
  await expect(drawer.getByRole('button', { name: 'Change Job title' })).toHaveText('Managing Director');

  // The way back leaves what was worked on.
  await page.goto(address);
  await confirmed(page, 'Undo the import');
  await expect(page.getByRole('heading', { name: 'The import was undone' })).toBeVisible();
  await expect(page.getByText(/1 kept, because somebody worked on them since/)).toBeVisible();
  await visit(page, '/crm/customers');
  await expect(page.getByText('Anna Meyer').first()).toBeVisible();
  await expect(page.getByText('Bo Ek')).toHaveCount(0);
});

test('known rows are skipped or updated, as chosen', async ({ page, owner: _ }) => {
  await addCustomer(page, 'Anna Meyer', 'anna.meyer@meyer-werke.de');
  await uploadOn(page, 'Customers', {
    name: 'again.csv',
    text: 'Name,Email,Country\nAnna Meyer,anna.meyer@meyer-werke.de,Austria\n',
  });
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'Skipped')).toHaveText('1');
  await expect(page.getByRole('button', { name: 'Import 0 customers' })).toHaveAccessibleDescription(
    'No row would change anything.',
  );
  await expect(page.getByRole('switch', { name: /Also replace owners/ })).toBeDisabled();
  await page.getByRole('radio', { name: 'Update the record' }).click();
  await expect(count(page, 'Updated')).toHaveText('1');
  await page.getByRole('button', { name: 'Import 1 customer' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  await confirmed(page, 'Undo the import');
  await expect(page.getByText('1 with their former values again')).toBeVisible();
});

test('IMP4 gaps of known customers are filled, or others are made without the addresses that are taken', async ({
  page,
  owner: _,
}) => {
  const { id } = await post<{ id: string }>(page.request, '/customers', {
    fullName: 'Anna Meyer',
    jobTitle: 'Founder',
    contacts: [{ channel: 'email', value: 'anna.meyer@meyer-werke.de' }],
  });
  const text = 'Name,Email,Job title,Country,Tags\nA. Meyer,anna.meyer@meyer-werke.de,Clerk,Austria,fair\n';
  const policy = (name: string) => page.getByRole('radio', { name });
  const known = { name: 'again.csv', text };
  await uploadOn(page, 'Customers', known);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'Skipped')).toHaveText('1');
  // By keys: the choices are one group.
  await policy('Skip the row').focus();
  await page.keyboard.press('ArrowDown');
  await expect(policy('Update the record')).toBeFocused();
  await expect(count(page, 'Updated')).toHaveText('1');
  await page.keyboard.press('ArrowDown');
  await expect(policy('Fill in what is empty')).toBeChecked();
  await expect(page.getByText('What is stored stays; new addresses and tags are added.')).toBeVisible();
  await page.getByRole('button', { name: 'Import 1 customer' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  await expect(count(page, 'Updated')).toHaveText('1');
  const anna = await (await page.request.get(`/api/v1/customers/${id}`)).json();
  expect(anna).toMatchObject({ fullName: 'Anna Meyer', jobTitle: 'Founder', country: 'AT', tags: ['fair'] });

  await uploadOn(page, 'Customers', known);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'Skipped')).toHaveText('1');
  await page.getByText('Create another one').click();
  await expect(page.getByText('An address that is taken stays with the customer who has it.')).toBeVisible();
  await expect(count(page, 'New')).toHaveText('1');
  await expect(page.getByRole('switch', { name: /Also replace owners/ })).toBeDisabled();
  await page.getByRole('button', { name: 'Import 1 customer' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the result' }).click();
  const rows = await readFile(await (await download).path(), 'utf8');
  expect(rows).toContain('anna.meyer@meyer-werke.de belongs to Anna Meyer');
  await page.getByRole('button', { name: 'Show the customers' }).click();
  await expect(page.getByText('A. Meyer').first()).toBeVisible();
  const both = (await (await page.request.get('/api/v1/customers?q=meyer')).json()).items;
  expect(both.map((one: { contacts: unknown[] }) => one.contacts.length).sort()).toEqual([0, 1]);
});

test('IMP2 the mapping of a file is remembered for the next one with the same columns', async ({
  page,
  owner: _,
}) => {
  const file = (name: string) => ({
    name: 'list.csv',
    text: `Wer,Post,Rolle\n${name},${name}@list.org,Chef\n`,
  });
  await uploadOn(page, 'Customers', file('ada'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await chooseField(page, 'Wer', 'last name');
  await chooseField(page, 'Rolle', 'job');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('button', { name: 'Import 1 customer' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  await uploadOn(page, 'Customers', file('bo'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(field(page, 'Wer')).toHaveValue('Last name');
  await expect(field(page, 'Rolle')).toHaveValue('Job title');
});

test('IMP3, IMP5 the failed rows alone are downloaded, mended and taken', async ({ page, owner: _ }) => {
  await uploadOn(page, 'Customers', { name: 'people.csv', text: people });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'Failed')).toHaveText('4');
  const failed = async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download failed rows' }).click();
    return readFile(await (await download).path(), 'utf8');
  };
  expect((await failed()).trim().split('\r\n')).toHaveLength(5);
  await page.getByRole('button', { name: 'Import 2 customers' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  const rows = await failed();
  expect(rows).not.toContain('Anna Meyer');
  // As somebody mends it in a spreadsheet; the columns beside the own ones do no harm.
  const mended = rows
    .replaceAll('luca(at)', 'luca@')
    .replaceAll('Narnia', 'Ireland')
    .replaceAll('bot:disabled', '');
  await uploadOn(page, 'Customers', { name: 'mended.csv', text: mended });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'New')).toHaveText('3');
  await expect(count(page, 'Failed')).toHaveText('1');
});

test('IMP1 a file is dropped anywhere on the page; a header that was none is read as data', async ({
  page,
  owner: _,
}) => {
  await visit(page, '/imports');
  await expect(page.getByRole('heading', { name: 'What happens to a file' })).toBeVisible();
  const data = await page.evaluateHandle(() => {
    const dropped = new DataTransfer();
    const text = 'Anna Meyer,anna@meyer.de\nBo Ek,bo@ek.se\n';
    dropped.items.add(new File([text], 'bare.csv', { type: 'text/csv' }));
    return dropped;
  });
  for (const kind of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', kind, { dataTransfer: data });
  await expect(page.getByRole('heading', { name: 'Is the file read correctly?' })).toBeVisible();
  await expect(page.getByText(/2 rows · 2 columns/)).toBeVisible();
  await expect(page.getByRole('cell', { name: 'Anna Meyer' })).toBeVisible();
});

test('a file that is no table is refused with what to do, and another one is taken', async ({
  page,
  owner: _,
}) => {
  await visit(page, '/imports');
  await choose(page, { name: 'photo.csv', text: Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1') });
  await expect(page.getByRole('alert')).toContainText('“photo.csv” was not taken');
  await expect(page.getByRole('alert')).toContainText('This file is not a table.');
  await choose(page, { name: 'empty.csv', text: '' });
  await expect(page.getByRole('alert')).toContainText('The file is empty.');
  await choose(page, { name: 'header.csv', text: 'Name,Email\n' });
  await expect(page.getByRole('alert')).toContainText('a header row but no data');
  const wide = Array.from({ length: 201 }, (_, index) => `c${index}`).join(',');
  await choose(page, { name: 'wide.csv', text: `${wide}\n${wide}\n` });
  await expect(page.getByRole('alert')).toContainText('more than 200 columns');
  await choose(page, { name: 'good.csv', text: 'Name,Email\nAda Lovelace,ada@lovelace.org\n' });
  await expect(page.getByRole('heading', { name: 'Is the file read correctly?' })).toBeVisible();
});

test('a file that was never run is discarded: at once while only uploaded, asked about once worked on', async ({
  page,
  owner: _,
}) => {
  const file = { name: 'people.csv', text: people };
  const discard = page.getByRole('button', { name: 'Discard', exact: true });
  // Only uploaded: nothing but the file is lost.
  await uploadOn(page, 'Customers', file);
  await discard.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'What happens to a file' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Notifications' })).toContainText(
    '“people.csv” was discarded',
  );
  await expect(page).toHaveURL(/\/imports\?record=customer$/);

  // Checked: there is work to lose.
  await uploadOn(page, 'Customers', file);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByRole('heading', { name: 'This would happen' })).toBeVisible();
  await discard.click();
  const sure = page.getByRole('alertdialog');
  await expect(sure).toContainText('This cannot be undone');
  await page.keyboard.press('Escape');
  await expect(sure).toHaveCount(0);
  await expect(discard).toBeFocused();

  // From the list, by keyboard; a refusal is told and the list says what is true now.
  await page.getByRole('link', { name: 'Import' }).first().click();
  const row = page.getByRole('listitem').filter({ hasText: 'people.csv' });
  await page.route('**/api/v1/imports/*', async (route) => {
    if (route.request().method() !== 'DELETE') return route.continue();
    await route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      json: {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        detail: '',
        code: 'import_state',
        requestId: 'r1',
      },
    });
  });
  await row.getByRole('button', { name: 'Discard “people.csv”' }).focus();
  await page.keyboard.press('Enter');
  await sure.getByRole('button', { name: 'Discard the import' }).click();
  await expect(page.getByRole('region', { name: 'Notifications' })).toContainText(
    '“people.csv” was not discarded',
  );
  await page.unroute('**/api/v1/imports/*');
  await row.getByRole('button', { name: 'Discard “people.csv”' }).click();
  await sure.getByRole('button', { name: 'Discard the import' }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Import a file' })).toBeFocused();
});

test('a wrong guess about the file is corrected, and the work survives a reload', async ({
  page,
  owner: _,
}) => {
  await uploadOn(page, 'Customers', {
    name: 'umlaute.csv',
    text: Buffer.from('Name;E-Mail;Ort\nJörg Müller;joerg@mueller-bau.de;Köln\n', 'latin1'),
  });
  await expect(page.getByRole('cell', { name: 'Jörg Müller' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Separator' }).click();
  await page.getByRole('option', { name: 'Comma' }).click();
  await expect(page.getByText(/1 row · 1 column/)).toBeVisible();
  await page.getByRole('combobox', { name: 'Separator' }).click();
  await page.getByRole('option', { name: 'Semicolon' }).click();
  await expect(page.getByText(/1 row · 3 columns/)).toBeVisible();
  // The readings that were tried leave nothing behind.
  await expect
    .poll(async () => (await (await page.request.get('/api/v1/imports')).json()).items.length)
    .toBe(1);
  await page.getByRole('button', { name: 'Continue' }).click();

  await chooseField(page, 'Ort', 'job');
  await expect(field(page, 'Ort')).toHaveValue('Job title');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'What do the columns mean?' })).toBeVisible();
  await expect(field(page, 'Ort')).toHaveValue('Job title');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Is the file read correctly?' })).toBeVisible();
  // Only the rows are kept, so another reading needs the file again.
  await expect(page.getByRole('combobox', { name: 'Separator' })).toBeDisabled();
});

test('an import runs on without its page and is found again', async ({ page, owner: _ }) => {
  test.slow();
  const rows = Array.from({ length: 4_000 }, (_, at) => `Person ${at},person${at}@many-people.org`);
  await uploadOn(page, 'Customers', { name: 'many.csv', text: `Name,Email\n${rows.join('\n')}\n` });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('button', { name: 'Import 4,000 customers' }).click({ timeout: 30_000 });
  await expect(page.getByRole('heading', { name: /Importing…|The import is done/ })).toBeVisible();
  await visit(page, '/home');
  await visit(page, '/imports');
  await page.getByRole('link', { name: /many\.csv/ }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible({ timeout: 60_000 });
  await expect(count(page, 'New')).toHaveText('4,000');
});

for (const theme of ['light', 'dark'] as const) {
  for (const [screen, viewport] of Object.entries({
    desktop: { width: 1440, height: 900 },
    phone: { width: 390, height: 844 },
  })) {
    test.describe(`${theme}, ${screen}`, () => {
      test.use({ colorScheme: theme, viewport, hasTouch: screen === 'phone' });

      test('every step is accessible', async ({ page, owner: _ }) => {
        await uploadOn(page, 'Customers', { name: 'people.csv', text: people });
        await accessible(page);
        await page.getByRole('button', { name: 'Continue' }).click();
        await expect(page.getByRole('heading', { name: 'What do the columns mean?' })).toBeVisible();
        await chooseField(page, 'Ref', 'full');
        await expect(page.getByText('Also chosen for: Name')).toBeVisible();
        await expect(page.getByRole('listbox')).toHaveCount(0);
        await accessible(page);
        await page.getByRole('button', { name: 'Restore the suggestions' }).click();
        await page.getByRole('button', { name: 'Check the file' }).click();
        await expect(count(page, 'Failed')).toHaveText('4');
        await accessible(page);
        // What is there for screen readers alone does not make the page longer than the screen.
        expect(await page.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight)).toBe(
          true,
        );
        await page.getByRole('button', { name: 'Fix: Narnia' }).click();
        await expect(page.getByRole('textbox', { name: 'Read it as' })).toBeVisible();
        await accessible(page);
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Import 2 customers' }).click();
        await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
        await accessible(page);
        await page.getByRole('button', { name: 'Undo the import' }).click();
        await expect(page.getByRole('alertdialog')).toBeVisible();
        await accessible(page);
        // Nothing but tables scrolls sideways.
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(
          true,
        );
      });
    });
  }
}

async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .exclude('[data-base-ui-focus-guard]')
    .analyze();
  expect
    .soft(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`),
      page.url(),
    )
    .toEqual([]);
}

test('IMP1, IMP6 a workbook with a formula as a name is read as it was exported, and changes nothing', async ({
  page,
  owner: _,
}) => {
  await addCustomer(page, '=1+1', 'sum@formulas.org');
  await addCustomer(page, 'Anna Meyer', 'anna@meyer.de');
  const csv = await page.request.get('/api/v1/customers/export.csv?columns=fullName,email');
  expect(await csv.text()).toContain("'=1+1,sum@formulas.org");
  const book = await page.request.get('/api/v1/customers/export.xlsx?columns=id,fullName,email');
  expect(book.ok(), await book.text()).toBe(true);
  await uploadOn(page, 'Customers', { name: 'customers.xlsx', text: await book.body() });
  await expect(page.getByText(/2 rows · 3 columns/)).toBeVisible();
  await expect(page.getByRole('cell', { name: '=1+1' })).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'Skipped')).toHaveText('2');
  await page.getByRole('radio', { name: 'Update the record' }).click();
  await expect(count(page, 'Unchanged')).toHaveText('2');
});

test('IMP5 a run is stopped, says what it did, and that is undone', async ({ page, owner: _ }) => {
  test.slow();
  const rows = Array.from({ length: 12_000 }, (_, at) => `Person ${at},person${at}@stopped.org`);
  await uploadOn(page, 'Customers', { name: 'stop.csv', text: `Name,Email\n${rows.join('\n')}\n` });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('button', { name: 'Import 12,000 customers' }).click({ timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'Importing…' })).toBeVisible();
  await confirmed(page, 'Cancel the import');
  await expect(page.getByRole('heading', { name: 'The import was cancelled' })).toBeVisible({
    timeout: 60_000,
  });
  await confirmed(page, 'Undo the import');
  await expect(page.getByRole('heading', { name: 'The import was undone' })).toBeVisible({ timeout: 60_000 });
  const left = await page.request.post('/api/v1/customers/count', { data: {} });
  expect((await left.json()).count).toBe(0);
});

test('IMP4 everyone in a file gets tags and a segment, and loses them with the undo', async ({
  page,
  owner: _,
}) => {
  await post(page.request, '/segments', { name: 'Newsletter', kind: 'static' });
  await uploadOn(page, 'Customers', {
    name: 'fair.csv',
    text: 'Name,Email,Segment\nAnna Meyer,anna@meyer-werke.de,VIP\nBo Ek,bo@ek-bygg.se,\n',
  });
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(field(page, 'Segment')).toHaveValue('Segments');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'New')).toHaveText('2');

  const tags = page.getByRole('group', { name: 'Tag everyone in this file' });
  await tags.getByRole('button', { name: 'Add tag' }).click();
  for (const name of ['fair', 'to call']) {
    await page.keyboard.type(name);
    await page.getByRole('option', { name: `Create tag “${name}”` }).click();
  }
  await page.keyboard.press('Escape');
  await expect(tags.getByRole('listitem').filter({ hasText: 'to call' })).toBeVisible();
  await expect(count(page, 'New')).toHaveText('2');

  const segment = page.getByRole('group', { name: 'Put everyone into a segment' });
  await segment.getByRole('button', { name: 'Choose a segment' }).click();
  await page.getByRole('option', { name: 'Newsletter' }).click();
  await expect(segment).toContainText('Newsletter');
  await segment.getByRole('button', { name: 'Another segment' }).click();
  await page.keyboard.type('Fair 2026');
  await page.keyboard.press('Enter');
  await expect(segment).toContainText('Fair 2026');
  await expect(segment).toContainText('new');
  await page.getByRole('button', { name: 'Import 2 customers' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();

  const people = await (await page.request.get('/api/v1/customers?sort=fullName')).json();
  const given = people.items.map((one: { fullName: string; tags: string[] }) => [one.fullName, one.tags]);
  expect(given).toEqual([
    ['Anna Meyer', ['fair', 'to call']],
    ['Bo Ek', ['fair', 'to call']],
  ]);
  const living = async () => {
    const all = await (await page.request.get('/api/v1/bootstrap')).json();
    return all.segments.map((one: { name: string }) => one.name);
  };
  expect(await living()).toEqual(['Fair 2026', 'Newsletter', 'VIP']);
  await confirmed(page, 'Undo the import');
  await expect(page.getByRole('heading', { name: 'The import was undone' })).toBeVisible();
  expect(await living()).toEqual(['Newsletter']);
});

test('products and deals come in from their empty screens, with stages and names as the file writes them', async ({
  page,
  owner: _,
}) => {
  test.slow();
  await visit(page, '/products');
  await page.getByRole('link', { name: 'Import a file' }).click();
  await expect(page.getByRole('radio', { name: 'Products' })).toBeChecked();
  await choose(page, {
    name: 'products.csv',
    text: 'product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n',
  });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('button', { name: 'Import 2 products' }).click();
  await page.getByRole('button', { name: 'Show the products' }).click();
  await expect(page).toHaveURL(/\/products/);
  await expect(page.getByText('GTX Pro').first()).toBeVisible();

  await visit(page, '/crm/deals?view=list');
  await page.getByRole('link', { name: 'Import a file' }).click();
  await expect(page.getByRole('radio', { name: 'Deals' })).toBeChecked();
  await choose(page, {
    name: 'pipeline.csv',
    text: `opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1C1I7A6R,Moses Frase,GTX Basic,Cancity,Won,2016-10-20,2017-03-01,1054
Z063OYW0,Darcel Schlecht,GTXPro,Isdom,Won,2016-10-25,2017-03-11,4514
MV1LWRNH,Moses Frase,GTX Basic,Codehow,Engaging,2016-10-20,,
PE84CX4O,Zane Levy,GTX Basic,Hatfan,Prospecting,,,
ZNBS69V1,Anna Snelling,GTXPro,Ron-tech,Lost,2016-10-29,2017-03-01,0
`,
  });
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(field(page, 'opportunity_id')).toHaveValue('Deal name');
  await expect(field(page, 'deal_stage')).toHaveValue('Stage');
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(count(page, 'New')).toHaveText('5');
  await expect(page.getByRole('listitem').filter({ hasText: 'GTXPro' })).toContainText('GTX Pro');
  await expect(page.getByRole('listitem').filter({ hasText: 'Engaging' })).toContainText('Negotiating');
  await page.getByRole('button', { name: 'Import 5 deals' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
  const address = page.url();
  await page.getByRole('button', { name: 'Show the deals' }).click();
  await expect(page.getByText('1C1I7A6R').first()).toBeVisible();
  await expect(page.getByText('Cancity').first()).toBeVisible();

  await page.goto(address);
  await confirmed(page, 'Undo the import');
  await expect(page.getByRole('heading', { name: 'The import was undone' })).toBeVisible();
  await visit(page, '/crm/deals');
  await expect(page.getByRole('link', { name: 'Import a file' })).toBeVisible();
});
