import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ControlPage, type ControlPages, hasChromium, startControlPages } from '../support/control-page.ts';

// A browser may take long to start.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe.skipIf(!hasChromium)('the control page by keyboard alone', () => {
  let pages: ControlPages;
  beforeAll(async () => {
    pages = await startControlPages();
  });
  afterAll(() => pages.close());

  /** Presses Tab until an element that matches has the focus. */
  async function tabTo({ page }: ControlPage, selector: string): Promise<void> {
    for (let press = 0; press < 150; press += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    }
    throw new Error(`Tab never reached ${selector}`);
  }
  async function press(control: ControlPage, selector: string, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
    await tabTo(control, selector);
    await control.page.keyboard.press(key);
  }
  async function readClipboard({ page, server }: ControlPage): Promise<string> {
    await page.browserContext().overridePermissions(server.origin, ['clipboard-read', 'clipboard-sanitized-write']);
    return page.evaluate(() => navigator.clipboard.readText());
  }

  test.each([
    ['answerLost', 'submitOtp'],
    ['bankSlow', 'generateOtp'],
    ['rateLimit', 'rateLimit'],
    ['outage', 'every time'],
  ])('the preset %s scripts its fault, and the button beside it clears it', async (preset, shown) => {
    const control = await pages.open();
    await press(control, `[value="${preset}"]`);
    await control.waitForText('#faults', shown);
    expect(control.sandbox.state.faults).toHaveLength(1);
    await press(control, '[value="clearFaults"]');
    await control.waitForText('#faults', 'No fault scripted');
    expect(control.sandbox.state.faults).toHaveLength(0);
  });

  test.each([
    ['webhooksNever', 'never'],
    ['webhooksForged', 'wrongSignature'],
    ['webhooksNormal', 'normal'],
  ] as const)('the preset %s sets the mode of webhooks to %s', async (preset, mode) => {
    const control = await pages.open({ webhookMode: 'duplicate' });
    await press(control, `[value="${preset}"]`, 'Space');
    await control.waitForText('#status', 'Webhooks are');
    expect(control.sandbox.settings().webhookMode).toBe(mode);
  });

  test('each step of the clock moves it on, and the last two buttons reset clock and sandbox', async () => {
    const control = await pages.open();
    const { sandbox, merchant } = control;
    for (const seconds of [30, 600, 86_400]) {
      const before = sandbox.state.clockOffsetMs;
      await press(control, `.clock input[value="${seconds}"] + button`);
      await expect.poll(() => sandbox.state.clockOffsetMs - before).toBe(seconds * 1000);
    }
    await press(control, '[value="resetClock"]');
    await expect.poll(() => sandbox.state.clockOffsetMs).toBe(0);
    await merchant.createOrder();
    await control.waitForText('#orders', 'CREATED');
    await press(control, '[value="reset"]');
    await control.waitForText('#orders', 'No order yet');
    expect(sandbox.state.orders.size).toBe(0);
  });

  test.each([
    ['approve', 'PROCESSED'],
    ['decline', 'FAILED'],
  ])('the button %s decides a payment as the bank would', async (decision, status) => {
    const control = await pages.open();
    const { orderId } = await control.merchant.start('pays');
    await control.waitForText('#orders', 'As the bank');
    await press(control, `#order-${orderId} [value="${decision}"]`);
    await control.waitForText('#orders article', status);
    expect(control.sandbox.state.orders.get(orderId)?.payments[0]?.status).toBe(status);
  });

  test('calls are searched and filtered, and one is opened and copied as cURL, request and response', async () => {
    const control = await pages.open();
    const { page, merchant, waitForText } = control;
    await merchant.createOrder({ merchant_order_reference: 'TEA-21' });
    await merchant.createOrder({ merchant_order_reference: 'TEA-22' });
    await page.waitForSelector('#calls > .call:nth-child(3)');
    await tabTo(control, '.filter [name="q"]');
    await page.keyboard.type('tea-21');
    await tabTo(control, '.filter [name="operation"]');
    await page.keyboard.type('createOrder');
    await page.waitForFunction(() => document.querySelectorAll('#calls > .call:not([hidden])').length === 1);
    await press(control, '#calls > .call:not([hidden]) > summary');
    await waitForText('#calls > .call[open]', 'Copy as cURL');
    const copied: string[] = [];
    for (const label of ['Copy as cURL', 'Copy request', 'Copy response']) {
      await page.evaluate(() => {
        (document.querySelector('#status') as HTMLElement).textContent = '';
      });
      await tabTo(control, '#calls > .call[open] [data-copy]');
      expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe(label);
      await page.keyboard.press('Enter');
      await waitForText('#status', 'Copied.');
      copied.push(await readClipboard(control));
    }
    const [curl = '', request = '', response = ''] = copied;
    expect(curl).toContain('curl --request POST');
    expect(curl).not.toContain(merchant.token);
    expect(JSON.parse(request)).toMatchObject({ merchant_order_reference: 'TEA-21' });
    expect(JSON.parse(response)).toMatchObject({ data: { merchant_order_reference: 'TEA-21' } });
  });

  test('a webhook of a chosen type is sent, and sent again', async () => {
    const sent: string[] = [];
    const control = await pages.open({
      webhookUrl: 'https://shop.test/hook',
      fetch: async (request) => {
        sent.push(((await request.json()) as { event_type: string }).event_type);
        return new Response(null, { status: 204 });
      },
    });
    const { page, merchant, waitForText } = control;
    await merchant.createOrder({ merchant_order_reference: 'TEA-31' });
    await page.reload();
    await press(control, '#send-webhook > summary');
    await tabTo(control, '[name="eventType"]');
    await page.keyboard.type('REFUND_F');
    await press(control, '[value="sendWebhook"]');
    await waitForText('#webhooks', 'REFUND_FAILED');
    await press(control, '#webhooks > .call > summary');
    await waitForText('#webhooks > .call[open]', 'webhook-signature');
    await press(control, '#webhooks [value="resendWebhook"]');
    await expect.poll(() => sent).toEqual(['REFUND_FAILED', 'REFUND_FAILED']);
  });

  test('each card is copied by its number, and leads to the checkout of the shop that the settings name', async () => {
    const control = await pages.open();
    const { page, sandbox, waitForText } = control;
    expect(await page.$$('#cards a')).toEqual([]);
    sandbox.configure({ checkoutUrl: 'https://shop.test/checkout?from=sandbox' });
    await page.reload();
    await press(control, '#cards > summary');
    await press(control, '#cards [data-copy]');
    await waitForText('#status', 'Copied.');
    expect(await readClipboard(control)).toBe('4012001037141112');
    await tabTo(control, '#cards a');
    expect(await page.evaluate(() => (document.activeElement as HTMLAnchorElement).href)).toBe(
      'https://shop.test/checkout?from=sandbox&card=pays',
    );
  });
});
