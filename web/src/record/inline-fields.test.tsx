import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { renderApp } from '@/test/render';
import { InlineText } from './inline-fields';

test('a text that is too long stays and is told, by Enter and by leaving', async () => {
  const onSave = vi.fn();
  const { getByRole } = await renderApp(
    <>
      <InlineText label="Job title" value="Chef" onSave={onSave} />
      <button type="button">Elsewhere</button>
    </>,
  );
  await userEvent.click(getByRole('button', { name: 'Change Job title' }));
  const field = getByRole('textbox', { name: 'Job title' });
  const long = 'a'.repeat(5000);
  await userEvent.fill(field, long);
  await expect.element(field).toHaveValue(long);
  await userEvent.keyboard('{Enter}');
  await expect.element(getByRole('alert')).toHaveTextContent('Use at most 200 characters.');
  await userEvent.fill(field, `${long}b`);
  await userEvent.click(getByRole('button', { name: 'Elsewhere' }));
  await expect.element(getByRole('alert')).toHaveTextContent('Use at most 200 characters.');
  await expect.element(field).toHaveValue(`${long}b`);
  expect(onSave).not.toHaveBeenCalled();
  await userEvent.fill(field, 'Cook');
  await userEvent.keyboard('{Enter}');
  expect(onSave).toHaveBeenCalledExactlyOnceWith('Cook');
});
