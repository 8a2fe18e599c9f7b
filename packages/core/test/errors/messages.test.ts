/** Every way to be wrong, and the whole sentence it is answered with: what was wrong, where, and what to do. */

import { expect, test } from 'vitest';
import {
  createPlural,
  errorTable,
  PluralError,
  verifyReturn,
  verifyWebhook,
  type PluralErrorCode,
  type ReturnFields,
  type VerifyReturnOptions,
  type VerifyWebhookOptions,
} from '@plural-otp/core';
import { signReturn, signWebhook } from '@plural-otp/core/testing';
import { calls, callNames, order, stubbed } from '../support/plural-stub.ts';

const secretKey = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const fields = { order_id: 'o-1', status: 'FAILED' };
const signature = 'A'.repeat(64);

const returned = (given: unknown, options: Partial<VerifyReturnOptions> = {}): Promise<unknown> =>
  verifyReturn(given as ReturnFields, { secretKey, ...options });
const webhook = (given: unknown, options: Partial<VerifyWebhookOptions> = {}): Promise<unknown> =>
  verifyWebhook(given as Request, { secret: 's', now: () => 0, ...options });
const headers = { 'webhook-id': 'm', 'webhook-timestamp': '1', 'webhook-signature': `v1,${'A'.repeat(43)}=` };
const client = (options: object): Promise<unknown> =>
  Promise.resolve().then(() =>
    createPlural({
      environment: 'uat',
      clientId: 'client-id',
      clientSecret: 'client-secret',
      ...options,
    }),
  );
const repeated = (name: string): URLSearchParams => {
  const query = new URLSearchParams({ ...fields, signature });
  query.append(name, 'a');
  query.append(name, 'b');
  return query;
};

const wrongs: Record<string, () => Promise<unknown>> = {
  'a return that is nothing': () => returned(null),
  'a return that is a list of numbers': () => returned([1, 2]),
  'a return without a signature': () => returned(fields),
  'a return whose signature is short': () => returned({ ...fields, signature: 'AB' }),
  'a return whose signature is no hex': () => returned({ ...fields, signature: 'x'.repeat(64) }),
  'a return without order_id': () => returned({ status: 'FAILED', signature }),
  'a return with an order_id that is too long': () => returned({ ...fields, order_id: 'o'.repeat(65), signature }),
  'a return with a space after its order_id': () => returned({ ...fields, order_id: 'o-1 ', signature }),
  'a return without status': () => returned({ order_id: 'o-1', signature }),
  'a return with a hyphen in its status': () => returned({ ...fields, status: 'A-B', signature }),
  'a return with a repeated field': () => returned(repeated('error_code')),
  'a return with a repeated field of an odd name': () => returned(repeated('<script>')),
  'a return with a repeated field of a long name': () => returned(repeated('a'.repeat(41))),
  'a return with a repeated field that begins oddly': () => returned(repeated('1abc')),
  'a return with a number': () => returned({ ...fields, order_id: 7, signature }),
  'a return with a lone surrogate': () => returned({ ...fields, error_message: '\uD800', signature }),
  'a return with = in a name': () => returned({ ...fields, 'a=b': '1', signature }),
  'a return with an empty name': () => returned({ ...fields, '': '1', signature }),
  'a return of another key': () => returned({ ...fields, signature }),
  'a secretKey that is no hex': () => returned({ ...fields, signature }, { secretKey: 'xyz' }),
  'a secretKey that is no Base64': () => returned({ ...fields, signature }, { secretKey: '*', keyEncoding: 'base64' }),
  'a secretKey that is empty': () => returned({ ...fields, signature }, { secretKey: '', keyEncoding: 'utf8' }),
  'a secretKey that is a number': () => returned({ ...fields, signature }, { secretKey: [7 as never] }),
  'no secretKey at all': () => returned({ ...fields, signature }, { secretKey: [] }),
  'an encoding nobody knows': () => returned({ ...fields, signature }, { keyEncoding: 'latin1' as never }),
  'signedFields without status': () => returned({ ...fields, signature }, { signedFields: ['order_id'] }),
  'signedFields that are no list': () => returned({ ...fields, signature }, { signedFields: 'some' as never }),
  'signing nothing that is a text': () => signReturn({ order_id: 7 as never }, { secretKey }),
  'signing with no secret': () => signReturn(fields, { secretKey: '' }),
  'signing a webhook with no secret': () => signWebhook({ body: {}, secret: '' }),
  'signing a webhook without a body': () => signWebhook({ body: undefined, secret: 's' }),
  'a webhook that is nothing': () => webhook(undefined),
  'a webhook without headers': () => webhook({ body: '{}' }),
  'a webhook with a parsed body': () => webhook({ headers, body: {} }),
  'a webhook without webhook-id': () => webhook({ headers: { ...headers, 'webhook-id': '' }, body: '{}' }),
  'a webhook without webhook-timestamp': () =>
    webhook({ headers: { ...headers, 'webhook-timestamp': '' }, body: '{}' }),
  'a webhook without webhook-signature': () =>
    webhook({ headers: { ...headers, 'webhook-signature': '' }, body: '{}' }),
  'a webhook with a date as its time': () =>
    webhook({ headers: { ...headers, 'webhook-timestamp': 'now' }, body: '{}' }),
  'a webhook of another version': () => webhook({ headers: { ...headers, 'webhook-signature': 'v2,A' }, body: '{}' }),
  'a webhook of another secret': () => webhook({ headers, body: '{}' }),
  'a webhook of a minute ago, where a second is allowed': async () =>
    webhook(await signWebhook({ body: {}, secret: 's', timestamp: 0 }), { now: () => 60_000, toleranceSeconds: 1 }),
  'a webhook that holds a list': async () => webhook(await signWebhook({ body: [], secret: 's', timestamp: 0 })),
  'a tolerance that is no number': () => webhook({ headers, body: '{}' }, { toleranceSeconds: Number.NaN }),
  'a request whose body was read': async () => {
    const request = new Request('https://shop.example', { method: 'POST', headers, body: '{}' });
    await request.text();
    return webhook(request);
  },
  'a request that breaks off': () =>
    webhook({ headers, bodyUsed: false, arrayBuffer: () => Promise.reject(new Error('gone')) }),
  'no options': () => Promise.resolve().then(() => createPlural(undefined as never)),
  'an environment nobody knows': () => client({ environment: 'staging' }),
  'a base URL with a path': () => client({ environment: { baseUrl: 'https://api.example/v1' } }),
  'a base URL without TLS': () => client({ environment: { baseUrl: 'http://api.example' } }),
  'credentials with white space, and functions that are none': () =>
    client({ clientId: ' a', clientSecret: '', fetch: 1, now: 1, newId: 1, onCall: 1, timeoutMs: 0, tokenStore: {} }),
  'a label for a key that is empty': () => stubbed([]).plural.deriveKey(''),
  'a timeout that is no number of milliseconds': () => stubbed([]).plural.getOrder('o-1', { timeoutMs: 0.5 }),
  'an order id that is a path': () => stubbed([]).plural.getOrder('../o-1'),
  'a reference that is empty': () => stubbed([]).plural.getOrderByReference(''),
  'an OTP that is a word': () => stubbed([]).plural.submitOtp('p-1', 'secret'),
  'an order that is a list': () => stubbed([]).plural.createOrder([] as never),
  'credentials that Plural refuses': () =>
    stubbed(Response.json({}), { token: Response.json({}, { status: 401 }) }).plural.getOrder('o-1'),
  'a wrong shape': () => stubbed(Response.json({ data: { order_id: 7 } })).plural.getOrder('o-1'),
  'a redirect': () => stubbed(new Response(null, { status: 302 })).plural.getOrder('o-1'),
  'an answer that is too large': () => stubbed(new Response('x'.repeat(300_000))).plural.getOrder('o-1'),
  'an order that exists with another amount': () =>
    stubbed([
      Response.json({ code: 'DUPLICATE_REQUEST' }, { status: 422 }),
      Response.json({ data: { ...order, order_amount: { value: 1, currency: 'INR' } } }),
    ]).plural.createOrder({ merchant_order_reference: 'order-1', order_amount: { value: 1100, currency: 'INR' } }),
  ...Object.fromEntries(
    callNames
      .filter((name) => name !== 'createOrder' && !name.startsWith('get'))
      .map((name) => [`${name}, cut off`, () => calls[name].run(stubbed(new TypeError('reset')).plural)]),
  ),
  'createOrder, whose duplicate could not be read': () =>
    stubbed([
      Response.json({ code: 'DUPLICATE_REQUEST' }, { status: 422 }),
      Response.json({}, { status: 404 }),
    ]).plural.createOrder({ merchant_order_reference: 'order-1', order_amount: { value: 1100, currency: 'INR' } }),
  'submitOtp, with no attempt left': () =>
    stubbed(Response.json({ next: ['NONE'] }, { status: 422 })).plural.submitOtp('p-1', '123456'),
  'submitOtp, refused without a word': () =>
    stubbed(Response.json({}, { status: 400 })).plural.submitOtp('p-1', '123456'),
};

