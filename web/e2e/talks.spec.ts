import { check } from './axe';
import { addCustomer, expect, test, visit } from './fixtures';
import { drawerOf, news } from './seed';

test('CUS18 a call is logged by keyboard and stands at its time on the timeline', async ({
  page,
  owner: _,
}) => {
  const { id } = await addCustomer(page, 'Ada Lovelace');
  await visit(page, `/crm/customers?open=${id}`);
  await expect(drawerOf(page).getByRole('tab', { name: 'Profile' })).toBeVisible();
  await page.keyboard.press('a');
  const form = page.getByRole('dialog', { name: 'Log a call or meeting with Ada Lovelace' });
  await expect(form.getByRole('textbox', { name: 'Subject' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(form).toContainText('Say in a few words what it was about');
  await page.keyboard.type('Wants the offer');
  await form.getByLabel('When').fill('2999-01-01T10:00');
  await form.getByLabel('Minutes').fill('1.5');
  await page.keyboard.press('Enter');
  await expect(form).toContainText('This is in the future; log it when it has taken place');
  await expect(form).toContainText('Whole minutes, from 0 to 10,080');
  await expect(form.getByLabel('When')).toBeFocused();
  await form.getByLabel('When').fill('2026-01-05T10:00');
  await form.getByLabel('Minutes').fill('25');
  await form.getByRole('combobox', { name: 'Who reached out' }).click();
  await page.getByRole('option', { name: 'The customer' }).click();
  await form.getByRole('textbox', { name: 'Notes' }).fill('By Friday.\nAsk Bo.');
  await page.keyboard.press('Control+Enter');
  await expect(form).toBeHidden();
  await expect(news(page)).toContainText('Call with Ada Lovelace logged');
  // The timeline opens: the call of January stands below what happened today.
  const panel = drawerOf(page).getByRole('tabpanel');
  const events = panel.getByRole('listitem');
  await expect(events).toHaveCount(2);
  await expect(events.nth(0)).toContainText('Customer created');
  await expect(events.nth(1)).toContainText('Call from the customer: Wants the offer');
  await expect(events.nth(1)).toContainText('25 minutes');
  await expect(events.nth(1)).toContainText('Ask Bo.');
  await drawerOf(page).getByRole('tab', { name: 'Profile' }).click();
  await expect(drawerOf(page).getByText('Last inbound').locator('..')).toContainText('Jan');
});

test('a meeting is logged by pointer; what is typed is not lost by mistake', async ({ page, owner: _ }) => {
  const { id } = await addCustomer(page, 'Bo Ek');
  await visit(page, `/crm/customers?open=${id}&tab=activity`);
  await drawerOf(page).getByRole('button', { name: 'Log a call or meeting' }).click();
  const form = page.getByRole('dialog', { name: 'Log a call or meeting with Bo Ek' });
  await form.getByRole('radio', { name: 'Meeting' }).check({ force: true });
  await form.getByRole('textbox', { name: 'Subject' }).fill('Kick-off');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await check(page);
  }
  await page.keyboard.press('Escape');
  const sure = page.getByRole('alertdialog');
  await expect(sure).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(form.getByRole('textbox', { name: 'Subject' })).toHaveValue('Kick-off');
  await form.getByRole('button', { name: 'Log', exact: true }).click();
  const first = drawerOf(page).getByRole('tabpanel').getByRole('listitem').first();
  await expect(first).toContainText('Meeting: Kick-off');
  await expect(first).toContainText('by Mara Lindqvist');
});

test("somebody else's customer is not written to, and the button says why", async ({ page, owner: _ }) => {
  // Whoever signs up is an owner; the answer of the server is made a member's.
  const { id } = await addCustomer(page, 'Cleo Ray');
  expect((await page.request.post(`/api/v1/customers/${id}/claim`)).ok()).toBe(true);
  await page.route('**/api/v1/bootstrap', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.me.role = 'member';
    body.me.id = '0190aaaa-0000-7000-8000-000000000009';
    await route.fulfill({ response, json: body });
  });
  await visit(page, `/crm/customers?open=${id}&tab=activity`);
  const button = drawerOf(page).getByRole('button', { name: 'Log a call or meeting' });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toHaveAccessibleDescription(/Mara Lindqvist/);
});
