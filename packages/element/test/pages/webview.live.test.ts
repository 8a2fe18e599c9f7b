/** The page's part of `docs/webviews.md` as an Android app calls it, in Chromium, of which its webview is made. */

import { stripTypeScriptTypes } from 'node:module';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { getExamples } from './readme.ts';
import { startTestShop, type TestShop } from './shop.ts';
import { launchBrowser, openPage, type PageVisit } from './visit.ts';

const guide = new URL('../../../../docs/webviews.md', import.meta.url);
const example = getExamples('ts', guide).find((code) => code.includes('fillOtp')) ?? '';
const [, call = ''] = /evaluateJavascript\("(.*)", null\)/.exec(getExamples('kotlin', guide).join('')) ?? [];
const message = '123456 is the OTP for Rs.1250.00 at Nilgiri Leaf on your card ending 1112. Do not share it.';

let shop: TestShop;
let browser: Browser;
beforeAll(async () => {
  [shop, browser] = await Promise.all([startTestShop(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

/** Opens the shop's page and waits for the code to be asked for. */
async function open(): Promise<PageVisit> {
  const { session } = await shop.start();
  shop.file('/webview.js', stripTypeScriptTypes(example));
  shop.page(
    '/checkout',
    `<title>Pay</title><script type="module" src="/element/plural-otp.min.js"></script>
    <script type="module" src="/webview.js"></script>
    <input id="name" aria-label="Name"><plural-otp session=${JSON.stringify(session)}></plural-otp>`,
  );
  const visit = await openPage(browser, `${shop.origin}/checkout`);
  onTestFinished(() => visit.page.close());
  await visit.waitForStatus('awaitingOtp');
  return visit;
}
const readValue = ({ page }: PageVisit, selector = 'plural-otp > input'): Promise<string | undefined> =>
  page.evaluate((selector) => document.querySelector<HTMLInputElement>(selector)?.value, selector);
/** Runs in the page what the app evaluates. */
const receive = ({ page }: PageVisit, text: string): Promise<unknown> =>
  page.evaluate(call.replace('$text', JSON.stringify(text)));

describe('the app hands a message to the page', () => {
  test('its code is in the field, amount and card are not taken for it, and the customer confirms', async () => {
    const visit = await open();
    await visit.page.focus('#name');
    await receive(visit, message);
    expect(await readValue(visit)).toBe('123456');
    expect(visit.requests).not.toContain('/plural/otp/submit');
    await visit.page.click('plural-otp >>> [part~=submit]');
    await visit.waitForStatus('authorized');
    expect(visit.requests.filter((path) => path === '/plural/otp/submit')).toHaveLength(1);
    expect(visit.problems).toEqual([]);
  });

  test('digits that the customer has typed stay', async () => {
    const visit = await open();
    await visit.page.type('plural-otp > input', '48');
    await receive(visit, message);
    expect(await readValue(visit)).toBe('48');
  });

  test('a message with two numbers that could be the code fills nothing, and the step says so', async () => {
    const visit = await open();
    await receive(visit, 'Your OTP is 123456. Reference 778899.');
    expect(await readValue(visit)).toBe('');
    await visit.page.waitForSelector('plural-otp > [slot=error]:not([hidden])', { visible: true });
  });

  test('after the payment nothing is written, into no other field either', async () => {
    const visit = await open();
    await visit.enterCode('123456');
    await visit.waitForStatus('authorized');
    await visit.page.focus('#name');
    await receive(visit, message);
    expect(await readValue(visit, '#name')).toBe('');
  });
});
