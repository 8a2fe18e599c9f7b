import { readFileSync } from 'node:fs';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestShop, type TestShop } from './shop.ts';
import { launchBrowser } from './visit.ts';

const file = readFileSync(new URL('../../dist/plural-otp.min.js', import.meta.url), 'utf8');
/** Functions and units of CSS that Chromium 90 or Safari 15 lacks. */
const newerCss = /\b(?:color-mix|light-dark|contrast-color)\(|\bcolor\((?=from )|(?<=\d)cqi\b|\boverflow:clip\b/g;
/** Members that one of Chromium 90, Firefox 90 and Safari 15 lacks, by the global that holds them. */
const newerMembers: Readonly<Record<string, readonly string[]>> = {
  Array: ['fromAsync'],
  'Array.prototype': ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'with', 'group'],
  'String.prototype': ['at', 'isWellFormed', 'toWellFormed'],
  'Uint8Array.prototype': ['at', 'findLast', 'toSorted', 'toHex', 'toBase64'],
  Object: ['hasOwn', 'groupBy'],
  Map: ['groupBy'],
  Promise: ['withResolvers', 'try'],
  AbortSignal: ['any', 'timeout'],
  URL: ['canParse', 'parse'],
  'Set.prototype': ['union', 'difference', 'intersection', 'isSubsetOf'],
  'Crypto.prototype': ['randomUUID'],
  'Element.prototype': ['checkVisibility', 'setHTMLUnsafe', 'moveBefore', 'getHTML', 'ariaLabel'],
  'HTMLElement.prototype': ['attachInternals', 'inert', 'showPopover', 'popover'],
  'CSSStyleSheet.prototype': ['replace', 'replaceSync'],
  'Document.prototype': ['adoptedStyleSheets', 'prerendering', 'startViewTransition'],
  'ShadowRoot.prototype': ['adoptedStyleSheets', 'setHTMLUnsafe', 'getHTML'],
  globalThis: [
    'structuredClone',
    'requestIdleCallback',
    'scheduler',
    'reportError',
    'ElementInternals',
    'CustomStateSet',
  ],
};

let shop: TestShop;
let browser: Browser;
beforeAll(async () => {
  [shop, browser] = await Promise.all([startTestShop(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

test('the served file has no syntax that the stated minimum does not parse', () => {
  // Class static blocks and `#field in`, lookbehind and set notation of regular expressions.
  expect(file).not.toMatch(/\bstatic\s*\{|#\w+ in |\(\?<[=!]|\/[a-z]*v[a-z]*(?=[.,;)])/);
});

test('with newer CSS and JavaScript taken away, a wrong code and the right one lead to a paid order', async () => {
  const older = file.replaceAll(newerCss, (found) => `-x-${found}`);
  expect(older).not.toBe(file);
  shop.file('/older.js', older);
  const session = JSON.stringify((await shop.start()).session);
  shop.page(
    '/older',
    `<title>Pay</title><plural-otp otp-length="6" session=${session}></plural-otp>
    <script type="module" src="/older.js"></script>
    <script>addEventListener('plural-otp-authorized', () => (document.title = 'Paid'));</script>`,
  );
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => problems.push(message.text()));
  await page.evaluateOnNewDocument((members) => {
    for (const [path, names] of Object.entries(members)) {
      const holder = path
        .split('.')
        .reduce<unknown>((at, name) => (name === 'globalThis' ? at : Reflect.get(at as object, name)), globalThis);
      for (const name of names) Reflect.deleteProperty(holder as object, name);
    }
  }, newerMembers);
  await page.goto(`${shop.origin}/older`);
  expect(await page.evaluate(() => ['at' in [], 'attachInternals' in document.body])).toEqual([false, false]);

  const input = await page.waitForSelector('plural-otp > input', { visible: true });
  await input?.type('111111');
  await input?.press('Enter');
  await page.waitForSelector('plural-otp > [slot=error]:not([hidden])', { visible: true });
  await page.$eval('plural-otp > input', (field) => field.select());
  await input?.type('123456');
  await input?.press('Enter');
  await page.waitForFunction(() => document.title === 'Paid');
  expect(problems).toEqual([]);
  await page.close();
});
