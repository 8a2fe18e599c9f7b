/** Cases of webhooks from Plural. */
import { routes } from '@plural-otp/flow/contract';
import type { BackendResponse } from '../backend.ts';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { runRace } from '../in-flight.ts';
import { signWebhookHeaders } from '../signatures.ts';
import type { TestContext } from '../context.ts';
import { expectVerdicts } from '../verdicts.ts';

interface WebhookInput {
  type?: string;
  orderId: string;
  id?: string;
  ageSeconds?: number;
  secret?: string;
  /** Sends `eventType` in place of `event_type`. */
  camelCase?: boolean;
  /** Body to sign and send in place of the usual one. */
  text?: string;
  /** Signatures to send before the right one. */
  otherSignatures?: string;
  /** Body to send in place of the signed one. */
  tampered?: string;
}

const noOrigin = { origin: undefined, 'sec-fetch-site': undefined };

/** Sends a signed event to the backend. */
export async function deliver(context: TestContext, event: WebhookInput): Promise<BackendResponse> {
  const { type = 'ORDER_PROCESSED', orderId, ageSeconds = 0, secret = context.sandbox.webhookSecret } = event;
  const data = { order_id: orderId, status: 'PROCESSED' };
  const body = event.text ?? JSON.stringify({ [event.camelCase ? 'eventType' : 'event_type']: type, data });
  const atSeconds = Math.floor((await context.nowMs()) / 1000) - ageSeconds;
  const headers = await signWebhookHeaders(body, { id: event.id ?? crypto.randomUUID(), atSeconds, secret });
  if (event.otherSignatures !== undefined)
    headers['webhook-signature'] = `${event.otherSignatures} ${headers['webhook-signature']}`;
  return context.backend.send(routes.webhook, { headers: { ...noOrigin, ...headers }, body: event.tampered ?? body });
}

/** Expects that Plural would not send the event again. */
export const expectAccepted = ({ status }: BackendResponse): void =>
  assert(status >= 200 && status < 300, '2xx', status);
const expectRejected = ({ status }: BackendResponse): void => assert(status >= 400 && status < 500, '4xx', status);

export const webhooks: readonly Case[] = defineCases('webhooks', {
  'a signed event reads the order without an open page': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
    expectAccepted(await deliver(context, customer));
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase while the order cannot be read', (await customer.getView()).phase, 'authorized');
  },
  'the camelCase envelope is accepted': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
    expectAccepted(await deliver(context, { ...customer, camelCase: true }));
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase', (await customer.getView()).phase, 'authorized');
  },
  'the signature is verified over the bytes that were sent': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
    const text = `{ "event_type":"ORDER_PROCESSED",\n  "data": {"order_id": "${customer.orderId}", "fee": 1.50, "note": "\\u20b9 \\/" } }`;
    expectRejected(await deliver(context, { ...customer, text, tampered: JSON.stringify(JSON.parse(text)) }));
    expectAccepted(await deliver(context, { ...customer, text }));
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase', (await customer.getView()).phase, 'authorized');
  },
  'one right signature of several is enough, as while a secret is replaced': async (context) => {
    const customer = await context.startWithOtp();
    expectAccepted(await deliver(context, { ...customer, otherSignatures: `v1,${btoa('x'.repeat(32))}` }));
  },
  'an event about a payment reads its order': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
    expectAccepted(await deliver(context, { ...customer, type: 'PAYMENT_FAILED' }));
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase', (await customer.getView()).phase, 'authorized');
  },
  'a signed event of an unexpected shape is not an error of the backend': async (context) => {
    const customer = await context.startWithOtp();
    for (const text of [
      '[]',
      'null',
      '"text"',
      '{"event_type":1}',
      '{"event_type":"ORDER_PROCESSED","data":[1]}',
      '{',
    ]) {
      const { status } = await deliver(context, { ...customer, text });
      assert(status < 500, 'a status below 500', status);
    }
  },
  'events at once deliver a payment once': async (context) => {
    // The first reads the order before another has recorded the verdict, and goes on afterwards.
    const wasRead = await runRace(context, async () => {
      const customer = await context.startWithOtp();
      await context.payAtBank(customer);
      return {
        held: { order: customer.order, operation: 'getOrder', act: () => deliver(context, customer) },
        meanwhile: async () => void (await Promise.all([1, 2, 3].map(() => deliver(context, customer)))),
        async check() {
          const { reference } = await customer.waitForPhase('authorized');
          await expectVerdicts(context, reference, ['paid']);
        },
      };
    });
    assert(wasRead, 'an order that is read', 'none');
  },
  'a signed event that reports success is not a payment: the order decides': async (context) => {
    const customer = await context.startWithOtp();
    expectAccepted(await deliver(context, customer));
    const { phase, reference } = await customer.getView();
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), []);
  },
  'a signed event that reports a failure is not one: the order decides': async (context) => {
    const customer = await context.startWithOtp();
    for (const type of ['ORDER_FAILED', 'PAYMENT_FAILED', 'ORDER_CANCELLED']) {
      const status = type === 'ORDER_CANCELLED' ? 'CANCELLED' : 'FAILED';
      const text = JSON.stringify({ event_type: type, data: { order_id: customer.orderId, status } });
      expectAccepted(await deliver(context, { ...customer, text }));
      await context.advance(1.1);
    }
    const { phase, reference } = await customer.getView();
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), []);
  },
  'an event with a wrong signature is rejected, and no order is read': async (context) => {
    const customer = await context.startWithOtp();
    const countReads = async (): Promise<number> => (await context.getOrder(customer.order)).calls['getOrder'] ?? 0;
    const before = await countReads();
    expectRejected(await deliver(context, { ...customer, secret: 'another' }));
    expectRejected(await deliver(context, { ...customer, tampered: '{"event_type":"ORDER_PROCESSED","data":{}}' }));
    expectRejected(
      await context.backend.send(routes.webhook, { headers: noOrigin, body: { event_type: 'ORDER_PROCESSED' } }),
    );
    expectOneOf('orders read', (await countReads()) - before, 0);
  },
  'an event of ten minutes ago is rejected': async (context) => {
    expectRejected(await deliver(context, { ...(await context.startWithOtp()), ageSeconds: 600 }));
  },
  'an event of ten minutes ahead is rejected': async (context) => {
    expectRejected(await deliver(context, { ...(await context.startWithOtp()), ageSeconds: -600 }));
  },
  'a repeated event is idempotent': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
    const id = crypto.randomUUID();
    for (let repeat = 0; repeat < 3; repeat += 1) expectAccepted(await deliver(context, { ...customer, id }));
    const { reference } = await customer.waitForPhase('authorized');
    await expectVerdicts(context, reference, ['paid']);
  },
  'events of other types and of unknown orders are accepted and change nothing': async (context) => {
    const customer = await context.startWithOtp();
    expectAccepted(await deliver(context, { ...customer, type: 'TOKEN_ACTIVATED' }));
    expectAccepted(await deliver(context, { orderId: 'v1-unknown' }));
    expectOneOf('the phase', (await customer.getView()).phase, 'awaitingOtp');
  },
  'an event is retried when the order cannot be read': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    const { status } = await deliver(context, customer);
    assert(
      status === 202 || status >= 500,
      '5xx, or 202 from a backend that checks the order again on its own',
      status,
    );
    await context.clearFaults();
    expectAccepted(await deliver(context, customer));
    await customer.waitForPhase('authorized');
  },
});
