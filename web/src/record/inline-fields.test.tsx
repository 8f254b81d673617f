import { StrictMode, useEffect, useState } from 'react';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { renderApp } from '@/test/render';
import { Toaster } from '@/ui/toast';
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

function Record({ onSave }: { onSave: (value: string | null) => void }) {
  const [open, setOpen] = useState(true);
  useEffect(() => {
    const back = () => setOpen(false);
    window.addEventListener('popstate', back);
    return () => window.removeEventListener('popstate', back);
  }, []);
  return (
    <StrictMode>
      {open ? <InlineText label="Job title" value="Chef" onSave={onSave} /> : <p>List</p>}
      <Toaster />
    </StrictMode>
  );
}

test('a step back in history saves what was typed, as leaving does', async () => {
  const onSave = vi.fn();
  const { getByRole, getByText } = await renderApp(<Record onSave={onSave} />);
  await userEvent.click(getByRole('button', { name: 'Change Job title' }));
  await userEvent.fill(getByRole('textbox', { name: 'Job title' }), 'Cook');
  window.dispatchEvent(new PopStateEvent('popstate'));
  await expect.element(getByText('List')).toBeVisible();
  expect(onSave).toHaveBeenCalledExactlyOnceWith('Cook');
});

test('a step back in history tells of a text that cannot be saved', async () => {
  const onSave = vi.fn();
  const { getByRole, getByText } = await renderApp(<Record onSave={onSave} />);
  await userEvent.click(getByRole('button', { name: 'Change Job title' }));
  await userEvent.fill(getByRole('textbox', { name: 'Job title' }), 'a'.repeat(201));
  window.dispatchEvent(new PopStateEvent('popstate'));
  await expect.element(getByText('Job title was not changed').first()).toBeInTheDocument();
  expect(onSave).not.toHaveBeenCalled();
});
