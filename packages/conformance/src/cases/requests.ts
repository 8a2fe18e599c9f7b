/** Cases of malformed, cross-site and otherwise invalid requests. */
import { routes } from '@plural-otp/flow/contract';
import { parseProblemResponse, parseViewResponse, type BackendRequest } from '../backend.ts';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import type { Customer } from '../customer.ts';
import type { TestContext } from '../context.ts';

const browserRoutes: readonly string[] = [routes.generate, routes.submit, routes.resend, routes.payment, routes.leave];

/** Builds a case that sends an invalid request to every browser route and expects this status and no call to Plural. */
const rejectedByEveryRoute =
  (status: number, buildRequest: (body: Record<string, string>, context: TestContext) => BackendRequest): Case['run'] =>
  async (context) => {
    const customer = await context.startWithOtp();
    const newCustomer = await context.start();
    const calls = await context.countCalls(async () => {
      for (const route of browserRoutes) {
        const sender = route === routes.generate ? newCustomer : customer;
        const response = await sender.send(route, buildRequest(sender.body(route), context));
        const { code } = parseProblemResponse(response, status);
        expectOneOf('the problem', code, 'INTERNAL');
      }
    });
    expectOneOf('calls', calls, {});
    expectOneOf('the phase', (await newCustomer.getView()).phase, 'ready');
    expectOneOf('the phase', (await customer.getView()).phase, 'awaitingOtp');
  };

/** Sends a body with these members changed and expects a 400. */
async function expectBadRequest(customer: Customer, route: string, members: object): Promise<void> {
  const response = await customer.send(route, { body: { ...customer.body(route), ...members } });
  parseProblemResponse(response, 400);
}

const invalidOtps = [
  '123456\n',
  '123',
  '123456789',
  '12345a',
  ' 123456',
  '１２３４５６',
  '',
  123_456,
  null,
  ['123456'],
];
const invalidKeys = [
  '0b9c1f4e-6a57-4d0e-9a38-3f1f6f2f6f11\n',
  'again',
  '',
  1,
  null,
  '0b9c1f4e-6a57-4d0e-9a38-3f1f6f2f6f1',
  '0b9c1f4e6a574d0e9a383f1f6f2f6f11',
];
/** Encodes a text with a byte that is no UTF-8 in place of its question mark. */
const withInvalidUtf8 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(new TextEncoder().encode(text), (byte) => (byte === 0x3f ? 0xff : byte));
const foreignOrigin = 'https://evil.example';

