import { routes } from '@plural-otp/flow/contract';
import { problemIn, viewIn, type Asked } from '../backend.ts';
import { expectOneOf, hold } from '../assert.ts';
import { group, type Case } from '../case.ts';
import type { Customer } from '../customer.ts';
import type { World } from '../context.ts';

const pageRoutes: readonly string[] = [routes.generate, routes.submit, routes.resend, routes.payment, routes.leave];

/** Sends the same wrong thing to every route of the page: each refuses it with this status, and nothing is sent on. */
const refusedEverywhere =
  (status: number, bend: (body: Record<string, string>, world: World) => Asked): Case['run'] =>
  async (world) => {
    const customer = await world.prompted();
    const fresh = await world.start();
    const sent = await world.sent(async () => {
      for (const route of pageRoutes) {
        const asking = route === routes.generate ? fresh : customer;
        const answer = await asking.send(route, bend(asking.body(route), world));
        const { code } = problemIn(answer, status);
        expectOneOf('the problem', code, 'INTERNAL');
      }
    });
    expectOneOf('calls', sent, {});
    expectOneOf('the phase', (await fresh.look()).phase, 'ready');
    expectOneOf('the phase', (await customer.look()).phase, 'awaitingOtp');
  };

async function refused(customer: Customer, route: string, deed: object): Promise<void> {
  const answer = await customer.send(route, { body: { ...customer.body(route), ...deed } });
  problemIn(answer, 400);
}

const wrongCodes = ['123', '123456789', '12345a', ' 123456', '１２３４５６', '', 123_456, null, ['123456']];
const wrongActs = ['again', '', 1, null, '0b9c1f4e-6a57-4d0e-9a38-3f1f6f2f6f1', '0b9c1f4e6a574d0e9a383f1f6f2f6f11'];
const foreign = 'https://evil.example';

/** Requests that are not the contract's. */
export const requests: readonly Case[] = group('requests', {
  'the methods are POST and no other': async (world) => {
    const customer = await world.prompted();
    for (const route of pageRoutes)
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
        const answer = await customer.send(route, { method, body: customer.body(route) });
        problemIn(answer, 405);
        expectOneOf('Allow', answer.headers.get('allow'), 'POST');
      }
  },
  'a path the contract does not name is not found': async (world) => {
    const customer = await world.prompted();
    for (const route of ['payment/', 'Payment', 'payments', 'otp', 'otp/submit/x'])
      problemIn(await customer.send(route, { body: customer.body('payment') }), 404);
  },
  'a form is refused': refusedEverywhere(415, (body) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(body).toString(),
  })),
  'JSON called text is refused': refusedEverywhere(415, (body) => ({
    headers: { 'content-type': 'text/plain' },
    body,
  })),
  'a body of no type is refused': refusedEverywhere(415, (body) => ({ headers: { 'content-type': undefined }, body })),
  'a content type with parameters is JSON all the same': async (world) => {
    const customer = await world.start();
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    viewIn(await customer.send(routes.payment, { headers, body: customer.body(routes.payment) }));
  },
  'a body that is no JSON is refused': refusedEverywhere(400, () => ({ body: '{"session":' })),
  'an empty body is refused': refusedEverywhere(400, () => ({ body: '' })),
  'a body that is no UTF-8 is refused': refusedEverywhere(400, () => ({ body: new Uint8Array([0x22, 0xff, 0x22]) })),
  'a list is no body': refusedEverywhere(400, (body) => ({ body: [body] })),
  'null is no body': refusedEverywhere(400, () => ({ body: 'null' })),
  'a number is no body': refusedEverywhere(400, () => ({ body: '7' })),
  'a member too many is refused': refusedEverywhere(400, (body) => ({ body: { ...body, paymentId: 'v1-other' } })),
  'a session that is no text is refused': refusedEverywhere(400, (body) => ({ body: { ...body, session: 1 } })),
  'a body of more than 4 KiB is refused': refusedEverywhere(413, (body) => ({
    body: { ...body, session: 'x'.repeat(5000) },
  })),
  'an idempotency key is a UUID': async (world) => {
    const customer = await world.prompted();
    const sent = await world.sent(async () => {
      for (const route of [routes.generate, routes.submit, routes.resend, routes.leave]) {
        for (const idempotencyKey of wrongActs) await refused(customer, route, { idempotencyKey });
        await refused(customer, route, { idempotencyKey: undefined });
      }
    });
    expectOneOf('calls', sent, {});
  },
  'a code is 4 to 8 ASCII digits as text; nothing else reaches Plural': async (world) => {
    const customer = await world.prompted();
    const sent = await world.sent(async () => {
      for (const otp of wrongCodes) await refused(customer, routes.submit, { otp });
      await refused(customer, routes.submit, { otp: undefined });
    });
    expectOneOf('calls', sent, {});
  },
  'a customer leaves for the bank or gives up, and goes nowhere else': async (world) => {
    const customer = await world.prompted();
    for (const to of [foreign, '', 'Bank', 1, null]) await refused(customer, routes.leave, { to });
  },
  'a page of another site is refused': refusedEverywhere(403, (body) => ({
    headers: { origin: foreign, 'sec-fetch-site': 'cross-site' },
    body,
  })),
  'a page of another site is refused by its origin alone': refusedEverywhere(403, (body) => ({
    headers: { origin: foreign, 'sec-fetch-site': undefined },
    body,
  })),
  'the origin null is refused': refusedEverywhere(403, (body) => ({
    headers: { origin: 'null', 'sec-fetch-site': undefined },
    body,
  })),
  'an origin that begins like the shop’s is refused': refusedEverywhere(403, (body, { origin }) => ({
    headers: { origin: `${origin}.evil.example`, 'sec-fetch-site': undefined },
    body,
  })),
  'an address bar is refused': refusedEverywhere(403, (body) => ({ headers: { 'sec-fetch-site': 'none' }, body })),
  'a request without origin and site is refused': refusedEverywhere(403, (body) => ({
    headers: { origin: undefined, 'sec-fetch-site': undefined },
    body,
  })),
  'an old browser that sends the shop’s origin alone may call': async (world) => {
    const customer = await world.start();
    const headers = { 'sec-fetch-site': undefined };
    viewIn(await customer.send(routes.payment, { headers, body: customer.body(routes.payment) }));
  },
  'every answer says no-store, nosniff, no-referrer and JSON': async (world) => {
    const customer = await world.prompted();
    const asked: [string, Asked][] = [
      [routes.payment, { body: customer.body(routes.payment) }],
      [routes.payment, { method: 'GET' }],
      [routes.payment, { body: '' }],
      [routes.payment, { body: { session: 'x' } }],
      [routes.payment, { headers: { origin: foreign, 'sec-fetch-site': 'cross-site' } }],
      ['nowhere', {}],
    ];
    for (const [route, how] of asked) {
      const { headers, status } = await customer.send(route, how);
      const expect = (name: string, value: string): void =>
        hold(
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
  'no answer sets a cookie or lets another site read it': async (world) => {
    const customer = await world.prompted();
    const headers = { origin: foreign, 'sec-fetch-site': 'cross-site', 'access-control-request-method': 'POST' };
    for (const method of ['POST', 'OPTIONS', 'GET']) {
      const answer = await customer.send(routes.payment, { method, headers, body: customer.body(routes.payment) });
      const found = [...answer.headers.keys()].filter((name) => /^set-cookie|^access-control-allow/.test(name));
      expectOneOf('headers', found, []);
    }
  },
});
