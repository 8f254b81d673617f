import { afterEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { bootstrapQuery } from '@/api/bootstrap';
import type { Bootstrap, Customer } from '@/api/types';
import { expectAccessible } from '@/test/axe';
import { renderApp, testQueryClient } from '@/test/render';
import { MergeDialog } from './merge-dialog';

const person = (id: string, more: Partial<Customer>) =>
  ({
    id,
    fullName: 'Ada Lovelace',
    firstName: 'Ada',
    lastName: 'Lovelace',
    jobTitle: null,
    avatarUrl: null,
    language: null,
    timezone: null,
    country: null,
    companyId: null,
    company: null,
    claimedById: null,
    contacts: [],
    tags: [],
    custom: {},
    doNotContact: false,
    archivedAt: null,
    createdAt: '2026-01-01T10:00:00Z',
    version: 1,
    ...more,
  }) as unknown as Customer;

const ada = person('ada', { jobTitle: 'Countess', country: 'GB' });
const double = person('double', { jobTitle: 'Analyst' });
const away = person('away', { fullName: 'A. Lovelace', archivedAt: '2026-02-01T10:00:00Z' });

const sent: Array<{ path: string; body: unknown }> = [];

/** Answers as the server would; `refusal` of what is written. */
function serve(records: Customer[], refusal?: { status: number; detail: string }) {
  sent.length = 0;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const request = input as Request;
    const path = new URL(request.url).pathname.replace('/api/v1', '');
    if (request.method === 'GET') return Response.json(records.find(({ id }) => path.endsWith(`/${id}`)));
    sent.push({ path, body: await request.json() });
    if (refusal)
      return Response.json({ ...refusal, type: 'about:blank', title: 'Conflict', code: 'merged' }, refusal);
    const result = { ...ada, jobTitle: 'Analyst', doNotContact: true };
    return Response.json(
      path.endsWith('/preview')
        ? { counts: { contacts: 2, tags: 0, dreams: 3 }, fields: { jobTitle: 'double' }, result }
        : result,
    );
  });
}

async function open(ids: string[], onMerged = vi.fn()) {
  const queryClient = testQueryClient();
  queryClient.setQueryData(bootstrapQuery.queryKey, {
    me: { id: 'me', role: 'owner' },
    org: { currency: 'EUR' },
    members: [],
    tags: [],
    customFields: [],
  } as unknown as Bootstrap);
  const subject = { record: 'customer' as const, ids };
  const screen = await renderApp(
    <MergeDialog subject={subject} onClose={() => {}} onMerged={onMerged} />,
    queryClient,
  );
  await expect.element(screen.getByRole('group', { name: 'Stays' })).toBeVisible();
  return { ...screen, onMerged };
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('nothing is written before the preview has been seen, and then exactly what was chosen', async () => {
  serve([ada, double]);
  const { getByRole, getByText, onMerged } = await open(['ada', 'double']);
  await expect.element(getByRole('radio', { name: /Countess/ }).nth(1)).toBeChecked();
  await userEvent.click(getByRole('group', { name: 'Job title' }).getByText('Analyst'));
  await expectAccessible();
  expect(sent).toEqual([]);
  await userEvent.click(getByRole('button', { name: 'Preview' }));
  await expect.element(getByText('2 addresses')).toBeVisible();
  // What this build has no name for is told as well; what is nothing is not.
  await expect.element(getByText('3 × dreams')).toBeVisible();
  await expect.element(getByText(/tag/)).not.toBeInTheDocument();
  await expect.element(getByText(/will be marked “do not contact”/)).toBeVisible();
  await expectAccessible();
  expect(sent.map(({ path }) => path)).toEqual(['/customers/merge/preview']);
  await userEvent.click(getByRole('button', { name: 'Merge 2 customers' }));
  await vi.waitFor(() => expect(onMerged).toHaveBeenCalledWith('ada'));
  const body = { primaryId: 'ada', ids: ['double'], fields: { jobTitle: 'double', country: 'ada' } };
  expect(sent.at(-1)).toEqual({ path: '/customers/merge', body });
  expect(sent[0]?.body).toEqual(body);
});

test('an archived record cannot stay', async () => {
  serve([away, double]);
  const { getByRole } = await open(['away', 'double']);
  await expect.element(getByRole('group', { name: 'Stays' }).getByRole('radio').first()).toBeDisabled();
  await expect.element(getByRole('group', { name: 'Stays' }).getByRole('radio').nth(1)).toBeChecked();
});

test('when all are archived it says what to do', async () => {
  serve([away, { ...away, id: 'gone' }]);
  const { getByRole } = await open(['away', 'gone']);
  const next = getByRole('button', { name: 'Preview' });
  await expect.element(next).toHaveAttribute('aria-disabled', 'true');
  await expect.element(next).toHaveAccessibleDescription(/Restore the one that is to stay first/);
});

test('a refused preview says why and lets nobody go on', async () => {
  serve([ada, double], { status: 409, detail: 'this customer was merged into Grace Hopper' });
  const { getByRole } = await open(['ada', 'double']);
  await userEvent.click(getByRole('button', { name: 'Preview' }));
  await expect.element(getByRole('alert')).toHaveTextContent('merged into Grace Hopper');
  await expect.element(getByRole('button', { name: 'Merge 2 customers' })).toBeDisabled();
});
