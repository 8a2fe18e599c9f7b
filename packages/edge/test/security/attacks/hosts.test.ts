/** Host and forwarded headers that try to move the origin or the return page. */
import { describe, expect, test } from 'vitest';
import {
  createBrowserRequest,
  startAndPrompt,
  createReturnRequest,
  rightOtp,
  createSignedReturn,
} from '../../support/test-shop.ts';

const idempotencyKey = 'a3f0d1c2-5b64-4e7f-9a81-2c3d4e5f6a7b';

describe('hosts and forwarded headers', () => {
  const lies = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-prefix': '/evil',
    'x-original-url': '/plural/payment',
    'x-rewrite-url': '/plural/payment',
    'x-original-method': 'GET',
    forwarded: 'for=203.0.113.9;host=evil.example;proto=http',
  };

  test.each(Object.entries(lies))(
    '%s changes neither route nor origin nor the target of a return',
    async (name, value) => {
      const { shop, page, orderId } = await startAndPrompt();
      const response = await page.post('otp/submit', { idempotencyKey, otp: rightOtp }, { [name]: value });
      expect(await response.json()).toMatchObject({ phase: 'confirming' });
      const asked = createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }));
      const back = await shop.handler.fetch(
        new Request(asked, { headers: { ...Object.fromEntries(asked.headers), [name]: value } }),
      );
      expect(back.headers.get('location')).toMatch(/^https:\/\/shop\.example\/return\?reference=[\w-]+$/);
    },
  );

  test('a request for another host gains nothing: that host’s origin is rejected, and a return keeps ours', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    const asked = createBrowserRequest(
      'otp/submit',
      { session: page.session, idempotencyKey, otp: rightOtp },
      { origin: 'https://evil.example' },
    );
    asked.headers.delete('sec-fetch-site');
    const response = await shop.handler.fetch(new Request('https://evil.example/plural/otp/submit', asked));
    expect(response.status).toBe(403);
    const back = createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }));
    const sent = await shop.handler.fetch(new Request('https://evil.example/plural/return', back));
    expect(sent.headers.get('location')).toMatch(/^https:\/\/shop\.example\//);
  });

  test('a return never redirects to where its fields or its query say', async () => {
    const { shop, orderId } = await startAndPrompt();
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    const asked = createReturnRequest(fields);
    const url = `${asked.url}?returnPage=https://evil.example&next=//evil.example&reference=x`;
    const { status, headers } = await shop.handler.fetch(new Request(url, asked));
    expect(status).toBe(303);
    expect(headers.get('location')).toMatch(/^https:\/\/shop\.example\/return\?reference=[\w-]+$/);
  });
});
