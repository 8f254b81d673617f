import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '@/test/axe';
import { renderApp } from '@/test/render';
import { Button } from './button';
import { Combobox, type ComboboxOption, MultiPicker, Picker } from './combobox';
import { ConfirmHost, confirm } from './confirm';
import { Dialog } from './dialog';
import { Field } from './field';
import { Input } from './input';
import { Menu, MenuItem } from './menu';
import { Select } from './select';

test('a menu pressed before its code is there opens, works by keys, and gives the focus back', async () => {
  const edit = vi.fn();
  const screen = await renderApp(
    <Menu trigger={<Button>Actions</Button>}>
      <MenuItem icon={Pencil} onClick={edit}>
        Edit
      </MenuItem>
      <MenuItem icon={Trash2} danger disabledReason="Only admins may delete">
        Delete
      </MenuItem>
    </Menu>,
  );
  const trigger = screen.getByRole('button', { name: 'Actions' });
  await trigger.click();
  const item = screen.getByRole('menuitem', { name: 'Edit' });
  await expect.element(item).toBeVisible();
  await expect.element(screen.getByText('Only admins may delete')).toBeVisible();
  await expectAccessible();
  await userEvent.keyboard('{Escape}');
  await expect.element(trigger).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(item).toBeVisible();
  await userEvent.keyboard('{Enter}');
  expect(edit).toHaveBeenCalledTimes(1);
});

test('a dialog starts on its first field, keeps the focus inside and closes by Esc', async () => {
  const screen = await renderApp(
    <Dialog trigger={<Button>New</Button>} title="New tag" footer={<Button>Create</Button>}>
      <Field label="Name" hint="Short">
        <Input name="name" />
      </Field>
    </Dialog>,
  );
  const trigger = screen.getByRole('button', { name: 'New' });
  await trigger.click();
  await expect.element(screen.getByRole('dialog', { name: 'New tag' })).toBeVisible();
  await expect.element(screen.getByLabelText('Name')).toHaveFocus();
  await expectAccessible();
  await userEvent.keyboard('{Escape}');
  await expect.element(screen.getByRole('dialog')).not.toBeInTheDocument();
  await expect.element(trigger).toHaveFocus();
});

function Form() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>New</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="New customer"
        keepOpen
        footer={<Button onClick={() => setOpen(false)}>Cancel</Button>}
      >
        {open ? (
          <Field label="Name">
            <Input name="name" />
          </Field>
        ) : null}
      </Dialog>
      <ConfirmHost />
    </>
  );
}

test('a form asks before Esc or its close button throw away what was typed', async () => {
  const screen = await renderApp(<Form />);
  const form = screen.getByRole('dialog', { name: 'New customer' });
  const question = screen.getByRole('alertdialog', { name: 'Discard what you typed?' });
  const start = async () => {
    await screen.getByRole('button', { name: 'New' }).click();
    await expect.element(screen.getByLabelText('Name')).toHaveFocus();
  };
  // Nothing typed: nothing to ask.
  await start();
  await userEvent.keyboard('{Escape}');
  await expect.element(form).not.toBeInTheDocument();

  await start();
  await userEvent.keyboard('Anna{Escape}');
  await expect.element(screen.getByRole('button', { name: 'Keep editing' })).toHaveFocus();
  // Esc answers the question, and asks no second one.
  await userEvent.keyboard('{Escape}');
  await expect.element(question).not.toBeInTheDocument();
  await expect.element(screen.getByLabelText('Name')).toHaveValue('Anna');
  await expect.element(screen.getByLabelText('Name')).toHaveFocus();

  await screen.getByRole('button', { name: 'Close' }).click();
  await screen.getByRole('button', { name: 'Discard' }).click();
  await expect.element(form).not.toBeInTheDocument();
  await expect.element(question).not.toBeInTheDocument();

  // Cancel says it by itself, and what was typed then is not asked about later.
  await start();
  await userEvent.keyboard('Bert');
  await screen.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(form).not.toBeInTheDocument();
  await start();
  await expect.element(screen.getByLabelText('Name')).toHaveValue('');
  await userEvent.keyboard('{Escape}');
  await expect.element(form).not.toBeInTheDocument();
});

test('a confirmation starts on the harmless button and answers', async () => {
  const screen = await renderApp(<ConfirmHost />);
  const ask = () =>
    confirm({ title: 'Delete tag?', description: '12 customers', confirmLabel: 'Delete tag', danger: true });
  const first = ask();
  await expect.element(screen.getByRole('button', { name: 'Cancel' })).toHaveFocus();
  await expectAccessible();
  await userEvent.keyboard('{Escape}');
  expect(await first).toBe(false);
  const second = ask();
  await screen.getByRole('button', { name: 'Delete tag' }).click();
  expect(await second).toBe(true);
});

