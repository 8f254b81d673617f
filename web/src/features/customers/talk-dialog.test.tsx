import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { Customer } from '@/api/types';
import { renderApp } from '@/test/render';
import { TalkDialog } from './talk-dialog';

const ada = { id: 'ada', fullName: 'Ada Lovelace' } as Customer;

test('while a talk is being logged the form cannot be left, and its end names whose it was', async () => {
  let end: () => void = () => {};
  const onLog = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
  const onClose = vi.fn();
  const onLogged = vi.fn();
  const { getByRole } = await renderApp(
    <TalkDialog customer={ada} onClose={onClose} onLog={onLog} onLogged={onLogged} />,
  );
  const subject = getByRole('textbox', { name: 'Subject' });
  await expect.element(subject).toHaveFocus();
  await userEvent.fill(subject, 'Offer');
  await userEvent.keyboard('{Enter}');
  expect(onLog).toHaveBeenCalledOnce();
  await expect.element(getByRole('button', { name: 'Cancel' })).toBeDisabled();
  await expect.element(getByRole('button', { name: 'Close' })).not.toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  await expect.element(getByRole('alertdialog')).not.toBeInTheDocument();
  expect(onClose).not.toHaveBeenCalled();
  end();
  await vi.waitFor(() => expect(onLogged).toHaveBeenCalledExactlyOnceWith(ada));
  await expect.element(getByRole('button', { name: 'Cancel' })).toBeEnabled();
});
