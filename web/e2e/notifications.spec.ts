import type { APIRequestContext, Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';
import { drawerOf } from './seed';

/** Somebody else of the workspace: a key, which is no person and so tells people of what it writes. */
async function helper(
  page: Page,
  server: { url: string },
  playwright: Playwright,
): Promise<APIRequestContext> {
  const { key } = await post<{ key: string }>(page.request, '/api-keys', {
    name: 'Call notes',
    role: 'member',
  });
  return playwright.request.newContext({
    baseURL: server.url,
    extraHTTPHeaders: { Authorization: `Bearer ${key}` },
  });
}
type Playwright = { request: { newContext: (options: object) => Promise<APIRequestContext> } };

const bell = (page: Page) => page.getByRole('button', { name: /^Notifications for you/ });
const list = (page: Page) => page.getByRole('dialog', { name: 'Notifications for you' });
const unread = async (page: Page) =>
  ((await (await page.request.get('/api/v1/notifications/count')).json()) as { count: number }).count;

test('the bell counts who named one, opens what they wrote, and is read by keyboard', async ({
  page,
  owner: _,
  server,
  playwright,
}) => {
  const ada = await addCustomer(page, 'Ada Lovelace');
  const bo = await addCustomer(page, 'Bo Ek');
  const other = await helper(page, server, playwright);
  for (const [id, body] of [
    [ada.id, '# Call\n\n@Mara Lindqvist please send the **offer**'],
    [bo.id, 'ask @Mara Lindqvist'],
    [bo.id, 'and @Mara again'],
  ] as const)
    await post(other, '/notes', { body, anchor: { kind: 'customer', id } });
  await visit(page, '/crm/tags');
  await expect(bell(page)).toHaveAccessibleName('Notifications for you, 3 unread');
  await page.keyboard.press('b');
  await expect(list(page)).toBeVisible();
  const entries = list(page).getByRole('region', { name: 'Notifications' }).getByRole('listitem');
  await expect(entries).toHaveCount(3);
  await expect(entries.nth(0)).toContainText('Call notes named you in a note about Bo Ek');
  await expect(entries.nth(2)).toContainText('please send the');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await check(page);
  }
  // One is marked, the others stay.
  await entries
    .nth(0)
    .getByRole('button', { name: /as read$/ })
    .click();
  await expect(entries.nth(0).getByRole('button', { name: /as read$/ })).toBeHidden();
  await expect.poll(() => unread(page)).toBe(2);
  await list(page).getByRole('button', { name: 'Only unread' }).click();
  await expect(entries).toHaveCount(2);
  // By the arrows to the last one, which opens where it was written and is read then.
  await entries.nth(0).getByRole('button').first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(entries.nth(1).getByRole('button').first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/crm/customers\\?.*open=${ada.id}`));
  await expect(drawerOf(page).locator('[data-note]')).toContainText('please send the offer');
  await expect(list(page)).toBeHidden();
  await expect(bell(page)).toHaveAccessibleName('Notifications for you, 1 unread');
  // What is left is read at once; what comes meanwhile stays unread.
  await visit(page, '/crm/tags');
  await bell(page).click();
  await expect(entries).toHaveCount(3);
  await post(other, '/notes', { body: 'late: @Mara', anchor: { kind: 'customer', id: bo.id } });
  await list(page).getByRole('button', { name: 'Mark all as read' }).click();
  await expect.poll(() => unread(page)).toBe(1);
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
  await expect(bell(page)).toBeFocused();
  await other.dispose();
});

test('a note that is deleted is no news any more; a refusal is told', async ({
  page,
  owner: _,
  server,
  playwright,
}) => {
  const ada = await addCustomer(page, 'Ada Lovelace');
  const other = await helper(page, server, playwright);
  const note = await post<{ id: string }>(other, '/notes', {
    body: '@Mara look',
    anchor: { kind: 'customer', id: ada.id },
  });
  await visit(page, '/crm/tags');
  await expect(bell(page)).toHaveAccessibleName('Notifications for you, 1 unread');
  await page.route('**/notifications/*/read', (route) => route.fulfill({ status: 503, body: '' }));
  await bell(page).click();
  await list(page)
    .getByRole('listitem')
    .getByRole('button', { name: /as read$/ })
    .click();
  await expect(page.getByText('It could not be marked as read').first()).toBeVisible();
  await expect(
    list(page)
      .getByRole('listitem')
      .getByRole('button', { name: /as read$/ }),
  ).toBeVisible();
  expect((await page.request.delete(`/api/v1/notes/${note.id}`)).ok()).toBe(true);
  await page.reload();
  await expect(bell(page)).toHaveAccessibleName('Notifications for you');
  await bell(page).click();
  await expect(list(page)).toContainText('Nothing new for you');
  await check(page);
  await other.dispose();
});

test('own tasks that are due stand there too', async ({ page, owner: _ }) => {
  const { me } = (await (await page.request.get('/api/v1/bootstrap')).json()) as { me: { id: string } };
  const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
  await post(page.request, '/tasks', { subject: 'Long ago', assigneeId: me.id, dueAt: hours(-50) });
  await post(page.request, '/tasks', { subject: 'Soon', assigneeId: me.id, dueAt: hours(2) });
  await post(page.request, '/tasks', { subject: 'Next week', assigneeId: me.id, dueAt: hours(170) });
  await post(page.request, '/tasks', { subject: 'Of the pool', dueAt: hours(-1) });
  await visit(page, '/crm/tags');
  await bell(page).click();
  const due = list(page).getByRole('region', { name: 'Your tasks that are due' }).getByRole('listitem');
  await expect(due).toHaveCount(2);
  await expect(due.nth(0)).toContainText('Long ago');
  await expect(due.nth(0)).toContainText('Overdue since');
  await expect(due.nth(1)).toContainText('Due ');
  await due.nth(1).getByRole('button').click();
  await expect(page.getByRole('dialog', { name: 'Soon', exact: true })).toBeVisible();
});

test('on phones the bell stands in the bar below', async ({ page, owner: _, server, playwright }, info) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const ada = await addCustomer(page, 'Ada Lovelace');
  const other = await helper(page, server, playwright);
  await post(other, '/notes', { body: 'for @Mara', anchor: { kind: 'customer', id: ada.id } });
  await visit(page, '/crm/tags');
  await expect(bell(page)).toHaveAccessibleName('Notifications for you, 1 unread');
  await page.screenshot({ path: info.outputPath('bell-bar.png') });
  await bell(page).click();
  await expect(list(page)).toContainText('Call notes named you');
  await check(page);
  await page.screenshot({ path: info.outputPath('bell-phone.png') });
  await page.setViewportSize({ width: 1440, height: 900 });
  await bell(page).click();
  await expect(list(page)).toContainText('Call notes named you');
  await page.screenshot({ path: info.outputPath('bell-desktop.png') });
  await other.dispose();
});
