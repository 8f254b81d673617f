import { expect, test } from 'vitest';
import { noteWritten, RECORD_CHANGE } from './own-writes';
import { createQueryClient } from './query-client';

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((yes) => {
    resolve = yes;
  });
  return { promise, resolve };
}

const key = ['customers', 'page', 'all', 0];
const row = (id: string, version: number, owner: string | null) => ({ id, version, owner });

test('a list asked for before a write and answered after it shows what was written', async () => {
  const client = createQueryClient();
  const answer = deferred<object[]>();
  const read = client.fetchQuery({ queryKey: key, queryFn: () => answer.promise });
  noteWritten(row('late', 8, 'mara'));
  answer.resolve([row('late', 7, null), row('other', 1, null)]);
  await read;
  expect(client.getQueryData(key)).toEqual([row('late', 8, 'mara'), row('other', 1, null)]);
});

test('what somebody else wrote later is believed', async () => {
  const client = createQueryClient();
  noteWritten(row('newer', 8, 'mara'));
  await client.fetchQuery({ queryKey: key, queryFn: async () => [row('newer', 9, 'priya')] });
  expect(client.getQueryData(key)).toEqual([row('newer', 9, 'priya')]);
});

test('an older answer of a write does not replace a newer one', async () => {
  const client = createQueryClient();
  noteWritten(row('twice', 5, 'mara'));
  noteWritten(row('twice', 4, null));
  await client.fetchQuery({ queryKey: key, queryFn: async () => ({ items: [row('twice', 3, null)] }) });
  expect(client.getQueryData(key)).toEqual({ items: [row('twice', 5, 'mara')] });
});

test('a change under way stays in view when a read answers meanwhile', async () => {
  const client = createQueryClient();
  const write = deferred<object>();
  const mutation = client.getMutationCache().build(client, {
    mutationKey: [RECORD_CHANGE, 'customers'],
    mutationFn: (_: { id: string; fields: object }) => write.promise,
  });
  const running = mutation.execute({ id: 'open', fields: { owner: 'mara' } });
  await client.fetchQuery({ queryKey: key, queryFn: async () => [row('open', 2, null)] });
  expect(client.getQueryData(key)).toEqual([row('open', 2, 'mara')]);
  write.resolve({});
  await running;
});

test('answers without such records are left as they are', async () => {
  const client = createQueryClient();
  noteWritten(row('known', 2, 'mara'));
  const data = { items: [row('stranger', 1, null)] };
  await client.fetchQuery({ queryKey: key, queryFn: async () => data });
  expect(client.getQueryData(key)).toBe(data);
});