test('each is told what was wrong, where, and what to do', async () => {
  let page = '';
  const say = (title: string, { code, outcome, message }: PluralError): void => {
    page += `${title}\n  ${code} ${outcome}\n  ${message}\n\n`;
  };
  for (const [title, act] of Object.entries(wrongs)) {
    const error = await act().catch((thrown: unknown) => thrown);
    if (!(error instanceof PluralError)) throw new Error(`${title}: ${String(error)}`);
    say(title, error);
  }
  for (const code of Object.keys(errorTable) as PluralErrorCode[]) say(`${code}, as such`, new PluralError(code));
  await expect(page).toMatchFileSnapshot('../fixtures/messages.txt');
});

test('facts stand in brackets, in the order status, reason, issues', () => {
  const issues = [
    { path: '', expected: 'an object' },
    { path: 'a.0', expected: 'a text' },
  ];
  const error = new PluralError('RESPONSE_INVALID', { operation: 'getOrder', status: 200, reason: 'ODD', issues });
  expect(error.message).toContain(
    'getOrder: the answer is not one Plural documents (HTTP 200, ODD, input: expected an object; a.0: expected a text). ',
  );
  expect(new PluralError('BUSY').message).toBe(
    'Plural is limiting requests. Keep everything as it is and try again later.',
  );
});

test('JSON holds code, outcome, operation, status and request id, and only what is known', () => {
  const upstream = { requestId: 'r-1', message: 'words', code: 'X' };
  const known = new PluralError('BUSY', { operation: 'getOrder', status: 429, upstream });
  expect(known.toJSON()).toStrictEqual({
    code: 'BUSY',
    outcome: 'none',
    operation: 'getOrder',
    status: 429,
    requestId: 'r-1',
  });
  expect(new PluralError('BUSY').toJSON()).toStrictEqual({ code: 'BUSY', outcome: 'none' });
});

test('the brand is the registered symbol, and says true', () => {
  const brand = Symbol.for('plural-otp.PluralError');
  expect((new PluralError('BUSY') as unknown as Record<symbol, unknown>)[brand]).toBe(true);
});
