/** Paths and methods that another program would read as a route. */
import { describe, expect, test } from 'vitest';
import { createBrowserRequest, startAndPrompt, rightOtp, shopOrigin } from '../../support/test-shop.ts';

const idempotencyKey = 'a3f0d1c2-5b64-4e7f-9a81-2c3d4e5f6a7b';

describe('ambiguous paths and methods', () => {
  test.each([
    '//plural/otp/submit',
    '/plural//otp/submit',
    '/plural/otp/submit/',
    '/plural/otp/submit;v=1',
    '/plural;/otp/submit',
    '/plural/otp%2fsubmit',
    '/plural/otp/submit%00',
    '/plural/otp/submit%20',
    '/plural/OTP/submit',
    '/Plural/otp/submit',
    '/plural/otp/submit.json',
    '/plural/otp',
    '/plural/',
    '/plural/constructor',
    '/plural/__proto__',
    '/pluralotp/submit',
  ])('%s is not a route', async (path) => {
    const { shop, page } = await startAndPrompt();
    const asked = createBrowserRequest('otp/submit', { session: page.session, idempotencyKey, otp: rightOtp });
    const response = await shop.handler.fetch(new Request(shopOrigin + path, asked));
    expect(response.status).toBe(404);
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'HEAD', 'GET', 'OPTIONS', 'PROPFIND', 'post2'])(
    'the method %s submits nothing',
    async (method) => {
      const { shop, page } = await startAndPrompt();
      const body = JSON.stringify({ session: page.session, idempotencyKey, otp: rightOtp });
      const response = await shop.handler.fetch(
        new Request(`${shopOrigin}/plural/otp/submit`, {
          method,
          headers: { 'content-type': 'application/json', 'x-http-method-override': 'POST', origin: shopOrigin },
          ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
        }),
      );
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
      expect(shop.callCount('submitOtp')).toBe(0);
    },
  );

  test('a session in the URL is not accepted', async () => {
    const { shop, page } = await startAndPrompt();
    const query = new URLSearchParams({ session: page.session, idempotencyKey, otp: rightOtp });
    for (const body of ['{}', '']) {
      const asked = createBrowserRequest('otp/submit', body);
      expect((await shop.handler.fetch(new Request(`${asked.url}?${query}`, asked))).status).toBe(400);
    }
    expect(shop.callCount('submitOtp')).toBe(0);
  });
});
