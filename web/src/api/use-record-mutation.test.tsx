import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { expect, test, vi } from 'vitest';
import { renderApp } from '@/test/render';
import { useRecordMutation } from './use-record-mutation';

interface Item {
  id: string;
  version: number;
  name: string;
}

let change: (id: string, answer: Promise<Item>) => Promise<Item>;
const answers = new Map<string, Promise<Item>>();
// The counts answer once; whoever waits for them afterwards waits for ever.
const counts = vi.fn((): Promise<number> => new Promise(() => {})).mockResolvedValueOnce(1);

function Host() {
  const { data } = useQuery({ queryKey: ['counts'], queryFn: counts });
  const { mutateAsync } = useRecordMutation<Item, Partial<Item>>({
    keys: [['items']],
    aggregates: [['counts']],
    send: ({ id }) => answers.get(id) ?? Promise.reject(new Error(id)),
  });
  useEffect(() => {
    change = (id, answer) => {
      answers.set(id, answer);
      return mutateAsync({ id, fields: {} });
    };
  });
  return <p>Counted {data}</p>;
}

const item = (id: string): Item => ({ id, version: 2, name: id });

test('a change does not wait for the counts; the last of several asks for them, and only it', async () => {
  const { getByText } = await renderApp(<Host />);
  await expect.element(getByText('Counted 1')).toBeVisible();
  let end: (item: Item) => void = () => {};
  const first = change('a', Promise.resolve(item('a')));
  const second = change('b', new Promise((resolve) => (end = resolve)));
  await first;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(counts).toHaveBeenCalledTimes(1);
  end(item('b'));
  await second;
  await vi.waitFor(() => expect(counts).toHaveBeenCalledTimes(2));
  // They are still under way; what is written meanwhile asks anew.
  await change('c', Promise.resolve(item('c')));
  await vi.waitFor(() => expect(counts).toHaveBeenCalledTimes(3));
});
