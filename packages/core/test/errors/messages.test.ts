/** Snapshot of the message of every failure: what is wrong, where, and what to do. */

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
import { calls, callNames, order, stubPlural } from '../support/plural-stub.ts';

const secretKey = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const fields = { order_id: 'o-1', status: 'FAILED' };
const signature = 'A'.repeat(64);

const verifyFields = (input: unknown, options: Partial<VerifyReturnOptions> = {}): Promise<unknown> =>
  verifyReturn(input as ReturnFields, { secretKey, ...options });
const verifyMessage = (input: unknown, options: Partial<VerifyWebhookOptions> = {}): Promise<unknown> =>
  verifyWebhook(input as Request, { secret: 's', now: () => 0, ...options });
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
const withRepeatedField = (name: string): URLSearchParams => {
  const query = new URLSearchParams({ ...fields, signature });
  query.append(name, 'a');
  query.append(name, 'b');
  return query;
};

const failures: Record<string, () => Promise<unknown>> = {
  'a return that is null': () => verifyFields(null),
  'a return that is a list of numbers': () => verifyFields([1, 2]),
  'a return without a signature': () => verifyFields(fields),
  'a return whose signature is short': () => verifyFields({ ...fields, signature: 'AB' }),
  'a return whose signature is not hex': () => verifyFields({ ...fields, signature: 'x'.repeat(64) }),
  'a return without order_id': () => verifyFields({ status: 'FAILED', signature }),
  'a return with an order_id that is too long': () => verifyFields({ ...fields, order_id: 'o'.repeat(65), signature }),
  'a return with a space after its order_id': () => verifyFields({ ...fields, order_id: 'o-1 ', signature }),
  'a return without status': () => verifyFields({ order_id: 'o-1', signature }),
  'a return with a hyphen in its status': () => verifyFields({ ...fields, status: 'A-B', signature }),
  'a return with a repeated field': () => verifyFields(withRepeatedField('error_code')),
  'a return with a repeated field of an odd name': () => verifyFields(withRepeatedField('<script>')),
  'a return with a repeated field of a long name': () => verifyFields(withRepeatedField('a'.repeat(41))),
  'a return with a repeated field whose name begins with a digit': () => verifyFields(withRepeatedField('1abc')),
  'a return with a number': () => verifyFields({ ...fields, order_id: 7, signature }),
  'a return with a lone surrogate': () => verifyFields({ ...fields, error_message: '\uD800', signature }),
  'a return with = in a name': () => verifyFields({ ...fields, 'a=b': '1', signature }),
  'a return with an empty name': () => verifyFields({ ...fields, '': '1', signature }),
  'a return signed with another key': () => verifyFields({ ...fields, signature }),
  'a secretKey that is not hex': () => verifyFields({ ...fields, signature }, { secretKey: 'xyz' }),
  'a secretKey that is not Base64': () =>
    verifyFields({ ...fields, signature }, { secretKey: '*', keyEncoding: 'base64' }),
  'a secretKey that is empty': () => verifyFields({ ...fields, signature }, { secretKey: '', keyEncoding: 'utf8' }),
  'a secretKey that is a number': () => verifyFields({ ...fields, signature }, { secretKey: [7 as never] }),
  'no secretKey at all': () => verifyFields({ ...fields, signature }, { secretKey: [] }),
  'an unknown encoding': () => verifyFields({ ...fields, signature }, { keyEncoding: 'latin1' as never }),
  'signedFields without status': () => verifyFields({ ...fields, signature }, { signedFields: ['order_id'] }),
  'signedFields that are no list': () => verifyFields({ ...fields, signature }, { signedFields: 'some' as never }),
  'signing a field that is a number': () => signReturn({ order_id: 7 as never }, { secretKey }),
  'signing with no secret': () => signReturn(fields, { secretKey: '' }),
  'signing a webhook with no secret': () => signWebhook({ body: {}, secret: '' }),
  'signing a webhook without a body': () => signWebhook({ body: undefined, secret: 's' }),
  'a webhook that is undefined': () => verifyMessage(undefined),
  'a webhook without headers': () => verifyMessage({ body: '{}' }),
  'a webhook with a parsed body': () => verifyMessage({ headers, body: {} }),
  'a webhook without webhook-id': () => verifyMessage({ headers: { ...headers, 'webhook-id': '' }, body: '{}' }),
  'a webhook without webhook-timestamp': () =>
    verifyMessage({ headers: { ...headers, 'webhook-timestamp': '' }, body: '{}' }),
  'a webhook without webhook-signature': () =>
    verifyMessage({ headers: { ...headers, 'webhook-signature': '' }, body: '{}' }),
  'a webhook with a date as its time': () =>
    verifyMessage({ headers: { ...headers, 'webhook-timestamp': 'now' }, body: '{}' }),
  'a webhook of another version': () =>
    verifyMessage({ headers: { ...headers, 'webhook-signature': 'v2,A' }, body: '{}' }),
  'a webhook signed with another secret': () => verifyMessage({ headers, body: '{}' }),
  'a webhook of a minute ago with a tolerance of a second': async () =>
    verifyMessage(await signWebhook({ body: {}, secret: 's', timestamp: 0 }), {
      now: () => 60_000,
      toleranceSeconds: 1,
    }),
  'a webhook that holds a list': async () => verifyMessage(await signWebhook({ body: [], secret: 's', timestamp: 0 })),
  'a tolerance that is no number': () => verifyMessage({ headers, body: '{}' }, { toleranceSeconds: Number.NaN }),
  'a request whose body was read': async () => {
    const request = new Request('https://shop.example', { method: 'POST', headers, body: '{}' });
    await request.text();
    return verifyMessage(request);
  },
  'a request that is cut off': () =>
    verifyMessage({ headers, bodyUsed: false, arrayBuffer: () => Promise.reject(new Error('gone')) }),
  'no options': () => Promise.resolve().then(() => createPlural(undefined as never)),
  'an unknown environment': () => client({ environment: 'staging' }),
  'a base URL with a path': () => client({ environment: { baseUrl: 'https://api.example/v1' } }),
  'a base URL without TLS': () => client({ environment: { baseUrl: 'http://api.example' } }),
  'credentials with white space, and functions that are no functions': () =>
    client({ clientId: ' a', clientSecret: '', fetch: 1, now: 1, newId: 1, onCall: 1, timeoutMs: 0, tokenStore: {} }),
  'a label for a key that is empty': () => stubPlural([]).plural.deriveKey(''),
  'a timeout that is no number of milliseconds': () => stubPlural([]).plural.getOrder('o-1', { timeoutMs: 0.5 }),
  'an order id that is a path': () => stubPlural([]).plural.getOrder('../o-1'),
  'a reference that is empty': () => stubPlural([]).plural.getOrderByReference(''),
  'an OTP that is a word': () => stubPlural([]).plural.submitOtp('p-1', 'secret'),
  'an order that is a list': () => stubPlural([]).plural.createOrder([] as never),
  'credentials that Plural rejects': () =>
    stubPlural(Response.json({}), { token: Response.json({}, { status: 401 }) }).plural.getOrder('o-1'),
  'a response of another shape': () => stubPlural(Response.json({ data: { order_id: 7 } })).plural.getOrder('o-1'),
  'a redirect': () => stubPlural(new Response(null, { status: 302 })).plural.getOrder('o-1'),
  'a response that is too large': () => stubPlural(new Response('x'.repeat(300_000))).plural.getOrder('o-1'),
  'an order that exists with another amount': () =>
    stubPlural([
      Response.json({ code: 'DUPLICATE_REQUEST' }, { status: 422 }),
      Response.json({ data: { ...order, order_amount: { value: 1, currency: 'INR' } } }),
    ]).plural.createOrder({ merchant_order_reference: 'order-1', order_amount: { value: 1100, currency: 'INR' } }),
  ...Object.fromEntries(
    callNames
      .filter((name) => name !== 'createOrder' && !name.startsWith('get'))
      .map((name) => [`${name}, connection reset`, () => calls[name].run(stubPlural(new TypeError('reset')).plural)]),
  ),
  'createOrder, whose duplicate could not be read': () =>
    stubPlural([
      Response.json({ code: 'DUPLICATE_REQUEST' }, { status: 422 }),
      Response.json({}, { status: 404 }),
    ]).plural.createOrder({ merchant_order_reference: 'order-1', order_amount: { value: 1100, currency: 'INR' } }),
  'submitOtp, with no attempt left': () =>
    stubPlural(Response.json({ next: ['NONE'] }, { status: 422 })).plural.submitOtp('p-1', '123456'),
  'submitOtp, rejected without a body': () =>
    stubPlural(Response.json({}, { status: 400 })).plural.submitOtp('p-1', '123456'),
};

