import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { renderApp } from '@/test/render';
import { PickList } from './pick-list';

/** Its options are ordered by counts that arrive when the button is pressed. */
function Counted({ onPick }: { onPick: (id: string | undefined) => void }) {
  const [arrived, setArrived] = useState(false);
  const ids = arrived ? ['c', 'b', 'a'] : ['a', 'b', 'c'];
  return (
    <div style={{ padding: 40 }}>
      <PickList
        label="Country"
        placeholder="Find"
        source={{
          name: 'counted',
          all: () => ids.map((id) => ({ id, label: `Country ${id}`, hint: arrived ? '1' : undefined })),
        }}
        selected={[]}
        multiple
        onPick={(option) => onPick(option?.id)}
        onLeave={() => {}}
      />
      <button type="button" onMouseDown={(event) => event.preventDefault()} onClick={() => setArrived(true)}>
        Counts
      </button>
    </div>
  );
}

const labels = () => [...document.querySelectorAll('[role="option"] .block')].map((each) => each.textContent);
const highlighted = () => document.querySelector('[data-highlighted]')?.textContent;
const arrive = () => document.querySelector('button')?.click();

test('counts that come before anybody touches the list put it in their order', async () => {
  const { getByRole } = await renderApp(<Counted onPick={() => {}} />);
  await expect.element(getByRole('combobox', { name: 'Country' })).toBeVisible();
  arrive();
  await expect.poll(labels).toEqual(['Country c', 'Country b', 'Country a']);
});

test('late counts move nothing away from under the keys', async () => {
  const onPick = vi.fn();
  const { getByRole } = await renderApp(<Counted onPick={onPick} />);
  await getByRole('combobox', { name: 'Country' }).click();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  await expect.poll(highlighted).toBe('Country c');
  arrive();
  await expect.poll(highlighted).toBe('Country c1');
  expect(labels()).toEqual(['Country a', 'Country b', 'Country c']);
  await userEvent.keyboard('{Enter}');
  expect(onPick.mock.calls).toEqual([['c']]);
});

test('late counts move nothing away from under the pointer', async () => {
  const onPick = vi.fn();
  const { getByRole } = await renderApp(<Counted onPick={onPick} />);
  const first = getByRole('option', { name: 'Country a' });
  await first.hover();
  await expect.poll(highlighted).toBe('Country a');
  arrive();
  await expect.poll(highlighted).toBe('Country a1');
  document.querySelector<HTMLElement>('[data-highlighted]')?.click();
  expect(onPick.mock.calls).toEqual([['a']]);
});
