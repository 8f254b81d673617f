import { createRef } from 'react';
import { expect, test, vi } from 'vitest';
import { renderApp } from '@/test/render';
import { CellEditor } from './cell-editor';

test('an editor whose code cannot be had is left', async () => {
  const onEnd = vi.fn();
  const load = vi.fn(() => Promise.reject(new Error('offline')));
  await renderApp(
    <CellEditor
      anchor={() => null}
      container={createRef()}
      row={{}}
      label="Seats"
      spec={{ kind: 'later', load }}
      onEnd={onEnd}
    />,
  );
  await expect.poll(() => onEnd.mock.calls).toEqual([['stay']]);
  expect(load).toHaveBeenCalledOnce();
});
