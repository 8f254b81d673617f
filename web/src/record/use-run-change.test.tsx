import { useEffect } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { clearUndo, lastUndo, takeUndo } from '@/lib/undo';
import { renderApp } from '@/test/render';
import { runUndo, Toaster } from '@/ui/toast';
import { type RunChange, useRunChange } from './use-run-change';

interface Item {
  id: string;
  version: number;
  owner: string | null;
}

const bob: Item = { id: 'bob', version: 1, owner: null };
const claimed: Item = { id: 'bob', version: 2, owner: 'mara' };

let run: RunChange<Item>;

function Host() {
  const own = useRunChange<Item>({ keys: [['customers']], aggregates: [], onDone: () => {} });
  useEffect(() => {
    run = own;
  });
  return <Toaster />;
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

async function undoLast() {
  const entry = lastUndo();
  if (entry === undefined) throw new Error('nothing to undo');
  takeUndo(entry.id);
  return runUndo(entry);
}

beforeEach(clearUndo);

function claim(write: Promise<Item>, undo: (item: Item) => Promise<unknown>) {
  return run(
    bob,
    { owner: 'mara' },
    () => write,
    { done: 'Claimed Bob', failed: 'Bob was put back', undo },
    'loud',
  );
}

test('a change that the server has not answered yet can be taken back: the way back waits for it', async () => {
  const screen = await renderApp(<Host />);
  const write = deferred<Item>();
  const undo = vi.fn(async () => {});
  const running = claim(write.promise, undo);
  const back = undoLast();
  expect(undo).not.toHaveBeenCalled();
  write.resolve(claimed);
  await Promise.all([running, back]);
  expect(undo).toHaveBeenCalledExactlyOnceWith(claimed);
  await expect.element(screen.getByText('Undone: Claimed Bob').first()).toBeInTheDocument();
  await expect.element(screen.getByText('Claimed Bob', { exact: true })).not.toBeInTheDocument();
});

test('what was refused is not taken back once more', async () => {
  await renderApp(<Host />);
  const write = deferred<Item>();
  const undo = vi.fn(async () => {});
  const running = claim(write.promise, undo);
  const back = undoLast();
  write.reject(new Error('refused'));
  await Promise.all([running, back]);
  expect(undo).not.toHaveBeenCalled();
});

test('a refused change leaves nothing to undo and offers another try', async () => {
  const screen = await renderApp(<Host />);
  await claim(Promise.reject(new Error('refused')), async () => {});
  expect(lastUndo()).toBeUndefined();
  // The library hides urgent toasts from roles: their words stand in a live region.
  await expect
    .element(screen.getByRole('button', { name: 'Try again', includeHidden: true }))
    .toBeInTheDocument();
});
