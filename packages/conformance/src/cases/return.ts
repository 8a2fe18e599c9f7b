/** Cases of the customer's return from the bank's page. */
import { routes } from '@plural-otp/flow/contract';
import type { BackendResponse } from '../backend.ts';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import type { Customer } from '../customer.ts';
import { signReturn } from '../signatures.ts';
import type { TestContext } from '../context.ts';

const formHeaders = {
  'content-type': 'application/x-www-form-urlencoded',
  origin: 'null',
  'sec-fetch-site': 'cross-site',
};

const post = (context: TestContext, fields: URLSearchParams | string): Promise<BackendResponse> =>
  context.backend.send(routes.return, { headers: formHeaders, body: String(fields) });

const signFields = (
  context: TestContext,
  { orderId }: Customer,
  extra: Record<string, string> = {},
): Promise<URLSearchParams> =>
  signReturn({ order_id: orderId, status: 'PROCESSED', ...extra }, context.sandbox.returnSecretKey);

/** Expects a redirect to the shop's own page, without ids, session or an address of the request. */
function expectRedirect(
  response: BackendResponse,
  context: TestContext,
  { orderId, paymentId, session }: Customer,
): void {
  assert(response.status === 303, 'a 303 to the shop’s page', String(response.status));
  const location = new URL(response.headers.get('location') ?? '', `${context.origin}/`);
  assert(!location.host.includes('evil'), 'a page of the shop’s configuration', location.href);
  for (const secret of [orderId, paymentId, session])
    assert(!decodeURIComponent(location.href).includes(secret), 'an address without ids or session', location.href);
}

export const returns: readonly Case[] = defineCases('returns', {
  'a signed return redirects to the shop’s page and reads the order': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.payAtBank(customer.paymentId);
    expectRedirect(await post(context, await signFields(context, customer)), context, customer);
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase while the order cannot be read', (await customer.getView()).phase, 'authorized');
  },
  'a return by GET is accepted': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.payAtBank(customer.paymentId);
    const fields = await signFields(context, customer);
    expectRedirect(await context.backend.send(`${routes.return}?${fields}`, { method: 'GET' }), context, customer);
    await customer.waitForPhase('authorized');
  },
  'a signed return that reports success is not a payment: the order decides': async (context) => {
    const customer = await context.startWithOtp();
    expectRedirect(await post(context, await signFields(context, customer)), context, customer);
    expectOneOf('the phase', (await customer.getView()).phase, 'awaitingOtp');
  },
  'a signed return that reports a failure does not undo a payment': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
    expectRedirect(await post(context, await signFields(context, customer, { status: 'FAILED' })), context, customer);
    expectOneOf('the phase', (await customer.getView()).phase, 'authorized');
  },
  'a forged return changes nothing and still redirects to the shop’s page': async (context) => {
    const customer = await context.startWithOtp();
    const genuine = await signFields(context, customer);
    const before = await customer.getView();
    const forged: (string | URLSearchParams)[] = [
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED', signature: 'A'.repeat(64) }),
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED' }),
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED', signature: '' }),
      new URLSearchParams({ ...Object.fromEntries(genuine), status: 'FAILED' }),
      `${genuine}&order_id=v1-other`,
      'order_id=%FF%FE&status=PROCESSED&signature=00',
      '',
    ];
    for (const fields of forged) expectRedirect(await post(context, fields), context, customer);
    const after = await customer.getView();
    expectOneOf(
      'the step',
      [after.phase, after.attempts, after.leftForBank],
      [before.phase, before.attempts, before.leftForBank],
    );
  },
  'the signature is verified over the decoded values': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.payAtBank(customer.paymentId);
    const fields = await signFields(context, customer, { error_message: 'naïve & co = 100 %+ ok', empty: '' });
    expectRedirect(await post(context, fields), context, customer);
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase', (await customer.getView()).phase, 'authorized');
  },
  'a repeated return is idempotent': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('authorized');
    const fields = await signFields(context, customer);
    for (let repeat = 0; repeat < 3; repeat += 1) expectRedirect(await post(context, fields), context, customer);
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), ['paid']);
  },
  'a return never redirects to an address in its fields': async (context) => {
    const customer = await context.startWithOtp();
    const extra = { returnPage: 'https://evil.example/', redirect: 'https://evil.example/', next: '//evil.example' };
    expectRedirect(await post(context, await signFields(context, customer, extra)), context, customer);
  },
  'a return of an unknown order redirects to the shop’s page': async (context) => {
    const customer = await context.start();
    const fields = await signReturn({ order_id: 'v1-unknown', status: 'PROCESSED' }, context.sandbox.returnSecretKey);
    expectRedirect(await post(context, fields), context, customer);
  },
});
