import axe from 'axe-core';
import { expect } from 'vitest';

/** Fails with the names of the broken rules and the elements that break them. */
export async function expectAccessible(root: Element = document.body) {
  // What fades in has too little contrast until it has arrived.
  const moving = document
    .getAnimations()
    .filter((animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
  await Promise.allSettled(moving.map((animation) => animation.finished));
  // Focus guards of open popups hold no focus: they hand it on. Everything else is checked.
  const { violations } = await axe.run(
    { include: [root], exclude: ['[data-base-ui-focus-guard]'] },
    {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    },
  );
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
  ).toEqual([]);
}
