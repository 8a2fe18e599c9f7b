/** Cases of the customer's return from the bank's page. */
import { routes } from '@plural-otp/flow/contract';
import type { BackendResponse } from '../backend.ts';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import type { Customer } from '../customer.ts';
import { signReturn } from '../signatures.ts';
import type { TestContext } from '../context.ts';
import { expectVerdicts } from '../verdicts.ts';

const formHeaders = {
  'content-type': 'application/x-www-form-urlencoded',
  origin: 'null',
  'sec-fetch-site': 'cross-site',
};

/** Names under which an address of the shop could be read from a return. */
const addressFields =
  `returnPage redirect url to goto continue location return_to returnTo return_url returnUrl redirect_url
  redirectUrl redirect_uri callback_url failure_callback_url success_url`.split(/\s+/);

/** Headers from which an address of the shop could be read. */
const addressHeaders: readonly Record<string, string>[] = [
  { referer: 'https://evil.example/pay' },
  { origin: 'https://evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  { forwarded: 'for=192.0.2.1;host=evil.example;proto=https' },
  { 'x-original-host': 'evil.example', 'x-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
  { 'x-original-url': 'https://evil.example/', 'x-rewrite-url': 'https://evil.example/' },
];

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
    await context.payAtBank(customer);
    expectRedirect(await post(context, await signFields(context, customer)), context, customer);
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase while the order cannot be read', (await customer.getView()).phase, 'authorized');
  },
  'a return by GET is accepted': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
    const fields = await signFields(context, customer);
    expectRedirect(await context.backend.send(`${routes.return}?${fields}`, { method: 'GET' }), context, customer);
    await customer.waitForPhase('authorized');
  },
  'a signed return that reports success is not a payment: the order decides': async (context) => {
    const customer = await context.startWithOtp();
    expectRedirect(await post(context, await signFields(context, customer)), context, customer);
    const { phase, reference } = await customer.getView();
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), []);
  },
  'a signed return that reports a failure is not one: the order decides': async (context) => {
    const customer = await context.startWithOtp();
    const fields = await signFields(context, customer, { status: 'FAILED', error_code: 'PAYMENT_DECLINED' });
    expectRedirect(await post(context, fields), context, customer);
    const { phase, reference } = await customer.getView();
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), []);
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
    const foreign = await signFields(context, await context.start());
    const before = await customer.getView();
    const forged: (string | URLSearchParams)[] = [
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED', signature: 'A'.repeat(64) }),
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED' }),
      new URLSearchParams({ order_id: customer.orderId, status: 'PROCESSED', signature: '' }),
      new URLSearchParams({ ...Object.fromEntries(genuine), status: 'FAILED' }),
      `${genuine}&order_id=v1-other`,
      new URLSearchParams({ ...Object.fromEntries(foreign), order_id: customer.orderId }),
      'order_id=%FF%FE&status=PROCESSED&signature=00',
      '',
    ];
    const countReads = async (): Promise<number> => (await context.getOrder(customer.order)).calls['getOrder'] ?? 0;
    const readsBefore = await countReads();
    for (const fields of forged) {
      const response = await post(context, fields);
      expectRedirect(response, context, customer);
      const names = (response.headers.get('location') ?? '').includes(before.reference);
      assert(!names, 'an address without the reference of the payment', 'an address with it');
    }
    expectOneOf('orders read', (await countReads()) - readsBefore, 0);
    const after = await customer.getView();
    expectOneOf(
      'the step',
      [after.phase, after.attempts, after.leftForBank],
      [before.phase, before.attempts, before.leftForBank],
    );
  },
  'the signature is verified over the decoded values': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
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
    await expectVerdicts(context, reference, ['paid']);
  },
  'a return never redirects to an address in its fields or headers': async (context) => {
    const customer = await context.startWithOtp();
    // Of a payment that was made every return is redirected at once.
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
    const extra = Object.fromEntries(addressFields.map((name) => [name, 'https://evil.example/']));
    const fields = await signFields(context, customer, { ...extra, next: '//evil.example' });
    expectRedirect(await post(context, fields), context, customer);
    for (const header of addressHeaders) {
      const headers = { ...formHeaders, ...header };
      const response = await context.backend.send(routes.return, { headers, body: String(fields) });
      expectRedirect(response, context, customer);
    }
    const request = { headers: formHeaders, body: String(fields) };
    const usual = await context.backend.send(routes.return, request);
    const aliased = await context.backend.sendUnderAlias(routes.return, request);
    // A server may refuse a host that is not its own.
    if (aliased === undefined || (aliased.status >= 400 && aliased.status < 500)) return;
    expectOneOf('the page', aliased.headers.get('location'), usual.headers.get('location'));
  },
  'a return of an unknown order redirects to the shop’s page': async (context) => {
    const customer = await context.start();
    const fields = await signReturn({ order_id: 'v1-unknown', status: 'PROCESSED' }, context.sandbox.returnSecretKey);
    expectRedirect(await post(context, fields), context, customer);
  },
});
