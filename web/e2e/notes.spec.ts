import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, newAccount, post, signIn, signUp, test, visit } from './fixtures';
import { drawerOf, news } from './seed';

interface Note {
  id: string;
  body: string;
  pinned: boolean;
  visibility: string;
  version: number;
  attachments: Array<{ id: string; fileName: string }>;
  mentions: string[];
}

const fieldOf = (page: Page, name = 'New note') => drawerOf(page).getByRole('textbox', { name, exact: true });
const cards = (page: Page) => drawerOf(page).locator('[data-note]');
const card = (page: Page, text: string) => cards(page).filter({ hasText: text });
const addNote = (page: Page, id: string, body: string, more: object = {}) =>
  post<Note>(page.request, '/notes', { body, anchor: { kind: 'customer', id }, ...more });
const notes = async (page: Page) =>
  ((await (await page.request.get('/api/v1/notes')).json()) as { items: Note[] }).items;
const menu = async (page: Page, text: string, item: string) => {
  await card(page, text)
    .getByRole('button', { name: /^Actions for note/ })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('NOT1 a note is written at once, in the drawer of each kind of record', async ({ page, owner: _ }) => {
  const customer = await addCustomer(page, 'Ada Lovelace');
  const company = await post<{ id: string }>(page.request, '/companies', { name: 'Kestrel' });
  const deal = await post<{ id: string }>(page.request, '/deals', { name: 'Rollout' });
  for (const [path, name] of [
    [`/crm/customers?open=${customer.id}`, 'Ada Lovelace'],
    [`/crm/companies?open=${company.id}`, 'Kestrel'],
    [`/crm/deals?open=${deal.id}`, 'Rollout'],
  ] as const) {
    await visit(page, path);
    await expect(drawerOf(page).getByRole('heading', { level: 2, name })).toBeVisible();
    // Two acts: the key, and Ctrl+Enter.
    await page.keyboard.press('n');
    await expect(fieldOf(page)).toBeFocused();
    await page.keyboard.type(`About ${name}`);
    await page.keyboard.press('Control+Enter');
    await expect(card(page, `About ${name}`)).toBeVisible();
    await expect(fieldOf(page)).toHaveValue('');
    await expect(drawerOf(page).getByRole('tab', { name: 'Notes 1' })).toBeVisible();
    await expect(card(page, `About ${name}`)).toContainText('Mara Lindqvist');
  }
  expect(await notes(page)).toHaveLength(3);
});

const awkward = [
  '# Title #',
  '',
  '',
  '| a | b \\| c |',
  '|:--|--:|',
  '| 1 |  2|',
  '',
  '* star',
  '    + plus  ',
  '\t- tab\t',
  '       deep',
  '1) one',
  '  10) ten',
  '',
  '- [ ] open',
  '  - [X] done',
  '',
  '\\*not em\\* _em_ __strong__ a  b   c',
  'hard break  ',
  'next\\',
  'last &amp; &copy; <b>x</b>',
  '',
  '```js',
  '\tlet a = `b`;  ',
  '',
  '```',
  '   ',
  '[x]: https://a.example "t"',
  'Ünïcödé 🧑‍🚀 \u00a0|\u200b|',
  '',
  '',
].join('\n');

test('NOT2 markdown comes out as it went in, byte for byte', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  await fieldOf(page).fill(awkward);
  await page.keyboard.press('Control+Enter');
  await expect(cards(page)).toHaveCount(1);
  const [made] = await notes(page);
  expect(made?.body).toBe(awkward);
  // Opened and saved, looked at as it will be, and changed and changed back.
  await menu(page, 'Title', 'Edit');
  const edit = fieldOf(page, 'Edit note');
  await expect(edit).toHaveValue(awkward);
  await drawerOf(page).getByRole('button', { name: 'Preview' }).last().click();
  await drawerOf(page).getByRole('button', { name: 'Write', exact: true }).click();
  await edit.press('Control+End');
  await page.keyboard.type('more');
  await page.keyboard.press('Control+Enter');
  await expect(edit).toBeHidden();
  await expect.poll(async () => (await notes(page))[0]?.body).toBe(`${awkward}more`);

  // Line ends that a text field does not know are kept by an edit of another line.
  const windows = `first\r\n\r\n| a |\r\n|---|\r\n- x\r\n\tlast  \r\n`;
  await addNote(page, id, windows);
  await page.reload();
  await menu(page, 'first', 'Edit');
  await edit.press('Control+Home');
  await page.keyboard.type('The ');
  await page.keyboard.press('Control+Enter');
  await expect(edit).toBeHidden();
  await expect.poll(async () => (await notes(page))[0]?.body).toBe(`The ${windows}`);
});

