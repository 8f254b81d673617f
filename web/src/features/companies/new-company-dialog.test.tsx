import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { bootstrapQuery } from '@/api/bootstrap';
import type { Bootstrap } from '@/api/types';
import { renderApp, testQueryClient } from '@/test/render';
import { NewCompanyDialog } from './new-company-dialog';

test('a name that is too long stands as it was pasted, and nothing is made of it', async () => {
  const sent = vi.spyOn(globalThis, 'fetch');
  const queryClient = testQueryClient();
  const bootstrap = {
    me: { id: 'u1', role: 'owner' },
    org: {},
    members: [],
    tags: [],
    segments: [],
    customFields: [],
  };
  queryClient.setQueryData(bootstrapQuery.queryKey, bootstrap as unknown as Bootstrap);
  const { getByRole, getByLabelText, getByText } = await renderApp(
    <NewCompanyDialog open onClose={() => {}} onOpen={() => {}} />,
    queryClient,
  );
  const field = getByLabelText('Name', { exact: true });
  await expect.element(field).toBeVisible();
  const long = 'a'.repeat(5000);
  await userEvent.fill(field, long);
  await expect.element(field).toHaveValue(long);
  await expect.element(getByText('Use at most 200 characters.')).toBeVisible();
  await userEvent.click(getByRole('button', { name: 'Create company' }));
  await expect.element(field).toHaveFocus();
  expect(sent).not.toHaveBeenCalled();
});
