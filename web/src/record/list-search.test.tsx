import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { renderApp } from '@/test/render';
import { ListSearch } from './list-search';

function Search({ onCommit }: { onCommit: (text: string) => void }) {
  const [value, setValue] = useState('');
  return (
    <>
      <ListSearch
        label="Search people"
        value={value}
        onDown={() => {}}
        onCommit={(text) => {
          onCommit(text);
          // The list answers late and renders again with what it was told.
          setTimeout(() => setValue(text), 60);
        }}
      />
      <button type="button" onClick={() => setValue('from history')}>
        Back
      </button>
    </>
  );
}

test('what is typed stays, and the list hears of it when typing pauses', async () => {
  const onCommit = vi.fn();
  const { getByRole } = await renderApp(<Search onCommit={onCommit} />);
  const field = getByRole('searchbox', { name: 'Search people' });
  await userEvent.click(field);
  await userEvent.keyboard('anna');
  expect(onCommit).not.toHaveBeenCalled();
  await expect.poll(() => onCommit.mock.lastCall).toEqual(['anna']);
  // More typing while the first answer is on its way.
  await userEvent.keyboard(' schmidt');
  await new Promise((done) => setTimeout(done, 120));
  await expect.element(field).toHaveValue('anna schmidt');
  await expect.poll(() => onCommit.mock.lastCall).toEqual(['anna schmidt']);
  await userEvent.keyboard('{Escape}');
  await expect.element(field).toHaveValue('');
  expect(onCommit).toHaveBeenLastCalledWith('');
});

test('a step back in history shows in the field', async () => {
  const { getByRole } = await renderApp(<Search onCommit={() => {}} />);
  await userEvent.click(getByRole('button', { name: 'Back' }));
  await expect.element(getByRole('searchbox')).toHaveValue('from history');
});
