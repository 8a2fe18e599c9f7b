import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestShop, type TestShop } from './shop.ts';
import { launchBrowser, openPage, type PageVisit } from './visit.ts';

const installed = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url)), 'utf8');

let shop: TestShop;
let browser: Browser;
let visit: PageVisit;
let pages = 0;

beforeAll(async () => {
  [shop, browser] = await Promise.all([startTestShop(), launchBrowser()]);
  shop.file('/turbo.js', installed('@hotwired/turbo/dist/turbo.es2017-esm.js'));
  shop.file('/htmx-4.js', installed('htmx.org/dist/htmx.js'));
  shop.file('/htmx-2.js', installed('htmx-2/dist/htmx.js'));
});
afterEach(async () => {
  await visit?.page.close();
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const count = (path: string): number => visit.requests.filter((each) => each === `/plural/${path}`).length;
const readField = (): Promise<unknown> =>
  visit.page.$eval('plural-otp > input', (input) => [input.value, document.activeElement === input]);

describe('Turbo', () => {
  /** Opens a page with a step, and a link to another page. `attributes` are those of the step. */
  async function open(attributes = '', head = ''): Promise<void> {
    const { session } = await shop.start();
    const path = `/turbo-${(pages += 1)}`;
    const scripts = `${head}<script type="module" src="/turbo.js"></script>
      <script type="module" src="/element/plural-otp.min.js"></script>`;
    shop.page(
      path,
      `<head><title>Pay</title>${scripts}</head><body><a id="cart" href="${path}-cart">Cart</a>
      <plural-otp id="step" session="${session}" ${attributes}></plural-otp></body>`,
    );
    shop.page(
      `${path}-cart`,
      `<head><title>Cart</title>${scripts}</head><body><a id="pay" href="${path}">Pay</a>${
        attributes.includes('permanent') ? '<plural-otp id="step" data-turbo-permanent></plural-otp>' : ''
      }</body>`,
    );
    visit = await openPage(browser, shop.origin + path);
    await visit.page.evaluate(() => Object.assign(window, { isSameDocument: true }));
  }

  /** Goes to another page, as Turbo does: without a new document. */
  async function go(how: 'cart' | 'back' | 'pay', title: string): Promise<void> {
    if (how === 'back') await visit.page.evaluate(() => history.back());
    else await visit.page.click(`#${how}`);
    await visit.page.waitForFunction((title) => document.title === title, {}, title);
    await visit.page.waitForFunction(() => !document.documentElement.hasAttribute('data-turbo-preview'));
    expect(await visit.page.evaluate('isSameDocument')).toBe(true);
  }

  test('restored from the snapshot cache: the field is empty and alive, no other code is asked for, and the payment is submitted once', async () => {
    await open();
    const input = await visit.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('1234');
    await go('cart', 'Cart');
    await go('back', 'Pay');
    await visit.waitForStatus('awaitingOtp');
    expect(await visit.page.$eval('plural-otp > input', ({ value }) => value)).toBe('');
    expect(await visit.page.$$eval('plural-otp > *', (nodes) => nodes.map(({ slot }) => slot).sort())).toEqual([
      'hint',
      'input',
      'label',
    ]);
    await visit.enterCode('123456');
    await visit.waitForStatus('authorized');
    expect([count('otp/generate'), count('otp/submit')]).toEqual([1, 1]);
    expect(visit.problems).toEqual([]);
  });

  test.each(['back', 'pay'] as const)(
    'left while a submit is in flight, then %s: the step says that it is paid, and submits nothing more',
    async (how) => {
      await open();
      const submit = shop.blockResponse('/plural/otp/submit');
      await visit.enterCode('123456');
      await submit.arrived;
      await go('cart', 'Cart');
      submit.release();
      await go(how, 'Pay');
      await visit.waitForStatus('authorized');
      expect(await visit.page.$$('plural-otp')).toHaveLength(1);
      expect([count('otp/generate'), count('otp/submit')]).toEqual([1, 1]);
      expect(visit.problems).toEqual([]);
    },
  );

  test('marked as permanent, the step goes on through other pages with its digits', async () => {
    await open('data-turbo-permanent');
    const input = await visit.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('1234');
    await go('cart', 'Cart');
    expect(await input?.evaluate(({ value, isConnected }) => [value, isConnected])).toEqual(['1234', true]);
    await go('back', 'Pay');
    expect(await input?.evaluate(({ value, isConnected }) => [value, isConnected])).toEqual(['1234', true]);
    await visit.enterCode('56');
    await visit.waitForStatus('authorized');
    expect([count('otp/generate'), count('otp/submit')]).toEqual([1, 1]);
    expect(visit.problems).toEqual([]);
  });

  test('a page refresh by morphing keeps the typed digits, and the step submits once', async () => {
    await open('', '<meta name="turbo-refresh-method" content="morph">');
    const input = await visit.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('1234');
    await visit.page.evaluate(() => {
      addEventListener('turbo:morph', () => (document.title = 'Morphed'));
      const { Turbo } = window as unknown as { Turbo: { session: { refresh: (url: string) => void } } };
      Turbo.session.refresh(location.href);
    });
    await visit.page.waitForFunction(() => document.title === 'Morphed');
    expect(((await readField()) as unknown[])[0]).toBe('1234');
    await visit.enterCode('56');
    await visit.waitForStatus('authorized');
    expect([count('otp/generate'), count('otp/submit')]).toEqual([1, 1]);
    expect(visit.problems).toEqual([]);
  });
});

describe.each([2, 4])('htmx %i', (version) => {
  /** Opens a page whose parts htmx swaps. */
  async function open(): Promise<void> {
    const { session } = await shop.start();
    const path = `/htmx-${(pages += 1)}`;
    const page = (title: string, part: string): string =>
      `<!doctype html><html lang="en"><head><title>${title}</title><script src="/htmx-${version}.js"></script>
      <script type="module" src="/element/plural-otp.min.js"></script></head><body>
      <button id="pay" hx-get="${path}-step" hx-target="#part">Pay</button>
      <button id="cart" hx-get="${path}-basket" hx-target="#part">Cart</button>
      <button id="help" hx-get="${path}-help" hx-target="#part" hx-push-url="${path}-help-page">Help</button>
      <main id="part">${part}</main></body></html>`;
    const parts: Record<string, string> = {
      step: `<plural-otp session="${session}"></plural-otp>`,
      basket: '<p id="basket">One thing</p>',
      help: '<p id="text">Help</p>',
    };
    // Parts are not whole pages: the doctype keeps the shop's page from wrapping them.
    for (const [name, part] of Object.entries(parts)) shop.file(`${path}-${name}`, part);
    shop.page(path, page('Pay', parts['step'] ?? ''));
    shop.page(`${path}-help-page`, page('Help', parts['help'] ?? ''));
    visit = await openPage(browser, shop.origin + path);
  }

  test('swapped out while a submit is in flight and in again: the step says that it is paid, and submits nothing more', async () => {
    await open();
    const submit = shop.blockResponse('/plural/otp/submit');
    await visit.enterCode('123456');
    await submit.arrived;
    await visit.page.click('#cart');
    await visit.page.waitForSelector('#basket');
    expect(await visit.page.$('plural-otp')).toBeNull();
    submit.release();
    await visit.page.click('#pay');
    await visit.waitForStatus('authorized');
    expect([count('otp/generate'), count('otp/submit')]).toEqual([1, 1]);
    expect(visit.problems).toEqual([]);
  });

  test('Back through its history: the field is empty and alive, the code is in no storage, and the payment is submitted once', async () => {
    await open();
    const input = await visit.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('482913');
    await visit.page.click('#help');
    await visit.page.waitForSelector('#text');
    await visit.page.waitForFunction(() => location.pathname.endsWith('-help-page'));
    const stored = await visit.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(stored).not.toContain('482913');
    await visit.page.evaluate(() => history.back());
    await visit.page.waitForSelector('plural-otp > input', { visible: true });
    await visit.waitForStatus('awaitingOtp');
    expect(await visit.page.$eval('plural-otp > input', ({ value }) => value)).toBe('');
    await visit.enterCode('123456');
    await visit.waitForStatus('authorized');
    expect([count('otp/generate'), count('otp/submit')]).toEqual([1, 1]);
    expect(visit.problems).toEqual([]);
  });
});
