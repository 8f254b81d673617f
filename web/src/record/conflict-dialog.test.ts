import { expect, test } from 'vitest';
import { askClash, type Clash, useAsked } from './conflict-dialog';

const clash = (name: string): Clash => ({ name, fields: [], who: null, when: null });

test('two questions come one after the other, and neither is answered by the other', async () => {
  const first = askClash(clash('Ada'));
  const second = askClash(clash('Bo'));
  await Promise.resolve();
  expect(useAsked.getState().clash?.name).toBe('Ada');
  useAsked.getState().answer('mine');
  expect(await first).toBe('mine');
  await Promise.resolve();
  expect(useAsked.getState()).toMatchObject({ open: true, clash: { name: 'Bo' } });
  useAsked.getState().answer('theirs');
  expect(await second).toBe('theirs');
  expect(useAsked.getState().open).toBe(false);
});
