import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { renderApp } from '@/test/render';
import { Button } from './button';
import { type DeferredModule, deferModule, useDeferredTrigger } from './deferred';

interface Parts {
  text: string;
}

/** Draws its popup once the parts are there, with another element for its trigger than before, as real parts do. */
function Popup({ parts }: { parts: DeferredModule<Parts> }) {
  const trigger = <Button>Open</Button>;
  const { module, waiting, trigger: own, pressed } = useDeferredTrigger(parts, { popup: 'menu', trigger });
  if (!module) return waiting;
  return (
    <div>
      {own}
      <p>{pressed ? module.text : 'Closed'}</p>
    </div>
  );
}

/** Parts that arrive when the test says so. */
function slow() {
  let arrive = () => {};
  const importer = () =>
    new Promise<Parts>((resolve) => {
      arrive = () => resolve({ text: 'Popup' });
    });
  return { parts: deferModule(importer), arrive: () => arrive() };
}

test('a press that the parts arrive in the middle of is not lost', async () => {
  const { parts, arrive } = slow();
  const screen = await renderApp(<Popup parts={parts} />);
  const trigger = screen.getByRole('button', { name: 'Open' });
  await trigger.hover();
  trigger.element().dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
  arrive();
  await expect.element(screen.getByText('Popup')).toBeVisible();
});

test('a press that ended elsewhere opens nothing', async () => {
  const { parts, arrive } = slow();
  const screen = await renderApp(
    <>
      <Popup parts={parts} />
      <Button>Else</Button>
    </>,
  );
  const trigger = screen.getByRole('button', { name: 'Open' });
  await trigger.hover();
  trigger.element().dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
  await userEvent.hover(screen.getByRole('button', { name: 'Else' }));
  arrive();
  await expect.element(screen.getByText('Closed')).toBeVisible();
});
