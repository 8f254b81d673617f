import { X } from 'lucide-react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '@/test/axe';
import { renderApp } from '@/test/render';
import { Badge, toneStyle } from './badge';
import { Button, IconButton } from './button';
import { Checkbox } from './checkbox';
import { EmptyState } from './empty-state';
import { Field } from './field';
import { Input, PasswordInput } from './input';
import { Progress } from './progress';
import { RadioCards } from './radio-cards';
import { Switch } from './switch';
import { TabPanel, Tabs } from './tabs';
import { TooltipLayer } from './tooltip-layer';

test('a button with a reason stays reachable, says why, and does nothing', async () => {
  const onClick = vi.fn();
  const screen = await renderApp(
    <>
      <Button disabledReason="Only owners and admins may change this." onClick={onClick}>
        Save
      </Button>
      <TooltipLayer />
    </>,
  );
  const button = screen.getByRole('button', { name: 'Save' });
  await expect.element(button).toHaveAccessibleDescription('Only owners and admins may change this.');
  await userEvent.tab();
  await expect.element(button).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(onClick).not.toHaveBeenCalled();
});

test('a loading button keeps the focus and is not pressed twice', async () => {
  const onClick = vi.fn();
  const screen = await renderApp(
    <Button loading onClick={onClick}>
      Save
    </Button>,
  );
  const button = screen.getByRole('button', { name: 'Save' });
  await userEvent.tab();
  await userEvent.keyboard('{Enter}');
  await expect.element(button).toHaveFocus();
  await expect.element(button).toHaveAttribute('aria-busy', 'true');
  expect(onClick).not.toHaveBeenCalled();
});

test('a hint appears on keyboard focus and goes with Esc', async () => {
  const screen = await renderApp(
    <>
      <IconButton label="Close" keys="Escape">
        <X aria-hidden />
      </IconButton>
      <TooltipLayer />
    </>,
  );
  await userEvent.tab();
  await expect.element(screen.getByText('Close')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(screen.getByText('Close')).not.toBeInTheDocument();
});

test('a field ties label, hint and error to its control', async () => {
  const screen = await renderApp(
    <Field label="Email" hint="Work address" error="This is not an email address.">
      <Input name="email" />
    </Field>,
  );
  const input = screen.getByLabelText('Email');
  await expect.element(input).toBeInvalid();
  await expect.element(input).toHaveAccessibleDescription('This is not an email address. Work address');
  await expectAccessible();
});

test('a password can be shown and hidden', async () => {
  const screen = await renderApp(
    <Field label="Password">
      <PasswordInput name="password" showLabel="Show password" hideLabel="Hide password" />
    </Field>,
  );
  const input = screen.getByLabelText('Password', { exact: true });
  await expect.element(input).toHaveAttribute('type', 'password');
  await screen.getByRole('button', { name: 'Show password' }).click();
  await expect.element(input).toHaveAttribute('type', 'text');
  await screen.getByRole('button', { name: 'Hide password' }).click();
  await expect.element(input).toHaveAttribute('type', 'password');
});

test('checkbox and switch tell their state, also the one between', async () => {
  const onCheckedChange = vi.fn();
  const screen = await renderApp(
    <>
      <Checkbox label="All rows" checked={false} indeterminate onCheckedChange={onCheckedChange} />
      <Switch aria-label="Shortcuts" defaultChecked />
    </>,
  );
  const box = screen.getByRole('checkbox', { name: 'All rows' });
  expect((box.element() as HTMLInputElement).indeterminate).toBe(true);
  await screen.getByText('All rows').click();
  expect(onCheckedChange).toHaveBeenCalledWith(true);
  await expect.element(screen.getByRole('switch', { name: 'Shortcuts' })).toBeChecked();
  await expectAccessible();
});

function Sheets() {
  const [tab, setTab] = useState<'profile' | 'activity'>('profile');
  return (
    <Tabs
      label="Customer"
      value={tab}
      onValueChange={setTab}
      tabs={[
        { value: 'profile', label: 'Profile' },
        { value: 'activity', label: 'Activity', count: 12 },
      ]}
    >
      <TabPanel value="profile">Names</TabPanel>
      <TabPanel value="activity">Events</TabPanel>
    </Tabs>
  );
}

test('tabs are walked by arrows', async () => {
  const screen = await renderApp(<Sheets />);
  await screen.getByRole('tab', { name: 'Profile' }).click();
  await userEvent.keyboard('{ArrowRight}{Enter}');
  await expect.element(screen.getByText('Events')).toBeVisible();
  await expectAccessible();
});

test('radio cards are one group', async () => {
  const onValueChange = vi.fn();
  const screen = await renderApp(
    <RadioCards
      label="Theme"
      value="light"
      onValueChange={onValueChange}
      options={[
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark', hint: 'At night' },
      ]}
    />,
  );
  await expect.element(screen.getByRole('group', { name: 'Theme' })).toBeVisible();
  await expect.element(screen.getByRole('radio', { name: 'Light' })).toBeChecked();
  await screen.getByRole('radio', { name: 'Dark At night' }).click();
  expect(onValueChange).toHaveBeenCalledWith('dark');
});

test.each(['light', 'dark'])('labels, states and progress are readable in the %s theme', async (theme) => {
  document.documentElement.dataset.theme = theme;
  await renderApp(
    <main className="bg-surface p-4">
      {Object.keys(toneStyle).map((tone) => (
        <Badge key={tone} tone={tone as keyof typeof toneStyle}>
          {tone}
        </Badge>
      ))}
      {(['primary', 'secondary', 'ghost', 'danger', 'dangerGhost', 'link'] as const).map((variant) => (
        <Button key={variant} variant={variant}>
          {variant}
        </Button>
      ))}
      <Progress value={40} label="Import" />
      <EmptyState title="No customers" description="Import a file" actions={<Button>Import</Button>} />
    </main>,
  );
  await expectAccessible();
  delete document.documentElement.dataset.theme;
});