test('NOT3 tools, keys and preview', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const field = fieldOf(page);
  await field.click();
  await page.keyboard.type('one');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+b');
  await expect(field).toHaveValue('**one**');
  await page.keyboard.press('Control+i');
  await expect(field).toHaveValue('**_one_**');
  await page.keyboard.press('Control+z');
  await expect(field).toHaveValue('**one**');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await drawerOf(page).getByRole('button', { name: 'Checklist' }).click();
  await expect(field).toBeFocused();
  await page.keyboard.type('call');
  await page.keyboard.press('Enter');
  await page.keyboard.type('write');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await drawerOf(page).getByRole('button', { name: 'Table' }).click();
  await page.keyboard.type('Head');
  await expect(field).toHaveValue(
    '**one**\n- [ ] call\n- [ ] write\n\n| Head |  |\n| --- | --- |\n|  |  |\n',
  );
  await page.keyboard.press('Control+Alt+p');
  const preview = drawerOf(page).getByRole('region', { name: 'Preview' });
  await expect(preview.getByRole('checkbox')).toHaveCount(2);
  await expect(preview.getByRole('table')).toContainText('Head');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await check(page);
  }
  await page.keyboard.press('Control+Enter');
  await expect(cards(page)).toHaveCount(1);
});

test('NOT3 boxes are ticked where the note is read, and nothing else changes', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  const body = '# Plan\r\n\r\n* [ ] one  \r\n\t- [X] two\r\n> 1) [ ] three\r\n\r\n`- [ ] code`\r\n';
  await addNote(page, id, body);
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const boxes = card(page, 'Plan').getByRole('checkbox');
  await expect(boxes).toHaveCount(3);
  // Two at once: the second is written upon the first.
  await boxes.nth(0).click();
  await boxes.nth(2).click();
  const ticked = body.replace('[ ] one', '[x] one').replace('[ ] three', '[x] three');
  await expect.poll(async () => (await notes(page))[0]?.body).toBe(ticked);
  await expect(boxes.nth(2)).toBeChecked();
  await boxes.nth(1).click();
  await expect.poll(async () => (await notes(page))[0]?.body).toBe(ticked.replace('[X]', '[ ]'));
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await notes(page))[0]?.body).toBe(ticked);
});

test('NOT3 colleagues and records are named from a list', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  const company = await post<{ id: string }>(page.request, '/companies', { name: 'Kestrel [East]' });
  const { me } = (await (await page.request.get('/api/v1/bootstrap')).json()) as { me: { id: string } };
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const field = fieldOf(page);
  await field.click();
  await page.keyboard.type('Ask @mar');
  const people = page.getByRole('listbox', { name: 'Colleagues' });
  await expect(people.getByRole('option', { name: /Mara Lindqvist/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await check(page);
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('Ask @Mara Lindqvist ');
  await page.keyboard.type('about #kest');
  await expect(
    page.getByRole('listbox', { name: 'Records' }).getByRole('option', { name: /Kestrel/ }),
  ).toBeVisible();
  // Esc closes the list, not the note.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox')).toBeHidden();
  await expect(field).toBeFocused();
  await page.keyboard.type('r');
  await page.getByRole('option', { name: /Kestrel/ }).click();
  await expect(field).toHaveValue(
    `Ask @Mara Lindqvist about [Kestrel \\[East\\]](/crm/companies?open=${company.id})`,
  );
  await page.keyboard.press('Control+Enter');
  await expect(cards(page)).toHaveCount(1);
  expect((await notes(page))[0]?.mentions).toEqual([me.id]);
  await expect(cards(page).locator('.note-mention')).toHaveText('@Mara Lindqvist');
  await cards(page).getByRole('link', { name: 'Kestrel [East]' }).click();
  await expect(page).toHaveURL(/\/crm\/companies/);
  await expect(drawerOf(page).getByRole('heading', { level: 2 })).toHaveText('Kestrel [East]');
});

test('NOT4 a draft outlives a reload and a sign-out, and is nobody else’s', async ({
  page,
  browser,
  server,
}) => {
  const account = newAccount();
  await signUp(page.request, account);
  const { id } = await addCustomer(page, 'Ada Lovelace');
  const other = await addCustomer(page, 'Bo Ek');
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  await fieldOf(page).fill('Half a tho');
  await page.reload();
  await expect(fieldOf(page)).toHaveValue('Half a tho');
  // For this record only.
  await visit(page, `/crm/customers?open=${other.id}&tab=notes`);
  await expect(fieldOf(page)).toHaveValue('');
  // Signed out, and somebody else signed in.
  await page.request.post('/api/v1/auth/logout');
  const stranger = newAccount();
  await signUp(page.request, stranger);
  const theirs = await addCustomer(page, 'Cy Young');
  await visit(page, `/crm/customers?open=${theirs.id}&tab=notes`);
  await expect(fieldOf(page)).toHaveValue('');
  await page.request.post('/api/v1/auth/logout');
  await signIn(page.request, account);
  // A crash: another tab of the same browser finds it.
  await page.close();
  const next = await (page.context() ?? (await browser.newContext({ baseURL: server.url }))).newPage();
  await visit(next, `/crm/customers?open=${id}&tab=notes`);
  await expect(fieldOf(next)).toHaveValue('Half a tho');
  await fieldOf(next).press('Control+Enter');
  await expect(card(next, 'Half a tho')).toBeVisible();
  await next.reload();
  await expect(card(next, 'Half a tho')).toBeVisible();
  await expect(fieldOf(next)).toHaveValue('');
});

test('NOT4 an edit is kept as well; Esc asks only when something was changed', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  await addNote(page, id, 'First');
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  await fieldOf(page).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await expect(drawerOf(page)).toBeVisible();
  await menu(page, 'First', 'Edit');
  const edit = fieldOf(page, 'Edit note');
  await expect(edit).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(edit).toBeHidden();
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await menu(page, 'First', 'Edit');
  await edit.fill('First and second');
  await page.reload();
  await expect(edit).toHaveValue('First and second');
  await edit.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await expect(edit).toHaveValue('First and second');
  await edit.press('Escape');
  await page.getByRole('alertdialog').getByRole('button').last().click();
  await expect(edit).toBeHidden();
  await expect(card(page, 'First')).not.toContainText('second');
  await page.reload();
  await expect(card(page, 'First')).toBeVisible();
  await expect(edit).toBeHidden();
});

test('two who edit one note: the second sees what the first wrote', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  const note = await addNote(page, id, 'Before');
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  await menu(page, 'Before', 'Edit');
  const edit = fieldOf(page, 'Edit note');
  await edit.fill('Mine');
  const answer = await page.request.patch(`/api/v1/notes/${note.id}`, { data: { body: 'Theirs' } });
  expect(answer.ok()).toBe(true);
  await page.keyboard.press('Control+Enter');
  const clash = drawerOf(page).getByRole('alert').filter({ hasText: 'changed this note' });
  await expect(clash).toContainText('Theirs');
  await check(page);
  await expect(edit).toHaveValue('Mine');
  await clash.getByRole('button', { name: 'Save mine over it' }).click();
  await expect(edit).toBeHidden();
  await expect.poll(async () => (await notes(page))[0]?.body).toBe('Mine');
});

