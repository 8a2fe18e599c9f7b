/** What axe finds on a page, for tests. */

import axe from 'axe-core';
import type { Page } from 'puppeteer-core';

/** Returns the violations that axe finds on the page as it is shown, with the elements of each. */
export async function findViolations(page: Page): Promise<string[]> {
  // Injected through the DevTools protocol, to which the page's policy does not apply.
  await page.evaluate(`globalThis.axe || (() => { ${axe.source} })(), undefined`);
  const { passes, violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
  // Contrast needs a page that is drawn: without it there was nothing to find.
  if (!passes.some(({ id }) => id === 'color-contrast') && violations.length === 0)
    throw new Error(`axe compared no colours at ${page.url()}`);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
