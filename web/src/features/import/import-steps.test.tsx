import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { bootstrapQuery } from '@/api/bootstrap';
import type { Bootstrap, Import, Role } from '@/api/types';
import { expectAccessible } from '@/test/axe';
import { renderApp, testQueryClient } from '@/test/render';
import { type Draft, draftOf, sameDraft } from './logic/mapping';
import { StepCheck } from './step-check';
import { StepColumns } from './step-columns';
import type { DraftHandle } from './use-draft';

const names = ['Firma', 'Land', 'Gründung'];

const item: Import = {
  id: 'i1',
  record: 'company',
  state: 'planned',
  fileName: 'accounts.csv',
  kind: 'csv',
  columns: names.map((name) => ({ name, samples: [`${name} 1`, `${name} 2`], filled: 2 })),
  sample: [],
  mapping: [
    { column: 'Firma', field: 'name', confidence: 0.98 },
    { column: 'Land', field: 'country', confidence: 0.6 },
    { column: 'Gründung', field: null, confidence: 0 },
  ],
  onDuplicate: 'update',
  overwriteOwner: false,
  always: { tags: [], segment: null },
  rows: 12,
  processed: 12,
  created: 8,
  updated: 2,
  unchanged: 0,
  skipped: 0,
  failed: 2,
  undone: { archived: 0, restored: 0, kept: 0 },
  problems: [
    { row: 4, column: 'Land', value: 'Narnia', reason: '“Narnia” is not a country' },
    { row: 9, column: 'Land', value: 'Narnia', reason: '“Narnia” is not a country' },
  ],
  notes: [],
  offers: [{ column: 'Land', value: 'Philipines', meaning: 'PH', name: 'Philippines', rows: 3 }],
  encoding: 'UTF-8',
  delimiter: ',',
  sheet: null,
  sheets: [],
  hasHeader: true,
  error: null,
  createdBy: { id: 'u1', name: 'Mara Lindqvist' },
  createdAt: '2026-01-01T10:00:00Z',
  updatedAt: '2026-01-01T10:00:00Z',
  startedAt: null,
  finishedAt: null,
  version: 1,
};

/** The draft as the wizard holds it, without the storage of the tab. */
function useTestDraft(): DraftHandle {
  const base = draftOf(item);
  const [draft, setDraft] = useState<Draft>(base);
  return { draft, changed: !sameDraft(draft, base), change: setDraft, reset: () => setDraft(base) };
}

function Columns({ onNext = () => {} }: { onNext?: () => void }) {
  const draft = useTestDraft();
  return (
    <StepColumns item={item} draft={draft} onNext={onNext} onBack={() => {}} pending={false} trouble={null} />
  );
}

interface CheckProps {
  onPlan?: () => void;
  onRun?: () => void;
  patch?: Partial<Import>;
}

function Check({ onPlan = () => {}, onRun = () => {}, patch }: CheckProps) {
  const draft = useTestDraft();
  return (
    <StepCheck
      item={{ ...item, ...patch }}
      draft={draft}
      wanted={null}
      onPlan={onPlan}
      onRun={onRun}
      onCancel={() => {}}
      onBack={() => {}}
      pending={false}
      trouble={null}
    />
  );
}

function signedInAs(role: Role) {
  const queryClient = testQueryClient();
  queryClient.setQueryData(bootstrapQuery.queryKey, {
    me: { id: 'u1', role },
    customFields: [] as Bootstrap['customFields'],
  } as Bootstrap);
  return queryClient;
}

test('guesses are said in words, and what is left out is named', async () => {
  const screen = await renderApp(<Columns />, signedInAs('owner'));
  await expect.element(screen.getByText('Certain', { exact: true })).toBeVisible();
  await expect.element(screen.getByText('Please check', { exact: true })).toBeVisible();
  await expect.element(screen.getByText('1 column is not imported:')).toBeVisible();
  await expect
    .element(screen.getByRole('combobox', { name: 'Field for the column Gründung' }))
    .toHaveValue('Do not import');
  await expectAccessible();
});

