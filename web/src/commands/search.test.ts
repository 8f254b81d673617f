import { expect, test, vi } from 'vitest';
import { client } from '@/api/client';
import { searchRecords } from './search';

test('a long text is searched for as far as the API reads one, and hits keep their order', async () => {
  const hit = { kind: 'customer', id: '1', title: 'Zoë', subtitle: null, rank: 'part' };
  const items = [
    { ...hit, match: { field: 'phone', value: '+4930' } },
    { ...hit, id: '2', kind: 'company', rank: 'near', match: { field: 'name', value: 'Zoë' } },
  ];
  const answer = { data: { items, nextCursor: null }, response: new Response('{}') };
  const asked = vi.spyOn(client, 'GET').mockResolvedValue(answer as never);
  const found = await searchRecords('😀'.repeat(500), new AbortController().signal);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(asked.mock.calls[0]?.[1]).toMatchObject({ params: { query: { q: '😀'.repeat(200) } } });
  expect(found).toEqual([
    {
      record: 'customer',
      id: '1',
      name: 'Zoë',
      hint: '',
      address: { field: 'phone', value: '+4930' },
      guess: false,
    },
    { record: 'company', id: '2', name: 'Zoë', hint: '', address: null, guess: true },
  ]);
});
