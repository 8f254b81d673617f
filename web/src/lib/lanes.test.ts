import { expect, test } from 'vitest';
import { inLanes } from './lanes';

test('so many run at a time, and each outcome stands in the place of its item', async () => {
  let running = 0;
  let most = 0;
  const ended: number[] = [];
  const outcomes = await inLanes(
    [5, 1, 4, 2, 3, 0, 6],
    3,
    async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, item * 3));
      running -= 1;
      if (item === 4) throw new Error('four');
      return item * 2;
    },
    (count) => ended.push(count),
  );
  expect(most).toBe(3);
  expect(ended).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)))).toEqual([
    10,
    2,
    'Error: four',
    4,
    6,
    0,
    12,
  ]);
});

test('nothing to do is done at once', async () => {
  expect(await inLanes([], 6, async () => 1)).toEqual([]);
});