test('a field that is filled twice is marked in both rows and stops the check', async () => {
  const onNext = vi.fn();
  const screen = await renderApp(<Columns onNext={onNext} />, signedInAs('owner'));
  const field = screen.getByRole('combobox', { name: 'Field for the column Gründung' });
  await userEvent.click(field);
  await userEvent.fill(field, 'company na');
  await expect.element(screen.getByRole('listbox', { name: 'Field for the column Gründung' })).toBeVisible();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('listbox')).not.toBeInTheDocument();
  await expect.element(screen.getByText('Also chosen for: Firma')).toBeVisible();
  await expect.element(screen.getByText('Also chosen for: Gründung')).toBeVisible();
  const next = screen.getByRole('button', { name: 'Check the file' });
  await expect.element(next).toHaveAccessibleDescription('Solve the points above first.');
  await expectAccessible();

  await userEvent.click(screen.getByRole('button', { name: 'Restore the suggestions' }));
  await expect.element(screen.getByText('Also chosen for: Firma')).not.toBeInTheDocument();
  await userEvent.click(next);
  expect(onNext).toHaveBeenCalledOnce();
});

test('without a name or domain there is nothing to import', async () => {
  const screen = await renderApp(<Columns />, signedInAs('owner'));
  const field = screen.getByRole('combobox', { name: 'Field for the column Firma' });
  await userEvent.click(field);
  await userEvent.fill(field, 'do not');
  await userEvent.keyboard('{Enter}');
  await expect
    .element(screen.getByText('Match at least one column with the company name or its domain.'))
    .toBeVisible();
  await expect
    .element(screen.getByRole('button', { name: 'Check the file' }))
    .toHaveAttribute('aria-disabled', 'true');
});

test('the check says what would happen, and the run is one press away', async () => {
  const onRun = vi.fn();
  const screen = await renderApp(<Check onRun={onRun} />, signedInAs('owner'));
  await expect.element(screen.getByText('2 rows cannot be imported')).toBeVisible();
  // The same value in two rows is one line.
  await expect.element(screen.getByRole('cell', { name: '4, 9' })).toBeVisible();
  await expectAccessible();
  await userEvent.click(screen.getByRole('button', { name: 'Import 10 companies' }));
  expect(onRun).toHaveBeenCalledOnce();
});

test('a value gets a meaning, which asks for another check', async () => {
  const onPlan = vi.fn();
  const screen = await renderApp(<Check onPlan={onPlan} />, signedInAs('owner'));
  await userEvent.click(screen.getByRole('button', { name: 'Fix: Narnia' }));
  const meaning = screen.getByRole('textbox', { name: 'Read it as' });
  await expect.element(meaning).toHaveFocus();
  await expectAccessible();
  await userEvent.fill(meaning, 'Germany');
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText('read as “Germany”')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Import 10 companies' })).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Check again' }));
  expect(onPlan).toHaveBeenCalledWith({ onDuplicate: 'update', overwriteOwner: false, always: item.always });
});

test('members are told why they may not replace owners; admins may', async () => {
  const owned = { mapping: [...item.mapping, { column: 'Owner', field: 'owner.name', confidence: 1 }] };
  const screen = await renderApp(<Check patch={owned} />, signedInAs('member'));
  const replace = screen.getByRole('switch', { name: /Also replace owners/ });
  await expect.element(replace).toBeDisabled();
  await expect
    .element(screen.getByText('Only owners and admins may take records from their owners.'))
    .toBeVisible();
  await screen.unmount();

  const onPlan = vi.fn();
  const second = await renderApp(<Check patch={owned} onPlan={onPlan} />, signedInAs('admin'));
  await userEvent.click(second.getByRole('switch', { name: /Also replace owners/ }));
  expect(onPlan).toHaveBeenCalledWith({ onDuplicate: 'update', overwriteOwner: true, always: item.always });
});

test('when nothing would change there is nothing to run', async () => {
  const screen = await renderApp(<Check patch={{ created: 0, updated: 0 }} />, signedInAs('owner'));
  await expect
    .element(screen.getByRole('button', { name: 'Import 0 companies' }))
    .toHaveAccessibleDescription('No row would change anything.');
});
