import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { renderApp } from '@/test/render';
import { Toaster } from '@/ui/toast';
import { TextCell } from './text-cell';

test('a text that is too long is not cut; leaving it says that nothing changed', async () => {
  const onCommit = vi.fn();
  const { getByRole, getByText } = await renderApp(
    <>
      <TextCell label="Name of Anna" value="Anna" maxLength={200} onCommit={onCommit} onLeave={() => {}} />
      <button type="button">Elsewhere</button>
      <Toaster />
    </>,
  );
  const field = getByRole('textbox', { name: 'Name of Anna' });
  const long = 'a'.repeat(5000);
  await userEvent.fill(field, long);
  await userEvent.keyboard('{Enter}');
  await expect.element(getByRole('alert')).toHaveTextContent('Use at most 200 characters.');
  await expect.element(field).toHaveValue(long);
  await userEvent.click(getByRole('button', { name: 'Elsewhere' }));
  await expect.element(getByText('Name of Anna was not changed').first()).toBeInTheDocument();
  expect(onCommit).not.toHaveBeenCalled();
});

test('taken away while it is edited it takes a sound text over, once', async () => {
  const onCommit = vi.fn();
  const cell = <TextCell label="Name" value="Anna" onCommit={onCommit} onLeave={() => {}} />;
  const { getByRole, unmount } = await renderApp(cell);
  await userEvent.fill(getByRole('textbox', { name: 'Name' }), 'Anne');
  await unmount();
  expect(onCommit).toHaveBeenCalledExactlyOnceWith('Anne');
});

test('a day is one of the calendar; half of one is not taken for none', async () => {
  const [onCommit, onLeave] = [vi.fn(), vi.fn()];
  const date = { incomplete: 'Give a whole date' };
  const { getByLabelText, getByRole } = await renderApp(
    <TextCell label="Since" value="2026-01-31" date={date} onCommit={onCommit} onLeave={onLeave} />,
  );
  const field = getByLabelText('Since');
  await expect.element(field).toHaveAttribute('type', 'date');
  // Takes away one part of three.
  await userEvent.keyboard('{Delete}{Enter}');
  await expect.element(getByRole('alert')).toHaveTextContent('Give a whole date');
  expect(onCommit).not.toHaveBeenCalled();
  await userEvent.fill(field, '2026-02-28');
  await userEvent.keyboard('{Enter}');
  expect(onCommit).toHaveBeenCalledExactlyOnceWith('2026-02-28');
  expect(onLeave).toHaveBeenCalledExactlyOnceWith('stay');
});
