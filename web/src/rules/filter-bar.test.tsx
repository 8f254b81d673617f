import { useState } from 'react';
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { renderApp } from '@/test/render';
import { FilterBar } from './filter-bar';
import type { QuickFilter } from './quick-filters';

const filters: QuickFilter[] = (['Country', 'Language'] as const).map((label) => ({
  key: label.toLowerCase(),
  label,
  kind: 'choice',
  field: label.toLowerCase(),
  op: 'in',
  source: { name: label, all: () => [{ id: 'de', label: `${label} DE` }] },
  nameOf: (id) => id.toUpperCase(),
}));

function Bar() {
  const [values, setValues] = useState<Record<string, string | undefined>>({ country: 'de' });
  return (
    <FilterBar
      filters={filters}
      values={values}
      onChange={(key, value) => setValues((before) => ({ ...before, [key]: value }))}
      onClearAll={() => setValues({})}
    />
  );
}

test('a filter pressed while the list of filters is open takes the keys', async () => {
  const { getByRole } = await renderApp(<Bar />);
  const chip = getByRole('button', { name: 'Filter Country: DE' });
  const find = getByRole('combobox', { name: 'Country' });
  // Once each, so that the code of both is there.
  await chip.click();
  await expect.element(find).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(chip).toHaveFocus();
  await getByRole('button', { name: 'Filter', exact: true }).click();
  await expect.element(getByRole('combobox', { name: 'Filter' })).toHaveFocus();

  await chip.click();
  // Until the list has faded, when it would give the focus back.
  await new Promise((done) => setTimeout(done, 300));
  await expect.element(find).toHaveFocus();
});

test('a new filter is chosen and set by keys alone', async () => {
  const { getByRole } = await renderApp(<Bar />);
  await getByRole('button', { name: 'Filter', exact: true }).click();
  await expect.element(getByRole('combobox', { name: 'Filter' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(getByRole('combobox', { name: 'Language' })).toHaveFocus();
  await userEvent.keyboard('{Enter}{Escape}');
  await expect.element(getByRole('button', { name: 'Filter Language: DE' })).toHaveFocus();
});
