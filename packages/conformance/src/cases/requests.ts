import { routes } from '@plural-otp/flow/contract';
import { parseProblemResponse, parseViewResponse, type BackendRequest } from '../backend.ts';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import type { Customer } from '../customer.ts';
import type { TestContext } from '../context.ts';

const browserRoutes: readonly string[] = [routes.generate, routes.submit, routes.resend, routes.payment, routes.leave];

/** Sends the same wrong thing to every route of the page: each refuses it with this status, and nothing is sent on. */
const rejectedByEveryRoute =
  (status: number, buildRequest: (body: Record<string, string>, context: TestContext) => BackendRequest): Case['run'] =>
  async (context) => {
    const customer = await context.startWithOtp();
    const fresh = await context.start();
    const sent = await context.countOtpCalls(async () => {
      for (const route of browserRoutes) {
        const asking = route === routes.generate ? fresh : customer;
        const response = await asking.send(route, buildRequest(asking.body(route), context));
        const { code } = parseProblemResponse(response, status);
        expectOneOf('the problem', code, 'INTERNAL');
      }
    });
    expectOneOf('calls', sent, {});
    expectOneOf('the phase', (await fresh.getView()).phase, 'ready');
    expectOneOf('the phase', (await customer.getView()).phase, 'awaitingOtp');
  };

async function expectBadRequest(customer: Customer, route: string, deed: object): Promise<void> {
  const response = await customer.send(route, { body: { ...customer.body(route), ...deed } });
  parseProblemResponse(response, 400);
}

const invalidOtps = ['123', '123456789', '12345a', ' 123456', '１２３４５６', '', 123_456, null, ['123456']];
const invalidKeys = ['again', '', 1, null, '0b9c1f4e-6a57-4d0e-9a38-3f1f6f2f6f1', '0b9c1f4e6a574d0e9a383f1f6f2f6f11'];
const foreignOrigin = 'https://evil.example';