test('NOT6 pin, edit, private, delete with undo, former texts', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  await addNote(page, id, 'Older');
  await addNote(page, id, 'Newer');
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  await expect(cards(page).first()).toContainText('Newer');
  await menu(page, 'Older', 'Pin to the top');
  await expect(cards(page).first()).toContainText('Older');
  await expect(card(page, 'Older').getByRole('img', { name: 'Pinned' })).toBeVisible();
  await page.reload();
  await expect(cards(page).first()).toContainText('Older');

  await menu(page, 'Newer', 'Show to me only');
  await expect(card(page, 'Newer')).toContainText('Private');
  await expect
    .poll(async () => (await notes(page)).find(({ body }) => body === 'Newer')?.visibility)
    .toBe('private');

  await menu(page, 'Older', 'Edit');
  await fieldOf(page, 'Edit note').fill('Oldest');
  await page.keyboard.press('Control+Enter');
  await expect(card(page, 'Oldest')).toContainText('edited now');
  await menu(page, 'Oldest', 'Former texts');
  const history = page.getByRole('dialog', { name: 'Former texts' });
  await expect(history).toContainText('Older');
  await expect(history).toContainText('Mara Lindqvist');
  await check(page);
  await history.getByRole('button', { name: 'Restore' }).click();
  await expect(history).toBeHidden();
  await expect(card(page, 'Older')).toBeVisible();
  await expect.poll(async () => (await notes(page)).some(({ body }) => body === 'Older')).toBe(true);

  await menu(page, 'Older', 'Delete');
  await expect(cards(page)).toHaveCount(1);
  await expect(news(page)).toContainText('Note deleted');
  await expect.poll(async () => (await notes(page)).length).toBe(1);
  await page.keyboard.press('Control+z');
  await expect(cards(page)).toHaveCount(2);
  await expect.poll(async () => (await notes(page)).length).toBe(2);
});

test('NOT6 search within notes', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  for (const body of ['alpha price', 'beta call', 'gamma', 'delta price']) await addNote(page, id, body);
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const search = drawerOf(page).getByRole('searchbox', { name: 'Search notes' });
  await search.fill('price');
  await expect(cards(page)).toHaveCount(2);
  await search.fill('nothing such');
  await expect(drawerOf(page)).toContainText('No note says that');
  await drawerOf(page).getByRole('button', { name: 'Show all notes' }).click();
  await expect(cards(page)).toHaveCount(4);
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC',
  'base64',
);

