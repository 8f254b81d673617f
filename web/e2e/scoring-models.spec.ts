import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { check } from './axe';
import { expect, post, test, visit } from './fixtures';

/** A language model that says what it is told to. */
async function model(): Promise<{ url: string; says: (content: string) => void; server: Server }> {
  let content = '';
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, says: (text) => (content = text), server };
}

const answer = (score: number, quote: string) => JSON.stringify({ score, confidence: 0.9, quotes: [quote] });

test('LEA SCO2 a model is set up and tested, tried with a customer, and its proved score is shown', async ({
  page,
  owner: _,
}) => {
  const fake = await model();
  fake.says(answer(0.7, 'wants to buy in spring'));
  const product = await post<{ id: string }>(page.request, '/products', { name: 'Analytics' });
  const anna = await post<{ id: string }>(page.request, '/customers', {
    fullName: 'Anna Meyer',
    contacts: [],
  });
  await post(page.request, '/notes', {
    body: 'Anna wants to buy in spring',
    anchor: { kind: 'customer', id: anna.id },
  });

  // Without one it is said.
  await visit(page, `/crm/scoring?product=${product.id}`);
  await page.getByRole('button', { name: 'New criterion' }).first().click();
  const form = page.getByRole('dialog', { name: 'New criterion' });
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Wants it');
  await form.getByRole('radio', { name: /Conversation/ }).click();
  await expect(form.getByText('No language model is set up')).toBeVisible();
  await check(page);
  await form.getByRole('link', { name: 'Set one up' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();

  await expect(page.getByText('No language model yet')).toBeVisible();
  await check(page);
  await page.getByRole('button', { name: 'Add an endpoint' }).click();
  const settings = page.getByRole('dialog', { name: 'New endpoint' });
  await settings.getByRole('textbox', { name: 'Name' }).fill('Local');
  await settings.getByRole('textbox', { name: 'Address' }).fill('http://127.0.0.1:9/v1');
  await settings.getByLabel('Key').fill('sk-hunter2');
  await settings.getByRole('textbox', { name: 'Model' }).fill('small');
  await settings.getByRole('button', { name: 'Test' }).click();
  await expect(settings.getByRole('status')).toContainText('The endpoint cannot be reached');
  await settings.getByRole('textbox', { name: 'Address' }).fill(fake.url);
  await settings.getByRole('button', { name: 'Test' }).click();
  await expect(settings.getByRole('status')).toContainText('It answers');
  await check(page);
  await settings.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('list', { name: 'Language model' })).toContainText('In use');
  expect(await page.content()).not.toContain('hunter2');

  await visit(page, `/crm/scoring?product=${product.id}`);
  await page.getByRole('button', { name: 'New criterion' }).first().click();
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Wants it');
  await form.getByRole('radio', { name: /Conversation/ }).click();
  await form.getByRole('textbox', { name: 'What to judge by' }).fill('Does the customer want to buy?');
  await form.getByRole('combobox', { name: 'Customer' }).fill('Anna');
  await page.getByRole('option', { name: /Anna Meyer/ }).click();
  await form.getByRole('button', { name: 'Try with this one' }).click();
  const tried = form.getByRole('table', { name: 'Before it goes live' });
  await expect(tried).toContainText('+0.70');
  await expect(tried).toContainText('wants to buy in spring');
  await check(page);
  await form.getByRole('button', { name: 'Create criterion' }).click();
  await expect(form).toBeHidden();

  await expect(async () => {
    await visit(page, `/leads?product=${product.id}&open=${anna.id}`);
    await expect(page.getByRole('list', { name: /Anna Meyer/ })).toContainText('wants to buy in spring', {
      timeout: 1_000,
    });
  }).toPass({ timeout: 20_000 });
  await check(page);
  fake.server.close();
});

test('SCO2 SCO3 an edit is compared for all before it is saved, and the calibration has a table', async ({
  page,
  owner: _,
}) => {
  const product = await post<{ id: string }>(page.request, '/products', { name: 'Analytics' });
  for (const [fullName, country] of [
    ['Anna Meyer', 'DE'],
    ['Bo Ek', 'SE'],
  ])
    await post(page.request, '/customers', { fullName, country, contacts: [] });
  const when = { field: 'country', op: 'eq', value: 'DE' };
  const made = await post<{ jobId: string }>(page.request, `/products/${product.id}/criteria`, {
    name: 'Place',
    type: 'profile',
    weight: 1,
    params: { otherwise: -0.5, rules: [{ when, score: 0.9 }] },
  });
  await expect(async () => {
    const job = await (await page.request.get(`/api/v1/jobs/${made.jobId}`)).json();
    expect(job.state).toBe('completed');
  }).toPass();
  await visit(page, `/crm/scoring?product=${product.id}`);
  await expect(page.getByText('No deal about this product has been decided yet')).toBeVisible();
  await page.getByRole('button', { name: 'Edit Place' }).click();
  const form = page.getByRole('dialog', { name: 'Criterion Place' });
  await form.getByRole('textbox', { name: 'Score where no rule holds' }).fill('0.5');
  await form.getByRole('button', { name: 'Compare for all' }).click();
  await expect(form.getByText('1 of 2 customers would have another fit.')).toBeVisible();
  await expect(form.getByRole('table', { name: 'Moves furthest' })).toContainText('Bo Ek');
  await form.getByRole('button', { name: 'Numbers' }).click();
  await expect(form.getByRole('table', { name: 'Customers by fit' })).toBeVisible();
  await check(page);
});
