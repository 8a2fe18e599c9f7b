import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { type BuiltSite, openSite, visit } from './support/built-site.ts';

let site: BuiltSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site.close();
});

/** Pages of sources are alike, and so are those of error codes: one of each is enough. */
const isRepeated = (path: string): boolean =>
  (path.startsWith('source/') && path !== 'source/docs/recipes/verdicts.ts/') ||
  (path.startsWith('reference/errors/') && !/errors\/(?:otp_not_accepted\/)?$/.test(path));

test.each([
  [390, 'dark', undefined],
  // The rules whose result depends on width or colours.
  [1280, 'light', ['color-contrast', 'scrollable-region-focusable', 'target-size']],
])(
  'axe finds no violation on any page, and none scrolls sideways, at %i pixels, %s',
  async (width, theme, rules) => {
    const paths = readdirSync(site.folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => /(?:^|\/)index\.html$/.test(path))
      .map((path) => path.replace(/index\.html$/, ''))
      .filter((path) => !isRepeated(path));
    expect(paths.length).toBeGreaterThan(60);
    const { page } = await visit(site, '404.html', async (tab) => {
      await tab.setViewport({ width, height: 844 });
      await tab.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: theme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
    });
    const found: string[] = [];
    for (const path of paths) {
      await page.goto(site.url + path, { waitUntil: 'load' });
      found.push(...(await axeViolations(page, rules)).map((violation) => `/${path} ${violation.slice(0, 200)}`));
      const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
      if (scrollWidth > width) found.push(`/${path} is ${scrollWidth} pixels wide`);
    }
    expect(found).toEqual([]);
  },
  600_000,
);

test('every task of a list has a name of its own, and every table and diagram a frame that the keyboard can scroll', async () => {
  const { page } = await visit(site, 'trust/device-checks/');
  const names = await page.$$eval('input[type="checkbox"]', (boxes) => boxes.map((box) => box.ariaLabel));
  expect(names.length).toBeGreaterThan(30);
  expect(names).not.toContain(null);
  expect(names).toContain('iPhone, Safari: the keypad.');

  await page.setViewport({ width: 390, height: 844 });
  await page.goto(`${site.url}start/how-it-works/`);
  const diagram = await page.$eval('pre', (pre) => {
    const height = pre.querySelector('.ec-line')?.getBoundingClientRect().height;
    const heights = [...pre.querySelectorAll('.ec-line')].map((line) => line.getBoundingClientRect().height);
    return [pre.tabIndex, pre.ariaLabel, heights.every((each) => each === height)];
  });
  expect(diagram).toEqual([0, 'Text: How it works', true]);
  await page.goto(`${site.url}reference/element/`);
  const frames = await page.$$eval('main table', (tables) =>
    tables.map(({ parentElement: frame }) => [frame?.getAttribute('role'), frame?.tabIndex, frame?.ariaLabel]),
  );
  expect(frames.length).toBeGreaterThan(5);
  expect(frames.filter(([role, tab, label]) => role !== 'region' || tab !== 0 || !label)).toEqual([]);
  expect(new Set(frames.map(([, , label]) => label)).size).toBe(frames.length);
  const scrolled = await page.$eval('.table', (frame) => {
    (frame as HTMLElement).focus();
    return [document.activeElement === frame, frame.scrollWidth > frame.clientWidth];
  });
  expect(scrolled).toEqual([true, true]);
});

test('no name in a table breaks within a word', async () => {
  for (const [path, width] of [
    ['reference/element/', 390],
    ['reference/element/', 1280],
    ['reference/sandbox/', 390],
    ['reference/sandbox/', 1280],
  ] as const) {
    const { page } = await visit(site, path, (tab) => tab.setViewport({ width, height: 844 }));
    const broken = await page.$$eval('td code', (codes) =>
      codes.filter((code) => code.getClientRects().length > 1).map(({ textContent }) => textContent),
    );
    expect(broken).toEqual([]);
  }
});