test('every message says what is wrong, where, and what to do', async () => {
  let page = '';
  const append = (title: string, { code, outcome, message }: PluralError): void => {
    page += `${title}\n  ${code} ${outcome}\n  ${message}\n\n`;
  };
  for (const [title, fail] of Object.entries(failures)) {
    const error = await fail().catch((thrown: unknown) => thrown);
    if (!(error instanceof PluralError)) throw new Error(`${title}: ${String(error)}`);
    append(title, error);
  }
  for (const code of Object.keys(errorTable) as PluralErrorCode[]) append(`${code} alone`, new PluralError(code));
  await expect(page).toMatchFileSnapshot('../fixtures/messages.txt');
});

test('facts are in brackets, in the order status, reason, issues', () => {
  const issues = [
    { path: '', expected: 'an object' },
    { path: 'a.0', expected: 'a string' },
  ];
  const error = new PluralError('RESPONSE_INVALID', { operation: 'getOrder', status: 200, reason: 'ODD', issues });
  expect(error.message).toContain(
    'getOrder: the response does not have a form that Plural documents (HTTP 200, ODD, input: expected an object; a.0: expected a string). ',
  );
  expect(new PluralError('RESEND_LIMIT').message).toBe(
    'no further OTP will be sent for this payment. Let the customer enter the OTP that arrived, or offer the bank’s page.',
  );
});

test('toJSON returns code, outcome, operation, status and request id, each if known', () => {
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

test('the brand is the registered symbol', () => {
  const brand = Symbol.for('plural-otp.PluralError');
  expect((new PluralError('BUSY') as unknown as Record<symbol, unknown>)[brand]).toBe(true);
});
