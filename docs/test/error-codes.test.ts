/** Throws each code of the error table through the public API, so that the table has no unused code. */

import {
  createPlural,
  errorTable,
  isPluralError,
  verifyReturn,
  verifyWebhook,
  type Plural,
  type PluralErrorCode,
} from '@plural-otp/core';
import { signReturn, signWebhook } from '@plural-otp/core/testing';
import { expect, test } from 'vitest';
import { createTestShop, CustomerPage, plainCard, rightOtp } from '../../packages/edge/test/support/test-shop.ts';

const secretKey = '0a'.repeat(32);
const fields = { order_id: 'o-1', status: 'FAILED' };

/** Creates a client of a Plural that responds in one way to every call but the token call. */
function clientWith(status: number, body: object = {}, token: object = { access_token: 't' }): Plural {
  return createPlural({
    environment: { baseUrl: 'http://127.0.0.1:9' },
    clientId: 'id',
    clientSecret: 'secret',
    fetch: async (request) => (request.url.endsWith('/token') ? Response.json(token) : Response.json(body, { status })),
  });
}

/** Creates a client whose calls, except for the token call, go through `fetch`. */
function clientThrough(fetch: () => Promise<Response>): Plural {
  return createPlural({
    environment: { baseUrl: 'http://127.0.0.1:9' },
    clientId: 'id',
    clientSecret: 'secret',
    fetch: (request) =>
      request.url.endsWith('/token') ? Promise.resolve(Response.json({ access_token: 't' })) : fetch(),
  });
}

const neverSettles = (): Promise<never> => new Promise(() => undefined);
const orderBody = { merchant_order_reference: 'r-1', order_amount: { value: 100, currency: 'INR' } };

const failures: Record<PluralErrorCode, () => Promise<unknown>> = {
  OPTIONS_INVALID: async () => createPlural({ environment: 'uat', clientId: '', clientSecret: '' }),
  REQUEST_INVALID: () => clientWith(200).submitOtp('p-1', '12'),
  SECRET_KEY_INVALID: () => verifyReturn(fields, { secretKey: 'not hex' }),
  CREDENTIALS_REJECTED: () => clientWith(401).getOrder('o-1'),
  API_REJECTED: () => clientWith(404).getOrder('o-1'),
  BUSY: () => clientWith(429).submitOtp('p-1', '123456'),
  API_FAILED: () => clientWith(500).submitOtp('p-1', '123456'),
  TIMEOUT: () => clientThrough(neverSettles).submitOtp('p-1', '123456', { timeoutMs: 1 }),
  NETWORK_FAILED: () => clientThrough(() => Promise.reject(new TypeError('reset'))).submitOtp('p-1', '123456'),
  RESPONSE_INVALID: () => clientWith(200, { data: {} }).getOrder('o-1'),
  ABORTED: () => clientWith(200).getOrder('o-1', { signal: AbortSignal.abort() }),
  NATIVE_OTP_UNAVAILABLE: () => clientWith(422).generateOtp('p-1'),
  OTP_NOT_ACCEPTED: () => clientWith(422, { next: ['SUBMIT_OTP'] }).submitOtp('p-1', '123456'),
  ATTEMPTS_USED: () => clientWith(422, { next: ['NONE'] }).submitOtp('p-1', '123456'),
  RESEND_LIMIT: () => clientWith(422, { next: ['SUBMIT_OTP'] }).resendOtp('p-1'),
  RESEND_TOO_EARLY: () => clientWith(422, { next: ['RESEND_OTP'] }).resendOtp('p-1'),
  ORDER_MISMATCH: async () => {
    const shop = createTestShop();
    await shop.plural.createOrder(orderBody);
    return shop.plural.createOrder({ ...orderBody, order_amount: { value: 200, currency: 'INR' } });
  },
  SIGNATURE_MISSING: () => verifyReturn(fields, { secretKey }),
  SIGNATURE_MALFORMED: () => verifyReturn({ ...fields, signature: 'short' }, { secretKey }),
  SIGNATURE_MISMATCH: async () =>
    verifyReturn({ ...(await signReturn(fields, { secretKey })), status: 'PROCESSED' }, { secretKey }),
  SIGNATURE_EXPIRED: async () =>
    verifyWebhook(await signWebhook({ body: {}, secret: 's', timestamp: 0 }), { secret: 's' }),
  ORDER_ALREADY_PAID: async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
    await page.generate();
    await page.submit(rightOtp);
    shop.clock.advance(1);
    await page.getView();
    return shop.startPayment(orderId);
  },
  PAYMENT_UNDECIDED: async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    return shop.startPayment(orderId);
  },
  PAYMENT_MISMATCH: async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId, { reference: 'pay-1' });
    return shop.startPayment(orderId, { reference: 'pay-1', card: plainCard });
  },
  PAYMENT_UNKNOWN: async () => {
    const shop = createTestShop({
      network: (request, send) =>
        request.url.endsWith('/payments') ? Promise.reject(new TypeError('reset')) : send(request),
    });
    return shop.startPayment(await shop.createOrder());
  },
  CHALLENGE_URL_REFUSED: async () => {
    const shop = createTestShop({ sandboxOptions: { origin: 'https://acs.bank.example' } });
    return shop.startPayment(await shop.createOrder());
  },
  STORE_FAILED: async () => {
    const down = (): Promise<never> => Promise.reject(new Error('down'));
    const { handler } = createTestShop({ store: { load: down, save: down, claim: down } });
    return handler.settle('o-1');
  },
};

test.each(Object.keys(errorTable) as PluralErrorCode[])('%s is thrown', async (code) => {
  const error = await failures[code]().then(
    (value) => `nothing; returned ${JSON.stringify(value)}`,
    (thrown: unknown) => thrown,
  );
  expect(isPluralError(error) ? error.code : error).toBe(code);
});
