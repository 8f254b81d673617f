import type { Page } from '@playwright/test';
import { check } from './axe';
import { addCustomer, expect, post, test, visit } from './fixtures';
import { cell, drawerOf, news, rowLoaded } from './seed';

interface Task {
  id: string;
  subject: string;
  assigneeId: string | null;
  status: string;
  dueAt: string | null;
}

const tab = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Which tasks' }).getByRole('button', { name: new RegExp(`^${name}`) });
const list = async (page: Page) => {
  const { items } = (await (await page.request.get('/api/v1/tasks')).json()) as { items: Task[] };
  return items;
};
async function me(page: Page) {
  const { me: own } = (await (await page.request.get('/api/v1/bootstrap')).json()) as { me: { id: string } };
  return own.id;
}
const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();

test('TAS1 TAS7 tabs count what waits; what is overdue says so', async ({ page, owner: _ }) => {
  const assigneeId = await me(page);
  await post(page.request, '/tasks', { subject: 'Late', assigneeId, dueAt: hours(-48) });
  await post(page.request, '/tasks', { subject: 'Later', assigneeId, dueAt: hours(24 * 9) });
  await post(page.request, '/tasks', { subject: 'Anybody' });
  await post(page.request, '/tasks', { subject: 'Over', assigneeId, status: 'done' });
  await visit(page, '/tasks');
  await rowLoaded(page, 1);
  await expect(tab(page, 'My tasks')).toContainText('2');
  await expect(tab(page, 'Pool')).toContainText('1');
  await expect(tab(page, 'Overdue')).toContainText('1');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '3');
  await expect(await cell(page, 0, 'Subject')).toHaveText('Late');
  await expect(await cell(page, 0, 'Due')).toContainText('Overdue · ');
  await check(page);
  await tab(page, 'Pool').click();
  await expect(await cell(page, 0, 'Subject')).toHaveText('Anybody');
  await tab(page, 'Overdue').click();
  await expect(await cell(page, 0, 'Subject')).toHaveText('Late');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
  await tab(page, 'All').click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '5');
  // Put off by one key.
  await visit(page, '/tasks');
  await rowLoaded(page, 0);
  await (await cell(page, 0, 'Subject')).focus();
  await page.keyboard.press('z');
  await expect(await cell(page, 0, 'Due')).not.toContainText('Overdue');
  await expect(tab(page, 'Overdue')).toContainText('0');
});

test('TAS2 a task of the pool is taken by one key; who comes second hears who has it', async ({
  page,
  owner: _,
}) => {
  const task = await post<Task>(page.request, '/tasks', { subject: 'Anybody' });
  const other = await post<Task>(page.request, '/tasks', { subject: 'Wanted by two' });
  await visit(page, '/tasks?show=pool&sort=subject');
  await rowLoaded(page, 1);
  await (await cell(page, 0, 'Subject')).focus();
  await page.keyboard.press('l');
  await expect(await cell(page, 0, 'Assignee')).toHaveText('Mara Lindqvist');
  await expect(news(page)).toContainText('Anybody is yours');
  await expect
    .poll(async () => (await list(page)).find(({ id }) => id === task.id)?.assigneeId)
    .toBe(await me(page));

  // Somebody else is quicker.
  await page.route(`**/tasks/${other.id}/claim`, (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      json: {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        detail: 'Ada has this task already',
        code: 'already_claimed',
        requestId: 'r',
        existing: { record: 'user', id: other.id, name: 'Ada', archived: false },
      },
    }),
  );
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('l');
  await expect(news(page)).toContainText('Ada was quicker and has Wanted by two');
});

test('TAS5 a task is written with a time in words, and repeats', async ({ page, owner: _ }) => {
  await visit(page, '/tasks');
  await expect(page.getByText('Nothing to do')).toBeVisible();
  await page.keyboard.press('t');
  const form = page.getByRole('dialog', { name: 'New task' });
  await form.getByRole('button', { name: 'Create task' }).click();
  await expect(form.getByText('Say what is to be done')).toBeVisible();
  await expect(form.getByRole('textbox', { name: 'Subject' })).toBeFocused();
  await form.getByRole('textbox', { name: 'Subject' }).fill('Send the offer');
  const when = form.getByRole('textbox', { name: /^Due/ });
  await when.fill('sometime');
  await form.getByRole('button', { name: 'Create task' }).click();
  await expect(form.getByText('Write a time such as')).toBeVisible();
  await when.fill('tomorrow 9am');
  const expected = await page.evaluate(() => {
    const at = new Date();
    at.setDate(at.getDate() + 1);
    at.setHours(9, 0, 0, 0);
    return at.toISOString();
  });
  await expect(form).toContainText(/, 09:00/);
  await form.getByRole('combobox', { name: 'Repeats' }).click();
  await page.getByRole('option', { name: 'Every week' }).click();
  await check(page);
  await form.getByRole('button', { name: 'Create task' }).click();
  await rowLoaded(page, 0);
  await expect(await cell(page, 0, 'Subject')).toHaveText('Send the offer');
  await expect(await cell(page, 0, 'Repeats')).toHaveText('Every week');
  const [made] = await list(page);
  expect(new Date(made?.dueAt ?? '').toISOString()).toBe(expected);

  // In the table too.
  await (await cell(page, 0, 'Due')).click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('in 3 days 14:30');
  await page.keyboard.press('Enter');
  await expect(await cell(page, 0, 'Due')).toContainText('14:30');
});

