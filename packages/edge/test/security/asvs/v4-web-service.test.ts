/** OWASP Application Security Verification Standard 5.0, chapter V4: requirements an OTP handler can meet by itself. */
import { describe, expect, test } from 'vitest';
import {
  startAndPrompt,
  createReturnRequest,
  shopOrigin,
  createSignedReturn,
  createSignedWebhook,
} from '../../support/test-shop.ts';

describe('V4 web service', () => {
  test('4.1.1: every body is declared as JSON in UTF-8, and is', async () => {
    const { shop, page } = await startAndPrompt();
    const answers = [await page.post('payment', {}), await page.post('payment', { session: 'x' })];
    answers.push(await shop.handler.fetch(new Request(`${shopOrigin}/plural/nothing`)));
    for (const response of answers) {
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(typeof (await response.json())).toBe('object');
    }
  });

  test('4.1.3, 15.3.4: no forwarded header is read, so none can be forged', async () => {
    const { shop, page } = await startAndPrompt();
    const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' };
    const refused = await page.post(
      'payment',
      {},
      { ...forged, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    );
    expect(refused.status).toBe(403);
    expect((await page.post('payment', {}, forged)).status).toBe(200);
    expect(shop.handler.returnUrl).toBe(`${shopOrigin}/plural/return`);
  });

  test('4.1.5: a return or webhook is trusted only with its signature, and then the order is read', async () => {
    const { shop, orderId } = await startAndPrompt();
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    fields.set('status', 'FAILED');
    const reads = shop.callCount('getOrder');
    shop.clock.advance(1);
    await shop.handler.fetch(createReturnRequest(fields));
    const webhook = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const other = { method: 'POST', headers: webhook.headers, body: '{"event_type":"ORDER_PROCESSED"}' };
    await shop.handler.fetch(new Request(webhook.url, other));
    expect(shop.callCount('getOrder')).toBe(reads);
    await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }));
    expect(shop.callCount('getOrder')).toBe(reads + 1);
    expect(shop.verdicts, 'the order is not paid, whatever the signed event says').toEqual([]);
  });
});