export const requests: readonly Case[] = defineCases('requests', {
  'only POST is allowed': async (context) => {
    const customer = await context.startWithOtp();
    for (const route of browserRoutes)
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
        const response = await customer.send(route, { method, body: customer.body(route) });
        parseProblemResponse(response, 405);
        const allowed = (response.headers.get('allow') ?? '').toUpperCase().split(/[\s,]+/);
        assert(allowed.includes('POST') && !allowed.includes(method), 'Allow: POST', response.headers.get('allow'));
      }
  },
  'an unknown path returns 404': async (context) => {
    const customer = await context.startWithOtp();
    for (const route of ['payment/', 'Payment', 'payments', 'otp', 'otp/submit/x'])
      parseProblemResponse(await customer.send(route, { body: customer.body('payment') }), 404);
  },
  'a form body is rejected': rejectedByEveryRoute(415, (body) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(body).toString(),
  })),
  'JSON with content type text/plain is rejected': rejectedByEveryRoute(415, (body) => ({
    headers: { 'content-type': 'text/plain' },
    body,
  })),
  'a body without a content type is rejected': rejectedByEveryRoute(415, (body) => ({
    headers: { 'content-type': undefined },
    body,
  })),
  'a content type with parameters is accepted': async (context) => {
    const customer = await context.start();
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    parseViewResponse(await customer.send(routes.payment, { headers, body: customer.body(routes.payment) }));
  },
  'malformed JSON is rejected': async (context) => {
    for (const text of ['', '{"session":']) await rejectedByEveryRoute(400, () => ({ body: text }))(context);
  },
  'JSON that is nested too deeply is rejected': rejectedByEveryRoute(400, () => ({ body: '['.repeat(4000) })),
  'invalid UTF-8 is rejected': rejectedByEveryRoute(400, (body) => ({
    body: withInvalidUtf8(JSON.stringify({ ...body, session: 'x?' })),
  })),
  'JSON that is not an object is rejected': async (context) => {
    for (const text of ['[]', '[{}]', 'null', '7', '"text"'])
      await rejectedByEveryRoute(400, () => ({ body: text }))(context);
  },
  'an unknown member is rejected': rejectedByEveryRoute(400, (body) => ({ body: { ...body, paymentId: 'v1-other' } })),
  'a session that is not a string is rejected': rejectedByEveryRoute(400, (body) => ({
    body: { ...body, session: 1 },
  })),
  'a session of characters that no encoding or database takes is rejected': async (context) => {
    const customer = await context.startWithOtp();
    for (const session of ['x\u0000', 'x\ud800', '\udfff'.repeat(30)])
      parseProblemResponse(await customer.send(routes.payment, { body: { session } }), 400, 401);
  },
  'a body of more than 4 KiB is rejected': rejectedByEveryRoute(413, (body) => ({
    body: { ...body, session: 'x'.repeat(5000) },
  })),
  'an idempotency key that is not a UUID is rejected': async (context) => {
    const customer = await context.startWithOtp();
    const calls = await context.countCalls(async () => {
      for (const route of [routes.generate, routes.submit, routes.resend, routes.leave]) {
        for (const idempotencyKey of invalidKeys) await expectBadRequest(customer, route, { idempotencyKey });
        await expectBadRequest(customer, route, { idempotencyKey: undefined });
      }
    });
    expectOneOf('calls', calls, {});
  },
  'an OTP that is not a string of 4 to 8 ASCII digits is rejected and never sent': async (context) => {
    const customer = await context.startWithOtp();
    const calls = await context.countCalls(async () => {
      for (const otp of invalidOtps) await expectBadRequest(customer, routes.submit, { otp });
      await expectBadRequest(customer, routes.submit, { otp: undefined });
    });
    expectOneOf('calls', calls, {});
  },
  'a destination other than bank, cancel and away is rejected': async (context) => {
    const customer = await context.startWithOtp();
    for (const to of ['bank\n', foreignOrigin, '', 'Bank', 1, null])
      await expectBadRequest(customer, routes.leave, { to });
  },
  'a cross-site request is rejected (CSRF)': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: foreignOrigin, 'sec-fetch-site': 'cross-site' },
    body,
  })),
  'a request of another site of the same domain is rejected': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: foreignOrigin, 'sec-fetch-site': 'same-site' },
    body,
  })),
  'a foreign origin without Sec-Fetch-Site is rejected': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: foreignOrigin, 'sec-fetch-site': undefined },
    body,
  })),
  'the origin null is rejected': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: 'null', 'sec-fetch-site': undefined },
    body,
  })),
  'an origin with the shop’s as a prefix is rejected': rejectedByEveryRoute(403, (body, { origin }) => ({
    headers: { origin: `${origin}.evil.example`, 'sec-fetch-site': undefined },
    body,
  })),
  'a navigation (Sec-Fetch-Site: none) is rejected': rejectedByEveryRoute(403, (body) => ({
    headers: { 'sec-fetch-site': 'none' },
    body,
  })),
  'a request without Origin and Sec-Fetch-Site is rejected': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: undefined, 'sec-fetch-site': undefined },
    body,
  })),
  'the shop’s origin without Sec-Fetch-Site is accepted': async (context) => {
    const customer = await context.start();
    const headers = { 'sec-fetch-site': undefined };
    parseViewResponse(await customer.send(routes.payment, { headers, body: customer.body(routes.payment) }));
  },
  'every response has no-store, nosniff, no-referrer and JSON': async (context) => {
    const customer = await context.startWithOtp();
    const exchanges: [string, BackendRequest][] = [
      ...browserRoutes.map((route): [string, BackendRequest] => [route, { body: customer.body(route) }]),
      [routes.payment, { method: 'GET' }],
      [routes.payment, { body: '' }],
      [routes.payment, { body: { session: 'x' } }],
      [routes.payment, { headers: { origin: foreignOrigin, 'sec-fetch-site': 'cross-site' } }],
      ['unknown', {}],
    ];
    for (const [route, request] of exchanges) {
      const { headers, status } = await customer.send(route, request);
      const expectHeader = (name: string, value: string): void =>
        assert(
          (headers.get(name) ?? '').toLowerCase().startsWith(value),
          `${name} ${value} on a ${status}`,
          headers.get(name),
        );
      expectHeader('cache-control', 'no-store');
      expectHeader('x-content-type-options', 'nosniff');
      expectHeader('referrer-policy', 'no-referrer');
      expectHeader('content-type', 'application/json');
    }
  },
  'no response sets a cookie or allows a foreign origin (CORS)': async (context) => {
    const customer = await context.startWithOtp();
    const headers = { origin: foreignOrigin, 'sec-fetch-site': 'cross-site', 'access-control-request-method': 'POST' };
    for (const route of Object.values(routes))
      for (const method of ['POST', 'OPTIONS', 'GET', 'POST with the origin null']) {
        const origin = method.endsWith('null') ? 'null' : foreignOrigin;
        const [verb] = method.split(' ', 1);
        const response = await customer.send(route, {
          ...(verb !== undefined && { method: verb }),
          headers: { ...headers, origin },
          body: customer.body(route),
        });
        const found = [...response.headers.keys()].filter((name) => /^set-cookie|^access-control-allow/.test(name));
        expectOneOf(`headers of ${response.request}`, found, []);
      }
  },
});
