import { createOtpPage } from '@plural-otp/edge/page';
import { describe, expect, test } from 'vitest';
import { createTestShop, shopOrigin, type TestShop } from '../support/test-shop.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

const takes: [string, (request: Request) => unknown][] = [
  ['was read', (request) => request.text()],
  ['is locked', (request) => request.body?.getReader()],
];
const lengths: [string, Record<string, string>][] = [
  ['of known length', { 'content-length': '3' }],
  ['of unknown length', {}],
];

describe.each(takes)('a body that %s before', (_taken, take) => {
  describe.each(lengths)('%s', (_length, length) => {
    const send = async (shop: TestShop, path: string, contentType: string): Promise<Response> => {
      const headers = { 'content-type': contentType, 'sec-fetch-site': 'same-origin', ...length };
      const request = new Request(`${shopOrigin}/plural/${path}`, { method: 'POST', body: 'a=b', headers });
      await take(request);
      return createOtpPage(shop.handler).fetch(request);
    };

    test.each([
      ['page', form],
      ['otp/submit', json],
      ['payment', json],
      ['webhook', json],
    ])('%s: 500, and reported as INTERNAL', async (path, contentType) => {
      const shop = createTestShop();
      expect((await send(shop, path, contentType)).status).toBe(500);
      expect(shop.problems).toEqual([{ code: 'INTERNAL' }]);
    });

    test('return: the customer is redirected as after a return that does not verify', async () => {
      const shop = createTestShop();
      const response = await send(shop, 'return', form);
      expect(response.headers.get('location')).toBe(`${shopOrigin}/return?problem=unverified`);
      expect(shop.problems).toEqual([{ code: 'INTERNAL' }, { code: 'RETURN_UNVERIFIED' }]);
    });
  });
});
