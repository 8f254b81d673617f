import { addCustomer, expect, post, test, visit } from './fixtures';
import { drawerOf } from './seed';

test('COM3 an old link to a merged record leads to the one that stayed', async ({ page, owner: _ }) => {
  const stays = await addCustomer(page, 'Ada Lovelace', 'ada@engines.com');
  const goes = await addCustomer(page, 'A. Lovelace', 'lovelace@engines.com');
  await post(page.request, '/customers/merge', { primaryId: stays.id, ids: [goes.id], fields: {} });
  await visit(page, `/crm/customers?open=${goes.id}&tab=activity`);
  await expect(drawerOf(page).getByRole('heading', { level: 2 })).toHaveText('Ada Lovelace');
  await expect(page).toHaveURL(new RegExp(stays.id));
  await expect(drawerOf(page)).toContainText('A. Lovelace was merged into this record');

  const first = await post<{ id: string }>(page.request, '/companies', { name: 'Engines' });
  const second = await post<{ id: string }>(page.request, '/companies', { name: 'Engines Ltd' });
  await post(page.request, '/companies/merge', { primaryId: first.id, ids: [second.id], fields: {} });
  await visit(page, `/crm/companies?open=${second.id}`);
  await expect(drawerOf(page).getByRole('heading', { level: 2 })).toHaveText('Engines');
});
