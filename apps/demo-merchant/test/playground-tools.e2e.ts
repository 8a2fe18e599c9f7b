/** The tools around the playground's step: states found, stepped through, played and shown at once, and the reference. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Playground, startPlayground, type Visitor } from './support/playground-visitor.ts';

let playground: Playground;
beforeAll(async () => {
  playground = await startPlayground();
});
afterAll(() => playground.close());

const getCurrent = ({ page }: Visitor): Promise<string | undefined> =>
  page.$eval('[data-scene][aria-pressed="true"]', (chip) => (chip as HTMLElement).dataset['scene']);

const waitForScene = ({ page }: Visitor, id: string): Promise<unknown> =>
  page.waitForSelector(`[data-scene="${id}"][aria-pressed="true"]`);

test('playground: states are found by their words and stepped through with the arrow keys, also across groups', async () => {
  const visitor = await playground.visit();
  const { page } = visitor;
  const getShown = (): Promise<(string | undefined)[]> =>
    page.$$eval('[data-scene]', (chips) =>
      chips.filter((chip) => chip.checkVisibility()).map((chip) => (chip as HTMLElement).dataset['scene']),
    );
  await page.focus('#main');
  await page.keyboard.press('ArrowRight');
  await waitForScene(visitor, 'typed');
  await page.keyboard.press('ArrowLeft');
  await waitForScene(visitor, 'awaitingOtp');

  await page.type('#state-search', 'wrong');
  const shown = await getShown();
  expect(shown.join(' ')).toBe('missedOnce missedTwice triesLeft sameCode tooShort empty noCode severalCodes');
  // In the field the arrow keys move the caret.
  await page.keyboard.press('ArrowLeft');
  expect(await getCurrent(visitor)).toBe('awaitingOtp');
  await page.focus('#main');
  await page.keyboard.press('ArrowRight');
  await waitForScene(visitor, 'missedOnce');
  // As for a customer, the code that was not accepted is still there.
  await visitor.waitForText('not accepted');
  expect(await page.$eval('plural-otp input', ({ value }) => value)).toBe('482913');
  await page.type('#state-search', ' nothing');
  expect(await getShown()).toEqual([]);
  expect(await page.$eval('#no-state', (note) => note.checkVisibility())).toBe(true);
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});

test('playground: auto-play shows one state after another until a state is chosen', async () => {
  const visitor = await playground.visit('#state=confirming');
  const { page } = visitor;
  await page.click('#auto-play');
  await waitForScene(visitor, 'authorized');
  await waitForScene(visitor, 'resendOpen');
  await page.$eval('[data-scene="failed"]', (chip) => (chip as HTMLElement).click());
  await waitForScene(visitor, 'failed');
  expect(await page.$eval('#auto-play', (button) => button.getAttribute('aria-pressed'))).toBe('false');
  await visitor.close();
});

test('playground: the sheet shows every state in light and dark, with the theme that is set', async () => {
  const visitor = await playground.visit('#radius=0');
  const { page } = visitor;
  await page.click('#open-sheet');
  const count = await page.$$eval('#sheet figure', ({ length }) => length);
  expect(count).toBe((await page.$$('[data-scene]')).length);
  const first = '#sheet figure:first-of-type plural-otp:state(idle)';
  await page.waitForSelector(`${first} + plural-otp:state(idle)`);
  const styles = await page.$$eval(first, (steps) =>
    steps.map(({ style }) => [style.colorScheme, style.getPropertyValue('--plural-otp-radius')]),
  );
  expect(styles).toEqual([
    ['light', '0px'],
    ['dark', '0px'],
  ]);
  await page.$eval('#sheet figure:last-of-type', (figure) => figure.scrollIntoView());
  await page.waitForSelector('#sheet figure:last-of-type plural-otp:state(failed)');
  await page.keyboard.press('Escape');
  // The dialog tells that it was closed in a task of its own.
  await page.waitForFunction(() => document.querySelector('#sheet plural-otp') === null);
  await visitor.close();
});

test('playground: on a phone no state of the sheet covers another, and only the one without a connection is offline', async () => {
  const visitor = await playground.visit('', { width: 390 });
  const { page } = visitor;
  await page.click('#open-sheet');
  await page.waitForSelector('#sheet figure plural-otp');
  // Each is drawn when it is nearly in view.
  const count = await page.$$eval('#sheet figure', ({ length }) => length);
  for (let at = 1; at <= count; at += 1) {
    await page.$eval(`#sheet figure:nth-of-type(${at})`, (figure) => figure.scrollIntoView());
    await page.waitForSelector(`#sheet figure:nth-of-type(${at}) > plural-otp + plural-otp`);
  }
  await page.waitForFunction(() =>
    [...document.querySelectorAll('#sheet plural-otp')].every((step) => step.shadowRoot?.querySelector('[part=base]')),
  );
  const covered = await page.$$eval('#sheet figure', (figures) => {
    const boxes = figures.map((figure) => [figure, ...figure.children].map((node) => node.getBoundingClientRect()));
    const captions = figures.map((figure) => figure.querySelector('figcaption')?.textContent);
    return captions.filter((_, at) => {
      const bottom = Math.max(...(boxes[at] ?? []).map((box) => box.bottom));
      return bottom > (boxes[at + 1]?.[0]?.top ?? Infinity);
    });
  });
  expect(covered).toEqual([]);
  // What scrolls is the grid, below the button that closes the sheet.
  expect(await page.$eval('#sheet', ({ scrollTop }) => scrollTop)).toBe(0);
  const offline = await page.$$eval('#sheet figure', (figures) =>
    figures
      .filter((figure) => figure.querySelector('plural-otp')?.shadowRoot?.textContent?.includes('You are offline'))
      .map((figure) => figure.querySelector('figcaption')?.textContent),
  );
  expect(offline).toEqual(['Offline']);
  expect(await visitor.problems()).toEqual([]);
  await visitor.close();
});

test('playground: the reference lists every attribute of the element, and the theme can be copied as a file', async () => {
  const visitor = await playground.visit('#accent=%234a148c');
  const { page } = visitor;
  const names = await page.$$eval('.api:first-of-type dt code', (codes) => codes.map(({ textContent }) => textContent));
  expect(names).toEqual(expect.arrayContaining(['endpoint', 'autosubmit', 'web-otp', 'lang']));
  await page.$eval('#copy-theme', (button) => (button as HTMLElement).click());
  await page.waitForFunction(() => document.querySelector('#copy-status')?.textContent === 'Theme file copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^plural-otp \{\n {2}--plural-otp-accent: light-dark\(#4a148c,/,
  );
  await visitor.close();
});
