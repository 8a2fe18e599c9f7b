/** Challenge URLs that lead away from the issuer’s page. */
import { describe, expect, test } from 'vitest';
import { validateChallengeUrl } from '../../../src/payment/challenge-url.ts';
import { createTestShop, catchPluralError } from '../../support/test-shop.ts';

describe('hostile challenge URLs', () => {
  const hosts = new Set(['acs.bank.example']);
  test.each([
    'https://acs.bank.example%2eevil.example/',
    'https://acs.bank.example%00.evil.example/',
    'https://acs。bank。example.evil.example/',
    'https://аcs.bank.example/', // a Cyrillic letter
    'https://acs.bank.example./',
    'https://acs.bank.example:444/',
    'https://acs.bank.example\t.evil.example/',
    'https:evil.example/acs.bank.example',
    'https://@acs.bank.example:pw@evil.example/',
    'https://:pw@acs.bank.example/',
    'http://acs.bank.example/',
    'ftp://acs.bank.example/',
    'javascript://acs.bank.example/%0aalert(1)',
    'blob:https://acs.bank.example/x',
    'view-source:https://acs.bank.example/',
    'https://[::1]/acs.bank.example',
  ])('%j is rejected', (url) => {
    expect(validateChallengeUrl(url, hosts)).toBeUndefined();
  });

  test('an odd spelling is normalised as the browser will read it', () => {
    expect(validateChallengeUrl('HTTPS:\\\\ACS.bank.example:443\\a b"<c>', hosts)).toBe(
      'https://acs.bank.example/a%20b%22%3Cc%3E',
    );
  });

  test('a payment whose challenge URL points elsewhere fails to start, and its page never gets the URL', async () => {
    const shop = createTestShop({
      network: async (request, send) => {
        const response = await send(request);
        if (!new URL(request.url).pathname.endsWith('/payments')) return response;
        const text = (await response.text()).replaceAll(
          /"challenge_url":"[^"]*"/g,
          '"challenge_url":"https://evil.example/acs?token=s3cret"',
        );
        return new Response(text, response);
      },
    });
    const orderId = await shop.createOrder();
    const refusal = await catchPluralError(shop.startPayment(orderId));
    expect(refusal.code).toBe('CHALLENGE_URL_REFUSED');
    expect(await shop.handler.resumePayment({ orderId })).toBeUndefined();
    expect(JSON.stringify([refusal, shop.problems])).not.toContain('s3cret');
  });
});
