/** Origins of webviews, and values that are no origin. */
import { isPluralError } from '@plural-otp/core';
import { createOtpHandler } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { createTestShop, createBrowserRequest, startAndPrompt, shopOrigin } from '../../support/test-shop.ts';

describe('origins of webviews', () => {
  const listed = (origin: string) => async (): Promise<number> => {
    const shop = createTestShop({ allowedOrigins: [origin] });
    const { client } = await shop.startPayment(await shop.createOrder());
    const asked = createBrowserRequest('payment', { session: client.session }, { origin });
    asked.headers.delete('sec-fetch-site');
    return (await shop.handler.fetch(asked)).status;
  };

  test.each([
    'capacitor://localhost',
    'ionic://localhost',
    'https://localhost',
    'http://localhost',
    'app://shop.example',
  ])('%s is allowed once it is listed, and not before', async (origin) => {
    expect(await listed(origin)()).toBe(200);
    const { shop, page } = await startAndPrompt();
    const asked = createBrowserRequest(
      'payment',
      { session: page.session },
      { origin, 'sec-fetch-site': 'cross-site' },
    );
    expect((await shop.handler.fetch(asked)).status).toBe(403);
  });

  test.each([
    'null',
    '*',
    'file://',
    'file:///android_asset',
    'android-app',
    'android-app://in.example.shop/path',
    'https://localhost/',
    'https://LOCALHOST',
    'https://shop.example:443',
    'https://user@shop.example',
    'https://shop.example?x',
    'https://*.shop.example',
    'shop.example',
    '//shop.example',
    '',
  ])('%j cannot be listed', (origin) => {
    const { plural, store } = createTestShop();
    let thrown: unknown;
    try {
      createOtpHandler({ plural, store, origin: shopOrigin, onVerdict: false, allowedOrigins: [origin] });
    } catch (error) {
      thrown = error;
    }
    expect(isPluralError(thrown) && thrown.issues?.map(({ path }) => path)).toEqual(['allowedOrigins']);
  });

  test('the origin null is rejected, also when another origin is listed and the session is valid', async () => {
    const shop = createTestShop({ allowedOrigins: ['capacitor://localhost'] });
    const { client } = await shop.startPayment(await shop.createOrder());
    for (const site of ['cross-site', 'same-site', 'none']) {
      const asked = createBrowserRequest(
        'payment',
        { session: client.session },
        { origin: 'null', 'sec-fetch-site': site },
      );
      const response = await shop.handler.fetch(asked);
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });
});