test('files come by picker, drop and paste, and are shown, saved and refused', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const drawer = drawerOf(page);
  await fieldOf(page).fill('With files');
  await drawer
    .locator('input[type=file]')
    .setInputFiles([{ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('An offer') }]);
  await expect(drawer.getByRole('link', { name: 'Download offer.txt' })).toBeVisible();
  const give = (kind: 'drop' | 'paste') =>
    page.evaluate(
      ([type, bytes]) => {
        const data = new DataTransfer();
        const raw = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
        data.items.add(new File([raw], `${type}.png`, { type: 'image/png' }));
        const field = document.querySelector('.note-field');
        field?.dispatchEvent(
          type === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
        );
      },
      [kind, png.toString('base64')] as const,
    );
  await give('drop');
  await expect(drawer.getByRole('link', { name: 'Download drop.png' })).toBeVisible();
  await give('paste');
  await expect(drawer.getByRole('link', { name: 'Download paste.png' })).toBeVisible();

  // Too large: said before anything of it is sent.
  let sent = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/attachments') && request.method() === 'POST') sent += 1;
  });
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(25 * 1024 * 1024 + 1)], 'film.mp4'));
    data.items.add(new File([], 'nothing.txt'));
    document
      .querySelector('.note-field')
      ?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await expect(drawer.getByRole('alert').filter({ hasText: 'Not uploaded: it has 26.2' })).toBeVisible();
  await expect(drawer.getByRole('alert').filter({ hasText: 'The file is empty' })).toBeVisible();
  expect(sent).toBe(0);
  await drawer.getByRole('button', { name: 'Dismiss film.mp4' }).click();
  await drawer.getByRole('button', { name: 'Dismiss nothing.txt' }).click();
  await check(page);
  await drawer.getByRole('button', { name: 'Remove paste.png' }).click();
  // They are part of the draft.
  await page.reload();
  await expect(drawer.getByRole('link', { name: 'Download drop.png' })).toBeVisible();
  await drawer.getByRole('button', { name: 'Add note' }).click();
  await expect(cards(page)).toHaveCount(1);
  expect((await notes(page))[0]?.attachments.map(({ fileName }) => fileName)).toEqual([
    'offer.txt',
    'drop.png',
  ]);

  const download = page.waitForEvent('download');
  await cards(page).getByRole('link', { name: 'Download offer.txt' }).click();
  expect((await download).suggestedFilename()).toBe('offer.txt');
  await cards(page).getByRole('button', { name: 'Show drop.png' }).click();
  const shown = page.getByRole('dialog', { name: 'drop.png' });
  await expect(shown.getByRole('img', { name: 'drop.png' })).toHaveJSProperty('naturalWidth', 10);
  await check(page);
});

test('an upload tells its progress, and can be stopped', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const drawer = drawerOf(page);
  await fieldOf(page).fill('Slow');
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/v1/attachments', async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await drawer
    .locator('input[type=file]')
    .setInputFiles([
      { name: 'big.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(1_000_000) },
    ]);
  await expect(drawer.getByRole('progressbar', { name: 'Uploading big.bin' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(drawer.getByRole('alert')).toContainText('still on their way');
  await drawer.getByRole('button', { name: 'Stop uploading big.bin' }).click();
  await expect(drawer.getByRole('progressbar')).toBeHidden();
  release();
});

for (const [screen, viewport] of [
  ['desktop', { width: 1440, height: 900 }],
  ['phone', { width: 390, height: 844 }],
] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`notes can be read by everybody (${screen}, ${scheme})`, async ({ page, owner: _ }, info) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: scheme });
      const { id } = await addCustomer(page, 'Ada Lovelace');
      await addNote(page, id, 'A word of **Mara**', { visibility: 'private' });
      const pinned = await addNote(
        page,
        id,
        '# Call with Ada\n\nShe wants the offer by **Friday**, ask @Mara Lindqvist.\n\n- [x] send the deck\n- [ ] ask about `VAT`\n\n| Item | Price |\n| --- | --: |\n| Seats | 1,200 € |\n| Setup | 300 € |\n\n> Only if it runs on our own machines.\n\n```\nentente serve\n```\n\n[Site](https://a.example) ![plan](https://a.example/p.png)',
      );
      await post(page.request, `/notes/${pinned.id}/pin`, {});
      await visit(page, `/crm/customers?open=${id}&tab=notes`);
      await expect(cards(page)).toHaveCount(2);
      await check(page);
      await page.screenshot({ path: info.outputPath(`notes-${screen}-${scheme}.png`) });
      await fieldOf(page).fill('Something **new**');
      await check(page);
      await page.screenshot({ path: info.outputPath(`editor-${screen}-${scheme}.png`) });
      // Nothing but what scrolls by itself is wider than the screen.
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    });
  }
}
