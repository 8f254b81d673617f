import { expect, test, vi } from 'vitest';
import { lastUndo, PartlyUndone, takeUndo } from '@/lib/undo';
import { expectAccessible } from '@/test/axe';
import { renderApp } from '@/test/render';
import { runUndo, Toaster, toast } from './toast';

/** The visible stack; the same words also stand in a live region for screen readers. */
function toasts(screen: Awaited<ReturnType<typeof renderApp>>) {
  return screen.getByRole('region', { name: 'Notifications' });
}

test('a toast sent before its code has loaded is shown', async () => {
  const screen = await renderApp(<Toaster />);
  toast.done({ title: 'Saved the tag' });
  await expect.element(toasts(screen).getByText('Saved the tag')).toBeVisible();
  await expectAccessible();
});

test('an undo toast takes the act back once, by its button', async () => {
  const undo = vi.fn(async () => {});
  const screen = await renderApp(<Toaster />);
  toast.undo({ title: 'Archived Ada', undo });
  await screen.getByRole('button', { name: /^Undo/ }).click();
  await expect.element(toasts(screen).getByText('Undone: Archived Ada')).toBeVisible();
  expect(undo).toHaveBeenCalledTimes(1);
  expect(lastUndo()).toBeUndefined();
});

test('undoing by key closes the toast; a failure is told', async () => {
  const screen = await renderApp(<Toaster />);
  toast.undo({ title: 'Claimed Bob', undo: () => Promise.reject(new Error('gone')) });
  await expect.element(toasts(screen).getByText('Claimed Bob', { exact: true })).toBeVisible();
  const entry = lastUndo();
  if (entry) await runUndo(takeUndo(entry.id) ?? entry);
  await expect.element(toasts(screen).getByText('Could not undo: Claimed Bob')).toBeVisible();
  await expect.element(toasts(screen).getByText('Claimed Bob', { exact: true })).not.toBeInTheDocument();
});

test('an act of which a part stays says how much', async () => {
  const screen = await renderApp(<Toaster />);
  toast.undo({ title: 'Pasted', undo: () => Promise.reject(new PartlyUndone('2 of 9 stay as they are')) });
  await screen.getByRole('button', { name: /^Undo/ }).click();
  await expect.element(screen.getByText('Could not undo: Pasted').first()).toBeInTheDocument();
  await expect.element(screen.getByText('2 of 9 stay as they are').first()).toBeInTheDocument();
});
