import { expect, test, vi } from 'vitest';
import { client } from '@/api/client';
import { searchRecords } from './search';

test('a long text is searched for as far as the API reads one', async () => {
  const asked = vi.spyOn(client, 'GET').mockResolvedValue({
    data: { items: [], nextCursor: null },
    response: new Response('{}'),
  } as never);
  await searchRecords('😀'.repeat(500), new AbortController().signal);
  expect(asked).toHaveBeenCalledTimes(2);
  for (const options of asked.mock.calls.map((call: readonly unknown[]) => call[1])) {
    expect(options).toMatchObject({ params: { query: { q: '😀'.repeat(200) } } });
  }
});
