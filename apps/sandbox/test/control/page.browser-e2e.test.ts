import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ControlPages, hasChromium, startControlPages } from '../support/control-page.ts';

// A browser may take long to start.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.skipIf(!hasChromium)('the control page in Chromium', () => {
  let pages: ControlPages;
  const openControlPage: ControlPages['open'] = (options) => pages.open(options);
  beforeAll(async () => {
    pages = await startControlPages();
  });
  afterAll(() => pages.close());

  test('the phone shows each message at once, newest first, and marks one that did not arrive', async () => {
    const { merchant, waitForText, page, errors, sandbox } = await openControlPage();
    await waitForText('#phone', 'No message yet');
    const { paymentId } = await merchant.start('quick-resend');
    await merchant.generate(paymentId);
    await waitForText('#phone .sms', '123456 is your OTP for Rs 350.00');
    sandbox.advance(2);
    await merchant.resend(paymentId);
    await page.waitForSelector('#phone .sms:nth-child(2)');
    const lost = await merchant.start('sms-lost');
    await merchant.generate(lost.paymentId);
    await waitForText('#phone .sms.lost:first-child', 'did not reach the phone');
    expect(await page.$$('#phone .sms')).toHaveLength(3);
    expect(errors).toEqual([]);
  });

  test('orders update live, and a link leads to the timeline of one, which updates too', async () => {
    const { merchant, waitForText, page, errors } = await openControlPage();
    const { orderId, paymentId } = await merchant.start('pays', { merchant_order_reference: 'TEA-7' });
    await waitForText('#orders article', 'TEA-7');
    await waitForText('#orders article', 'PENDING');
    await Promise.all([page.waitForNavigation(), page.click(`#order-${orderId} a[href*="order="]`)]);
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '000000');
    const timeline = `[id="timeline-${orderId}"]`;
    await waitForText(timeline, 'order ATTEMPTED');
    await merchant.submit(paymentId, '123456');
    await waitForText(timeline, 'ORDER_PROCESSED');
    const lane = (name: string): Promise<string[]> =>
      page.$$eval(`${timeline} .lane-${name} .what`, (all) => all.map((item) => item.textContent.trim()));
    expect(await lane('step')).toEqual([
      'order CREATED',
      'payment cc-a PENDING: Pays',
      'order PENDING',
      'OTP 1 for cc-a sent by the API',
      'wrong OTP 1 for cc-a',
      'order ATTEMPTED',
      'right OTP for cc-a',
      'payment cc-a PROCESSED',
      'order PROCESSED',
    ]);
    expect(await lane('message')).toHaveLength(1);
    expect((await lane('call')).map((item) => item.split(/\s/)[0])).toEqual([
      'createOrder',
      'createPayment',
      'generateOtp',
      'submitOtp',
      'submitOtp',
    ]);
    await Promise.all([page.waitForNavigation(), page.click('a[href="/sandbox/"]')]);
    await waitForText('#orders article', 'TEA-7');
    expect(errors).toEqual([]);
  });

  test('buttons decide a pending payment in place of the bank', async () => {
    const { merchant, waitForText, page, sandbox } = await openControlPage();
    const { orderId } = await merchant.start('pays', { merchant_order_reference: 'TEA-9' });
    await waitForText('#orders article', 'As the bank');
    await page.click(`#order-${orderId} [value="hold"]`);
    await waitForText('#orders article', 'held');
    await page.click(`#order-${orderId} [value="approve"]`);
    await waitForText('#orders article .pill.good', 'PROCESSED');
    expect(sandbox.state.orders.get(orderId)?.status).toBe('PROCESSED');
    expect(await page.$(`#order-${orderId} [value="approve"]`)).toBeNull();
  });

  test('the filter shows the calls of an operation, a status or a reference', async () => {
    const { merchant, waitForText, page } = await openControlPage();
    const { paymentId } = await merchant.start('pays', { merchant_order_reference: 'TEA-10' });
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '000000');
    await waitForText('#calls', 'submitOtp');
    const shown = (): Promise<string[]> =>
      page.$$eval('#calls > .call:not([hidden]) summary > span:nth-child(2)', (all) =>
        all.map((each) => each.textContent),
      );
    await page.select('.filter [name="status"]', 'busy');
    expect(await shown()).toEqual(['submitOtp']);
    await page.select('.filter [name="status"]', '');
    await page.select('.filter [name="operation"]', 'generateOtp');
    expect(await shown()).toEqual(['generateOtp']);
    await page.select('.filter [name="operation"]', '');
    await page.type('.filter [name="q"]', 'tea-10');
    expect(await shown()).toEqual(['submitOtp', 'generateOtp', 'createPayment', 'createOrder']);
    await merchant.createOrder();
    await page.waitForSelector('#calls > .call[hidden]:first-child');
  });

  test('a hidden page counts its unread messages in the title', async () => {
    const { merchant, page, waitForText } = await openControlPage();
    const other = await page.browserContext().newPage();
    await other.bringToFront();
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }));
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await page.waitForFunction(() => document.title === '(1) Plural sandbox', { polling: 100 });
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: false });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    expect(await page.title()).toBe('Plural sandbox');
    await waitForText('#phone', '123456');
  });

  test('updates keep open entries, the focus and a selection', async () => {
    const { merchant, page, waitForText } = await openControlPage();
    await waitForText('#calls', 'getToken');
    await page.focus('#call-1 > summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#call-1 pre');
    await page.evaluate(() => {
      const response = document.querySelector('#call-1 pre');
      if (response !== null) getSelection()?.selectAllChildren(response);
    });
    const selected = await page.evaluate(() => String(getSelection()));
    await merchant.createOrder();
    await waitForText('#calls details:first-child', 'createOrder');
    expect(selected).toContain('grant_type');
    expect(await page.evaluate(() => String(getSelection()))).toBe(selected);
    expect(await page.$('#call-1[open] > summary:focus')).not.toBeNull();
  });

  test('calls show their bodies with secrets, card numbers, OTPs and tokens masked', async () => {
    const { merchant, page, waitForText } = await openControlPage();
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '918273');
    await waitForText('#calls', 'submitOtp');
    await page.evaluate(() => {
      for (const call of document.querySelectorAll<HTMLDetailsElement>('#calls > details')) call.open = true;
    });
    await page.waitForFunction(() => document.querySelectorAll('#calls > :not(:has(pre))').length === 0);
    const calls = await page.$eval('#calls', (list) => list.textContent);
    for (const shown of ['/api/auth/v1/token', 'card_number', 'Asha Rao', 'client_secret', '"otp"'])
      expect(calls).toContain(shown);
    for (const secret of ['4012001037141112', 'sandbox-secret', '"123"', '918273', merchant.token])
      expect(calls).not.toContain(secret);
  });

  test('a button applies a fault before or after the call takes effect, and another clears all faults', async () => {
    const { merchant, press, waitForText, sandbox, page } = await openControlPage();
    await press('applyFault', { operation: 'createOrder', fault: 'status', number: '503' });
    await waitForText('#status', 'The fault will be applied.');
    await waitForText('#faults', 'createOrder');
    expect((await merchant.createOrder()).status).toBe(503);
    await waitForText('#calls details:first-child .pill.bad', '503');
    await waitForText('#faults', 'No fault scripted');

    await press('applyFault', { operation: 'createOrder', fault: 'reset', effect: 'first' });
    await waitForText('#faults', 'takes effect first');
    // The number field is shown only for faults that use it.
    expect(await page.$eval('label.number', (label) => getComputedStyle(label).display)).toBe('none');
    await waitForText('#fault-description', 'The connection is reset');
    await expect(merchant.createOrder()).rejects.toThrow(TypeError);
    expect(sandbox.state.orders.size).toBe(1);

    await page.click('[value="rateLimit"]');
    await waitForText('#faults', 'rateLimit');
    await press('clearFaults');
    await waitForText('#faults', 'No fault scripted');

    await press('applyFault', { operation: '*', fault: 'hang', times: '0' });
    await waitForText('#faults', 'every time');
    await press('clearFaults');
    await waitForText('#faults', 'No fault scripted');
    expect((await merchant.createOrder()).status).toBe(200);
  });

  test('buttons resend a webhook to the URL that was set, and send one of another type', async () => {
    const sent: string[] = [];
    const { merchant, press, waitForText, sandbox, page } = await openControlPage({
      fetch: (request) => {
        sent.push(`${request.url} ${request.headers.get('webhook-id')}`);
        return Promise.resolve(new Response());
      },
    });
    await press('webhookUrl', { url: 'https://shop.test/hook' });
    await waitForText('#status', 'The webhook URL is set.');
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    await waitForText('#webhooks', 'delivered');
    await page.click('#webhooks .call:first-child > summary');
    await waitForText('#webhooks .call:first-child', 'webhook-signature');
    await page.click('#webhooks .call:first-child [value="resendWebhook"]');
    await page.waitForSelector('#webhooks .call:nth-child(2) .pill.good');
    const address = `https://shop.test/hook ${sandbox.state.deliveries[0]?.id}`;
    expect(sent).toEqual([address, address]);
    await page.reload();
    await press('sendWebhook', { eventType: 'ORDER_FAILED' });
    await waitForText('#webhooks', 'ORDER_FAILED');
    expect(sent).toHaveLength(3);
  });

  test('a button advances the clock, and due events run', async () => {
    const { merchant, press, waitForText, sandbox } = await openControlPage({ now: () => Date.UTC(2026, 0, 5, 6, 30) });
    const { paymentId } = await merchant.start('slow');
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    await waitForText('#orders', 'PENDING');
    await press('advance', { seconds: '90' });
    await waitForText('#clock', '06:31:30 UTC');
    await waitForText('#orders article .pill.good', 'PROCESSED');
    expect(sandbox.state.clockOffsetMs).toBe(90_000);
  });

  test('a setting is changed; an invalid value is reported on the page and changes nothing', async () => {
    const { page, waitForText, sandbox } = await openControlPage();
    await page.click('#settings > summary');
    const row = '#settings form:has([value="otpAttempts"])';
    await page.locator(`${row} input[type="number"]`).fill('5');
    await page.click(`${row} button`);
    await waitForText('#status', 'otpAttempts is set.');
    expect(sandbox.settings().otpAttempts).toBe(5);
    await page.$eval(`${row} input[type="number"]`, (field) => field.removeAttribute('max'));
    await page.locator(`${row} input[type="number"]`).fill('99');
    await page.click(`${row} button`);
    await waitForText('#status.error', '"otpAttempts" must be an integer from 1 to 10');
    expect(sandbox.settings().otpAttempts).toBe(5);
  });

  test('reports that the sandbox does not respond', async () => {
    const { page, server } = await openControlPage();
    expect(await page.$eval('#disconnected', (alert) => alert.checkVisibility())).toBe(false);
    await server.close();
    await page.waitForSelector('#disconnected', { visible: true });
  });

  test.each([390, 1280])('nothing is wider than a screen of %i px, with everything open', async (width) => {
    const { page, merchant, waitForText } = await openControlPage();
    await page.setViewport({ width, height: 800 });
    const order = { merchant_order_reference: 'R'.repeat(50), notes: 'n'.repeat(500) };
    const { paymentId } = await merchant.start('no-funds', order);
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    await waitForText('#calls', 'submitOtp');
    await waitForText('#orders', 'INSUFFICIENT_FUNDS');
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      const wide = await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
        document.querySelector('.filter')?.removeAttribute('hidden');
        const all = [...document.querySelectorAll('body *')];
        return all.filter((element) => element.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML);
      });
      expect(wide).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });

  test.each([
    [390, 1, 'below'],
    [1280, 3, 'next to'],
  ] as const)("at %i px there are %i columns, and a card's name is %s its number", async (width, columns, name) => {
    const { page } = await openControlPage();
    await page.setViewport({ width, height: 800 });
    const places = await page.evaluate(() => {
      document.querySelector('#cards')?.setAttribute('open', '');
      const at = (selector: string): number[] => {
        const { left, top } = document.querySelector(selector)?.getBoundingClientRect() ?? { left: 0, top: 0 };
        return [left, top];
      };
      const [number, title] = [at('#cards td'), at('#cards th')];
      return { lefts: ['#phone-head', '#orders-head', '#calls-head'].map((id) => at(id)[0]), number, title };
    });
    expect(new Set(places.lefts).size).toBe(columns);
    expect(places.number[name === 'below' ? 0 : 1]).toBe(places.title[name === 'below' ? 0 : 1]);
  });

  test('without script the page is the same, and its buttons work', async () => {
    const { merchant, server, sandbox } = await openControlPage();
    const page = await pages.browser.newPage();
    await page.setJavaScriptEnabled(false);
    await merchant.createOrder({ merchant_order_reference: 'TEA-8' });
    await page.goto(`${server.origin}/sandbox/`);
    expect(await page.$eval('#orders', (list) => list.textContent)).toContain('TEA-8');
    await Promise.all([page.waitForNavigation(), page.click('.clock [value="advance"]')]);
    expect(sandbox.state.clockOffsetMs).toBe(30_000);
    await page.close();
  });
});
