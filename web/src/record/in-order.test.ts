import { expect, it } from 'vitest';
import { inOrder, noteVersion } from './in-order';

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

it('waits for the write before it and uses the version that one answered', async () => {
  const first = deferred<{ version: number }>();
  const seen: Array<number | undefined> = [];
  const one = inOrder('a', 5, (version) => {
    seen.push(version);
    return first.promise;
  });
  const two = inOrder('a', 5, async (version) => {
    seen.push(version);
    return { version: (version ?? 0) + 1 };
  });
  await Promise.resolve();
  expect(seen).toEqual([5]);
  first.resolve({ version: 6 });
  await one;
  expect(await two).toEqual({ version: 7 });
  expect(seen).toEqual([5, 6]);
});

it('goes on after a failed write', async () => {
  const one = inOrder('b', 1, () => Promise.reject(new Error('refused')));
  const two = inOrder('b', 1, async (version) => ({ version: (version ?? 0) + 1 }));
  await expect(one).rejects.toThrow('refused');
  expect(await two).toEqual({ version: 2 });
});

it('keeps records apart and believes a newer version that was read', async () => {
  noteVersion('c', 9);
  expect(await inOrder('c', 4, async (version) => ({ version }))).toEqual({ version: 9 });
  expect(await inOrder('c', 12, async (version) => ({ version }))).toEqual({ version: 12 });
  expect(await inOrder('d', undefined, async (version) => ({ version }))).toEqual({ version: undefined });
});
