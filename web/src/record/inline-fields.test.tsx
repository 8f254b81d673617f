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

function Portal({ save }: { save: (value: string | null) => Promise<unknown> }) {
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <>
      <InlineText
        label="Portal"
        value="https://portal.example"
        problem={problem}
        onSave={async (value) => {
          setProblem(null);
          const answer = await save(value);
          if (answer === null) setProblem('This is no address');
          return answer;
        }}
      />
      <button type="button">Elsewhere</button>
    </>
  );
}

test('a text that was refused is there again to be mended, with what is wrong with it', async () => {
  const save = vi.fn(async (value: string | null): Promise<unknown> => (value === 'portal' ? {} : null));
  const { getByRole } = await renderApp(<Portal save={save} />);
  const button = getByRole('button', { name: 'Change Portal' });
  const field = getByRole('textbox', { name: 'Portal' });
  await userEvent.click(button);
  await userEvent.fill(field, 'no address at all');
  await userEvent.keyboard('{Enter}');
  await expect.element(getByRole('alert')).toHaveTextContent('This is no address');
  await expect.element(button).toHaveTextContent('https://portal.example');
  await userEvent.click(button);
  await expect.element(field).toHaveValue('no address at all');
  await expect.element(field).toHaveAccessibleDescription('This is no address');
  // Looked at and left: it stays, and is not sent once more.
  await userEvent.click(getByRole('button', { name: 'Elsewhere' }));
  await expect.element(getByRole('alert')).toHaveTextContent('This is no address');
  expect(save).toHaveBeenCalledTimes(1);
  await userEvent.click(button);
  await userEvent.fill(field, 'portal');
  await userEvent.keyboard('{Enter}');
  expect(save).toHaveBeenLastCalledWith('portal');
  await expect.element(getByRole('alert')).not.toBeInTheDocument();
  await userEvent.click(button);
  await expect.element(field).toHaveValue('https://portal.example');
});

test('Escape goes back to the old value and drops what was refused', async () => {
  const { getByRole } = await renderApp(<Portal save={async () => null} />);
  const button = getByRole('button', { name: 'Change Portal' });
  const field = getByRole('textbox', { name: 'Portal' });
  await userEvent.click(button);
  await userEvent.fill(field, 'nonsense');
  await userEvent.keyboard('{Enter}');
  await expect.element(getByRole('alert')).toBeVisible();
  await userEvent.click(button);
  await expect.element(field).toHaveValue('nonsense');
  await userEvent.keyboard('{Escape}');
  await expect.element(getByRole('alert')).not.toBeInTheDocument();
  await userEvent.click(button);
  await expect.element(field).toHaveValue('https://portal.example');
});
