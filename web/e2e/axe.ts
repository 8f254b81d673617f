import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Fails, softly, with the rules of WCAG 2.2 AA that the page breaks now. */
export async function check(page: Page) {
  // What fades in has too little contrast until it has arrived.
  await page.evaluate(async () => {
    const moving = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(moving.map((animation) => animation.finished));
  });
  // Focus guards of open popups hold no focus: they hand it on.
  const { violations } = await new AxeBuilder({ page })
    .withTags(tags)
    .exclude('[data-base-ui-focus-guard]')
    .analyze();
  expect
    .soft(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`),
      page.url(),
    )
    .toEqual([]);
}
