import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestShop, type TestShop } from './shop.ts';
import { launchBrowser, openPage } from './visit.ts';

let shop: TestShop;
let browser: Browser;
beforeAll(async () => {
  // Fewer than the bank allows, so that the bank's page still takes a code when the shop's own limit is used up.
  [shop, browser] = await Promise.all([startTestShop({ submits: 2 }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

test('the shop’s own limit is used up, the bank’s page takes the code: Back, from the cache, says that it is paid', async () => {
  const session = JSON.stringify((await shop.start()).session);
  shop.page(
    '/pay-page',
    `<title>Pay</title><script type="module" src="/element/plural-otp.min.js"></script>
    <plural-otp session=${session}></plural-otp>
    <script>
      addEventListener('pageshow', ({ persisted }) => (window.isRestored = persisted));
      addEventListener('plural-otp-failed', () => (window.hasFailed = true));
    </script>`,
  );
  shop.page('/returned', '<title>Returned</title>');
  const { page, enterCode, requests } = await openPage(browser, `${shop.origin}/pay-page`);
  const readStep = (): Promise<string> =>
    page.$eval('plural-otp', ({ shadowRoot }) => shadowRoot?.querySelector<HTMLElement>('.step')?.innerText ?? '');
  await enterCode('111111');
  await page.waitForSelector('plural-otp > [slot=error]:not([hidden])', { visible: true });
  await enterCode('222222');
  await page.waitForSelector('plural-otp:state(exhausted)');
  expect(await readStep()).not.toMatch(/not made|failed/i);

  await page.click('plural-otp >>> a[part~=bank]');
  await page.waitForSelector('#otp');
  await page.type('#otp', '123456');
  await page.click('button[value="confirm"]');
  await page.waitForFunction(() => document.title === 'Returned');
  expect(requests).toContain('/plural/payment/leave');

  const distance = await getDistance();
  await page.evaluate((steps) => history.go(-steps), distance);
  await page.waitForFunction(() => document.title === 'Pay');
  await page.waitForSelector('plural-otp:state(authorized)');
  const found = await page.evaluate(() => [Reflect.get(window, 'isRestored'), Reflect.has(window, 'hasFailed')]);
  expect(found, 'restored, failed').toEqual([true, false]);
  expect(await readStep()).toContain('Payment confirmed');

  /** Returns the number of entries between the page that is shown and the shop's. */
  async function getDistance(): Promise<number> {
    const devTools = await page.createCDPSession();
    const { currentIndex, entries } = await devTools.send('Page.getNavigationHistory');
    await devTools.detach();
    return currentIndex - entries.findIndex(({ url }) => url.endsWith('/pay-page'));
  }
});
