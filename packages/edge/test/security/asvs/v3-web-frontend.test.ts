/** OWASP Application Security Verification Standard 5.0, chapter V3: requirements an OTP handler can meet by itself. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  createBrowserRequest,
  startAndPrompt,
  createReturnRequest,
  rightOtp,
  shopOrigin,
  createSignedReturn,
  createSignedWebhook,
} from '../../support/test-shop.ts';

const idempotencyKey = (): string => randomUUID();

describe('V3 web frontend', () => {
  const everyAnswer = async (): Promise<Response[]> => {
    const { shop, page, orderId } = await startAndPrompt();
    return [
      await page.post('payment', {}),
      await page.post('payment', { session: 'x' }),
      await page.post('payment', { unknown: 1 }),
      await shop.handler.fetch(new Request(`${shopOrigin}/plural/nothing`)),
      await shop.handler.fetch(new Request(`${shopOrigin}/plural/payment`)),
      await shop.handler.fetch(createBrowserRequest('payment', {}, { 'sec-fetch-site': 'cross-site' })),
      await shop.handler.fetch(createBrowserRequest('payment', {}, { 'content-type': 'text/plain' })),
      await shop.handler.fetch(createBrowserRequest('payment', { session: 'x'.repeat(5000) })),
      await shop.handler.fetch(createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'FAILED' }))),
      await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_FAILED', { order_id: orderId })),
      await shop.handler.fetch(new Request(shop.handler.webhookUrl, { method: 'POST', body: '{}' })),
    ];
  };

  test('3.4.2: CORS names one listed origin or none, and never any origin or credentials', async () => {
    const front = 'https://pay.shop.example';
    const { shop, page } = await startAndPrompt({ allowedOrigins: [front] });
    const allowed = async (origin: string): Promise<(string | null)[]> => {
      const { headers } = await shop.handler.fetch(
        createBrowserRequest('payment', { session: page.session }, { origin }),
      );
      return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')];
    };
    expect(await allowed(front)).toEqual([front, null]);
    for (const origin of ['https://evil.example', 'null', `${front}.evil.example`, 'http://pay.shop.example']) {
      expect(await allowed(origin), origin).toEqual([null, null]);
    }
  });

  test.each([
    [
      '3.4.3: allows no object and no base URL by its content security policy',
      'content-security-policy',
      /default-src 'none'.*base-uri 'none'/,
    ],
    ['3.4.4: forbids content sniffing', 'x-content-type-options', /^nosniff$/],
    ['3.4.5: sends no referrer', 'referrer-policy', /^no-referrer$/],
    ['3.4.6: forbids framing', 'content-security-policy', /frame-ancestors 'none'/],
    ['14.3.2: forbids caching', 'cache-control', /^no-store$/],
  ])('every response, of each route and error, %s', async (_rule, header, value) => {
    const answers = await everyAnswer();
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 400, 404, 405, 403, 415, 413, 303, 204, 403]);
    for (const { headers } of answers) expect(headers.get(header)).toMatch(value);
  });

  test('3.5.1, 3.5.2: a request that browsers send without a preflight changes nothing (CSRF)', async () => {
    const { shop, page } = await startAndPrompt();
    const body = JSON.stringify({ session: page.session, idempotencyKey: idempotencyKey(), otp: rightOtp });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      for (const site of ['same-origin', 'same-site', 'cross-site']) {
        const headers = { 'content-type': type, 'sec-fetch-site': site };
        const { status } = await shop.handler.fetch(createBrowserRequest('otp/submit', body, headers));
        expect(status).toBe(site === 'same-origin' ? 415 : 403);
      }
    }
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('3.5.3: a route that changes state accepts only POST', async () => {
    const { shop } = await startAndPrompt();
    for (const route of ['otp/generate', 'otp/submit', 'otp/resend', 'payment', 'payment/leave', 'webhook']) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
        const response = await shop.handler.fetch(new Request(`${shopOrigin}/plural/${route}`, { method }));
        expect([response.status, response.headers.get('allow')], `${method} ${route}`).toEqual([405, 'POST']);
      }
    }
  });

  test('3.7.2: the only redirect leads to the configured page', async () => {
    const { shop, orderId } = await startAndPrompt();
    const fields = await createSignedReturn({
      order_id: orderId,
      status: 'AUTHORIZED',
      error_message: 'https://evil.example',
    });
    for (const body of [fields, new URLSearchParams({ url: 'https://evil.example' })]) {
      const { headers } = await shop.handler.fetch(createReturnRequest(body));
      expect(headers.get('location')).toMatch(/^https:\/\/shop\.example\/return\?(?:reference|problem)=[\w-]+$/);
    }
  });
});
