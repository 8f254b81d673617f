import axe from 'axe-core';
import { expect } from 'vitest';

/** Fails with the names of the broken rules and the elements that break them. */
export async function expectAccessible(root: Element = document.body) {
  const { violations } = await axe.run(root, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  });
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
  ).toEqual([]);
}