/** Requests that are not the contract's. */
export const requests: readonly Case[] = defineCases('requests', {
  'the methods are POST and no other': async (context) => {
    const customer = await context.startWithOtp();
    for (const route of browserRoutes)
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
        const response = await customer.send(route, { method, body: customer.body(route) });
        parseProblemResponse(response, 405);
        expectOneOf('Allow', response.headers.get('allow'), 'POST');
      }
  },
  'a path the contract does not name is not found': async (context) => {
    const customer = await context.startWithOtp();
    for (const route of ['payment/', 'Payment', 'payments', 'otp', 'otp/submit/x'])
      parseProblemResponse(await customer.send(route, { body: customer.body('payment') }), 404);
  },
  'a form is refused': rejectedByEveryRoute(415, (body) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(body).toString(),
  })),
  'JSON called text is refused': rejectedByEveryRoute(415, (body) => ({
    headers: { 'content-type': 'text/plain' },
    body,
  })),
  'a body of no type is refused': rejectedByEveryRoute(415, (body) => ({
    headers: { 'content-type': undefined },
    body,
  })),
  'a content type with parameters is JSON all the same': async (context) => {
    const customer = await context.start();
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    parseViewResponse(await customer.send(routes.payment, { headers, body: customer.body(routes.payment) }));
  },
  'a body that is no JSON is refused': rejectedByEveryRoute(400, () => ({ body: '{"session":' })),
  'an empty body is refused': rejectedByEveryRoute(400, () => ({ body: '' })),
  'a body that is no UTF-8 is refused': rejectedByEveryRoute(400, () => ({ body: new Uint8Array([0x22, 0xff, 0x22]) })),
  'a list is no body': rejectedByEveryRoute(400, (body) => ({ body: [body] })),
  'null is no body': rejectedByEveryRoute(400, () => ({ body: 'null' })),
  'a number is no body': rejectedByEveryRoute(400, () => ({ body: '7' })),
  'a member too many is refused': rejectedByEveryRoute(400, (body) => ({ body: { ...body, paymentId: 'v1-other' } })),
  'a session that is no text is refused': rejectedByEveryRoute(400, (body) => ({ body: { ...body, session: 1 } })),
  'a body of more than 4 KiB is refused': rejectedByEveryRoute(413, (body) => ({
    body: { ...body, session: 'x'.repeat(5000) },
  })),
  'an idempotency key is a UUID': async (context) => {
    const customer = await context.startWithOtp();
    const sent = await context.countOtpCalls(async () => {
      for (const route of [routes.generate, routes.submit, routes.resend, routes.leave]) {
        for (const idempotencyKey of invalidKeys) await expectBadRequest(customer, route, { idempotencyKey });
        await expectBadRequest(customer, route, { idempotencyKey: undefined });
      }
    });
    expectOneOf('calls', sent, {});
  },
  'a code is 4 to 8 ASCII digits as text; nothing else reaches Plural': async (context) => {
    const customer = await context.startWithOtp();
    const sent = await context.countOtpCalls(async () => {
      for (const otp of invalidOtps) await expectBadRequest(customer, routes.submit, { otp });
      await expectBadRequest(customer, routes.submit, { otp: undefined });
    });
    expectOneOf('calls', sent, {});
  },
  'a customer leaves for the bank or gives up, and goes nowhere else': async (context) => {
    const customer = await context.startWithOtp();
    for (const to of [foreignOrigin, '', 'Bank', 1, null]) await expectBadRequest(customer, routes.leave, { to });
  },
  'a page of another site is refused': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: foreignOrigin, 'sec-fetch-site': 'cross-site' },
    body,
  })),
  'a page of another site is refused by its origin alone': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: foreignOrigin, 'sec-fetch-site': undefined },
    body,
  })),
  'the origin null is refused': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: 'null', 'sec-fetch-site': undefined },
    body,
  })),
  'an origin that begins like the shop’s is refused': rejectedByEveryRoute(403, (body, { origin }) => ({
    headers: { origin: `${origin}.evil.example`, 'sec-fetch-site': undefined },
    body,
  })),
  'an address bar is refused': rejectedByEveryRoute(403, (body) => ({ headers: { 'sec-fetch-site': 'none' }, body })),
  'a request without origin and site is refused': rejectedByEveryRoute(403, (body) => ({
    headers: { origin: undefined, 'sec-fetch-site': undefined },
    body,
  })),
  'an old browser that sends the shop’s origin alone may call': async (context) => {
    const customer = await context.start();
    const headers = { 'sec-fetch-site': undefined };
    parseViewResponse(await customer.send(routes.payment, { headers, body: customer.body(routes.payment) }));
  },
  'every answer says no-store, nosniff, no-referrer and JSON': async (context) => {
    const customer = await context.startWithOtp();
    const asked: [string, BackendRequest][] = [
      [routes.payment, { body: customer.body(routes.payment) }],
      [routes.payment, { method: 'GET' }],
      [routes.payment, { body: '' }],
      [routes.payment, { body: { session: 'x' } }],
      [routes.payment, { headers: { origin: foreignOrigin, 'sec-fetch-site': 'cross-site' } }],
      ['nowhere', {}],
    ];
    for (const [route, how] of asked) {
      const { headers, status } = await customer.send(route, how);
      const expect = (name: string, value: string): void =>
        assert(
          (headers.get(name) ?? '').toLowerCase().startsWith(value),
          `${name} ${value} on a ${status}`,
          headers.get(name),
        );
      expect('cache-control', 'no-store');
      expect('x-content-type-options', 'nosniff');
      expect('referrer-policy', 'no-referrer');
      expect('content-type', 'application/json');
    }
  },
  'no answer sets a cookie or lets another site read it': async (context) => {
    const customer = await context.startWithOtp();
    const headers = { origin: foreignOrigin, 'sec-fetch-site': 'cross-site', 'access-control-request-method': 'POST' };
    for (const method of ['POST', 'OPTIONS', 'GET']) {
      const response = await customer.send(routes.payment, { method, headers, body: customer.body(routes.payment) });
      const found = [...response.headers.keys()].filter((name) => /^set-cookie|^access-control-allow/.test(name));
      expectOneOf('headers', found, []);
    }
  },
});