test('TAS6 done by one key, with undo; one that repeats leaves the next', async ({ page, owner: _ }) => {
  const assigneeId = await me(page);
  await post(page.request, '/tasks', { subject: 'Once', assigneeId, dueAt: hours(1) });
  await post(page.request, '/tasks', {
    subject: 'Weekly',
    assigneeId,
    dueAt: hours(2),
    recurrence: { every: 1, unit: 'week' },
  });
  await visit(page, '/tasks');
  await rowLoaded(page, 1);
  await (await cell(page, 0, 'Subject')).focus();
  await page.keyboard.press('d');
  await expect(await cell(page, 0, 'Status')).toHaveText('Done');
  await expect(tab(page, 'My tasks')).toContainText('1');
  await page.keyboard.press('Control+z');
  await expect(await cell(page, 0, 'Status')).toHaveText('To do');
  await expect(tab(page, 'My tasks')).toContainText('2');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('d');
  // The next one is there at once, and the one that is done has left the list.
  await expect
    .poll(async () => (await list(page)).filter(({ subject }) => subject === 'Weekly').length)
    .toBe(2);
  await expect(await cell(page, 1, 'Status')).toHaveText('To do');
  await expect(await cell(page, 1, 'Subject')).toHaveText('Weekly');
});

test('TAS3 the four statuses as a board', async ({ page, owner: _ }) => {
  const assigneeId = await me(page);
  await post(page.request, '/tasks', { subject: 'Alpha', assigneeId });
  await visit(page, '/tasks?show=all&group=status&layout=board');
  const column = (name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) });
  for (const name of ['To do', 'In progress', 'Done', 'Canceled']) await expect(column(name)).toBeVisible();
  await column('To do')
    .getByRole('button', { name: /^Alpha, in/ })
    .focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(column('In progress').getByRole('button', { name: /^Alpha, in/ })).toBeFocused();
  await expect.poll(async () => (await list(page))[0]?.status).toBe('in_progress');
  await check(page);
});

test('TAS4 tasks stand with their customer, company and deal', async ({ page, owner: _ }) => {
  const customer = await addCustomer(page, 'Ada Lovelace');
  const company = await post<{ id: string }>(page.request, '/companies', { name: 'Kestrel' });
  const deal = await post<{ id: string }>(page.request, '/deals', { name: 'Rollout' });
  const drawer = drawerOf(page);
  for (const [path, name] of [
    [`/crm/customers?open=${customer.id}&tab=tasks`, 'Ada Lovelace'],
    [`/crm/companies?open=${company.id}`, 'Kestrel'],
    [`/crm/deals?open=${deal.id}`, 'Rollout'],
  ] as const) {
    await visit(page, path);
    await drawer.getByRole('button', { name: 'New task' }).click();
    const form = page.getByRole('dialog', { name: 'New task' });
    await expect(form).toContainText(name);
    await form.getByRole('textbox', { name: 'Subject' }).fill(`Call ${name}`);
    await form.getByRole('button', { name: 'next week' }).click();
    await form.getByRole('button', { name: 'Create task' }).click();
    await expect(drawer.getByRole('button', { name: new RegExp(`^Call ${name}`) })).toBeVisible();
    await drawer.getByRole('checkbox', { name: `Mark Call ${name} as done` }).check();
    await expect(drawer.getByRole('checkbox', { name: `Mark Call ${name} as to be done` })).toBeChecked();
  }
  // From the task to what it is about.
  const task = (await list(page)).find(({ subject }) => subject === 'Call Rollout');
  await visit(page, `/tasks?show=all&open=${task?.id}`);
  const open = page.getByRole('dialog', { name: 'Call Rollout', exact: true });
  await expect(open.getByRole('button', { name: 'Reopen' })).toBeVisible();
  await check(page);
  await open.getByRole('button', { name: 'Open Rollout' }).click();
  await expect(page).toHaveURL(/crm\/deals/);
  await expect(drawer.getByRole('heading', { level: 2 })).toHaveText('Rollout');
});