function Choices({ onChange }: { onChange: (value: string) => void }) {
  const [value, setValue] = useState<'a' | 'b'>('a');
  return (
    <Field label="Role">
      <Select
        value={value}
        onValueChange={(next) => {
          setValue(next);
          onChange(next);
        }}
        options={[
          { value: 'a', label: 'Admin' },
          { value: 'b', label: 'Member' },
        ]}
      />
    </Field>
  );
}

test('a select is named by its field and chosen from by keys', async () => {
  const onChange = vi.fn();
  const screen = await renderApp(<Choices onChange={onChange} />);
  const trigger = screen.getByRole('combobox', { name: 'Role' });
  await expect.element(trigger).toHaveTextContent('Admin');
  await trigger.click();
  await expect.element(screen.getByRole('option', { name: 'Member' })).toBeVisible();
  await expectAccessible();
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await expect.poll(() => onChange.mock.calls).toEqual([['b']]);
  await expect.element(trigger).toHaveTextContent('Member');
  await expect.element(trigger).toHaveFocus();
});

const zones: ComboboxOption[] = ['Asia/Hanoi', 'Asia/Tokyo', 'Europe/Berlin'].map((value) => ({
  value,
  label: value,
}));

function Zones({ onChange }: { onChange: (value: string | undefined) => void }) {
  const [value, setValue] = useState<ComboboxOption | null>(zones[2] ?? null);
  return (
    <Field label="Time zone">
      <Combobox
        options={zones}
        value={value}
        onValueChange={(next) => {
          setValue(next);
          onChange(next?.value);
        }}
      />
    </Field>
  );
}

test('a combobox narrows by typing', async () => {
  const onChange = vi.fn();
  const screen = await renderApp(<Zones onChange={onChange} />);
  const field = screen.getByRole('combobox', { name: 'Time zone' });
  await expect.element(field).toHaveValue('Europe/Berlin');
  await field.click();
  await expect.element(screen.getByRole('combobox', { name: 'Time zone' })).not.toHaveAttribute('readonly');
  await field.fill('tok');
  await expect.element(screen.getByRole('option')).toHaveTextContent('Asia/Tokyo');
  await expectAccessible();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => onChange.mock.calls).toEqual([['Asia/Tokyo']]);
  await expect.element(field).toHaveValue('Asia/Tokyo');
});

test('a picker asks the server and shows what it answers', async () => {
  const onSearch = vi.fn();
  const onValueChange = vi.fn();
  const screen = await renderApp(
    <Picker
      trigger={<Button>Owner</Button>}
      label="Find a member"
      options={zones}
      onSearch={onSearch}
      value={null}
      onValueChange={onValueChange}
    />,
  );
  await screen.getByRole('button', { name: 'Owner' }).click();
  const field = screen.getByRole('combobox', { name: 'Find a member' });
  await expect.element(field).toHaveFocus();
  await userEvent.keyboard('zz');
  await expect.poll(() => onSearch.mock.calls.at(-1)).toEqual(['zz']);
  // The server decides what fits: nothing is filtered here.
  await expect.element(screen.getByRole('option', { name: 'Asia/Hanoi' })).toBeVisible();
  await expectAccessible();
  await screen.getByRole('option', { name: 'Asia/Hanoi' }).click();
  expect(onValueChange.mock.calls[0]?.[0]).toEqual(zones[0]);
});

function Several() {
  const [value, setValue] = useState<ComboboxOption[]>([]);
  return (
    <MultiPicker
      trigger={<Button>{`Tags: ${value.map(({ label }) => label).join(', ')}`}</Button>}
      label="Find a tag"
      options={zones}
      value={value}
      onValueChange={setValue}
    />
  );
}

test('a picker of several stays open while choosing', async () => {
  const screen = await renderApp(<Several />);
  await screen.getByRole('button', { name: /^Tags/ }).click();
  await screen.getByRole('option', { name: 'Asia/Hanoi' }).click();
  await screen.getByRole('option', { name: 'Asia/Tokyo' }).click();
  await userEvent.keyboard('{Escape}');
  await expect.element(screen.getByRole('button', { name: 'Tags: Asia/Hanoi, Asia/Tokyo' })).toBeVisible();
});
