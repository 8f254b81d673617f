import { addCustomer, expect, post, test, visit } from './fixtures';
import { vectors } from './script-vectors';
import { drawerOf } from './seed';

// Without the policy that the server sends: what is drawn has to be harmless by itself.
test.use({ bypassCSP: true });

interface Found {
  text: string;
  problem: string;
}

/** What stands in a note that nobody may put there; runs in the page. */
function examine(): string[] {
  const bad: string[] = [];
  const names = new Set([
    ...[
      'A',
      'ARTICLE',
      'BLOCKQUOTE',
      'BR',
      'BUTTON',
      'CODE',
      'DEL',
      'DIV',
      'EM',
      'H4',
      'H5',
      'H6',
      'HEADER',
      'HR',
    ],
    ...[
      'INPUT',
      'LI',
      'OL',
      'P',
      'PRE',
      'SPAN',
      'STRONG',
      'TABLE',
      'TBODY',
      'TD',
      'TH',
      'THEAD',
      'TIME',
      'TR',
      'UL',
    ],
    ...['IMG'],
  ]);
  const attributes = new Set([
    ...[
      'alt',
      'aria-label',
      'checked',
      'class',
      'data-align',
      'disabled',
      'href',
      'loading',
      'rel',
      'role',
      'scope',
    ],
    ...['src', 'start', 'tabindex', 'target', 'type'],
  ]);
  for (const body of document.querySelectorAll('.note-body')) {
    for (const element of body.querySelectorAll('*')) {
      if (!names.has(element.tagName)) bad.push(`an element ${element.tagName}`);
      for (const { name, value } of element.attributes) {
        if (!attributes.has(name)) bad.push(`an attribute ${name}`);
        if (/^on/i.test(name)) bad.push(`a handler ${name}`);
        if (name === 'href' || name === 'src') {
          const { protocol, origin, pathname } = new URL(value, location.origin);
          if (!['http:', 'https:', 'mailto:'].includes(protocol)) bad.push(`a ${name} ${protocol}`);
          if (name === 'src' && (origin !== location.origin || !pathname.startsWith('/api/v1/attachments/')))
            bad.push(`a picture of ${value}`);
          if (name === 'src' && pathname.includes('..')) bad.push(`a picture of ${value}`);
        }
      }
      if (
        element instanceof HTMLAnchorElement &&
        element.target === '_blank' &&
        !/noopener/.test(element.rel)
      )
        bad.push('a window that knows its opener');
      if (element instanceof HTMLInputElement && element.type !== 'checkbox')
        bad.push(`a field ${element.type}`);
    }
  }
  return [...new Set(bad)];
}

test(`NOT5 none of ${vectors.length} texts runs, fetches or breaks out of a note`, async ({
  page,
  owner: _,
}) => {
  test.setTimeout(240_000);
  expect(new Set(vectors).size).toBeGreaterThanOrEqual(150);
  const { id } = await addCustomer(page, 'Ada Lovelace');
  const ran: string[] = [];
  const asked: string[] = [];
  await page.exposeFunction('hit', (what?: string) => ran.push(String(what ?? 'hit')));
  page.on('dialog', (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('popup', (popup) => ran.push(`a window ${popup.url()}`));
  page.on('request', (request) => {
    const { hostname, pathname } = new URL(request.url());
    if (hostname !== 'localhost' || pathname === '/x') asked.push(request.url());
  });
  await page.route('https://canary.invalid/**', (route) => route.abort());

  const found: Found[] = [];
  const size = 30;
  for (let start = 0; start < vectors.length; start += size) {
    const batch = vectors.slice(start, start + size);
    const notes: string[] = [];
    for (const body of batch) {
      const response = await page.request.post('/api/v1/notes', {
        data: { body, anchor: { kind: 'customer', id } },
      });
      expect(response.ok(), `${body}: ${await response.text()}`).toBe(true);
      const note = (await response.json()) as { id: string; body: string };
      // As it came, whatever it is.
      expect(note.body).toBe(body);
      notes.push(note.id);
    }
    await visit(page, `/crm/customers?open=${id}&tab=notes`);
    await expect(drawerOf(page).locator('[data-note]')).toHaveCount(batch.length);
    for (const problem of await page.evaluate(examine)) found.push({ text: `${start}…`, problem });
    // Whatever can be pressed or pointed at, is; but for links that lead away, which were looked at.
    for (const target of await page.locator('.note-body a, .note-body input, .note-body img').all()) {
      await target.dispatchEvent('mouseover');
      await target.dispatchEvent('focus');
      const href = await target.getAttribute('href');
      if (href !== null && !/^(?:https?:|mailto:|\/)/.test(href))
        found.push({ text: href, problem: 'a strange link' });
    }
    // The page is as it was around the notes.
    await expect(page.locator('main#main')).toHaveCount(1);
    expect(
      await page.evaluate(() => typeof document.getElementById === 'function' && document.body !== null),
    ).toBe(true);
    for (const note of notes) expect((await page.request.delete(`/api/v1/notes/${note}`)).ok()).toBe(true);
  }
  // And as a preview, before it is saved.
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const drawer = drawerOf(page);
  await drawer.getByRole('textbox', { name: 'New note' }).fill(vectors.join('\n\n').slice(0, 90_000));
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await expect(drawer.getByRole('region', { name: 'Preview' })).toBeVisible();
  for (const problem of await page.evaluate(examine)) found.push({ text: 'preview', problem });
  await page.waitForTimeout(500);
  expect(found).toEqual([]);
  expect(ran, 'scripts that ran').toEqual([]);
  expect(asked, 'requests that left').toEqual([]);
});

test('NOT5 what is pasted from pages comes without what runs', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  const ran: string[] = [];
  await page.exposeFunction('hit', () => ran.push('hit'));
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const drawer = drawerOf(page);
  const field = drawer.getByRole('textbox', { name: 'New note' });
  await field.click();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'Plan a x pic');
    data.setData(
      'text/html',
      '<h2>Plan</h2><p>a <b>b</b> <a href="javascript:hit()">x</a> <a href="https://a.example/">y</a></p>' +
        '<script>hit()</script><img src=x onerror="hit()" alt="pic"><table><tr><th>A</th><th>B</th></tr>' +
        '<tr><td>1</td><td>2</td></tr></table><ul><li>one<ul><li>two</li></ul></li></ul>',
    );
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await expect(field).toHaveValue(
    '## Plan\n\na **b** x [y](https://a.example/)\n\npic\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\n- one\n  - two',
  );
  // Taken back as any typing is.
  await page.keyboard.press('Control+z');
  await expect(field).toHaveValue('');
  expect(ran).toEqual([]);
});

test('a file that could run is text to save', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  const upload = await page.request.post('/api/v1/attachments', {
    multipart: {
      file: {
        name: 'picture.svg',
        mimeType: 'image/svg+xml',
        buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="hit()"></svg>'),
      },
    },
  });
  const file = (await upload.json()) as { id: string };
  await post(page.request, '/notes', {
    body: 'with a picture',
    anchor: { kind: 'customer', id },
    attachmentIds: [file.id],
  });
  await visit(page, `/crm/customers?open=${id}&tab=notes`);
  const link = drawerOf(page).getByRole('link', { name: 'Download picture.svg' });
  await expect(link).toBeVisible();
  await expect(drawerOf(page).locator('.note-files img')).toHaveCount(0);
});
