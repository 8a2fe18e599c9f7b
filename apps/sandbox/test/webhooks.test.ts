import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { SandboxOptions } from '../src/index.ts';
import { createTestSandbox, type TestSandbox } from './support/merchant.ts';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface WebhookReceiver extends TestSandbox {
  readonly received: Received[];
  /** Milliseconds of every delay between attempts. */
  readonly delays: number[];
}

/** Creates a sandbox with a shop that receives webhooks; `respond` returns a status for each. Real time, so that signatures are recent. */
async function createWebhookReceiver(
  respond: (count: number) => number | Error = () => 200,
  options: SandboxOptions = {},
): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const delays: number[] = [];
  const context = await createTestSandbox({
    now: Date.now,
    webhookUrl: 'https://shop.test/webhook',
    fetch: async (request) => {
      received.push({ headers: Object.fromEntries(request.headers), body: await request.text() });
      const given = respond(received.length);
      if (given instanceof Error) throw given;
      return new Response(null, { status: given });
    },
    // The timeout of an attempt never fires here; a delay ends at once.
    wait: (ms, signal) => {
      if (signal !== null)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('done'))));
      delays.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  return { ...context, received, delays };
}

async function pay(
  { merchant }: TestSandbox,
  card = 'pays',
  order: { pre_auth?: boolean } = {},
  code = '123456',
): Promise<string> {
  const { orderId, paymentId } = await merchant.start(card, order);
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, code);
  return orderId;
}

const verifier = new Webhook(btoa('abc1234'));
const types = (received: readonly Received[]): string[] =>
  received.map(({ body }) => (JSON.parse(body) as { event_type: string }).event_type);

test('a payment sends ORDER_PROCESSED with the order, and standardwebhooks verifies its signature', async () => {
  const receiver = await createWebhookReceiver();
  const orderId = await pay(receiver);
  await receiver.sandbox.whenIdle();
  const [first] = receiver.received;
  if (first === undefined) throw new Error('nothing received');
  const event = verifier.verify(first.body, first.headers);
  const { body } = await receiver.merchant.getOrder(orderId);
  expect(event).toEqual({ event_type: 'ORDER_PROCESSED', data: { ...body['data'], integration_mode: 'SEAMLESS' } });
});

test('each final status of an order sends its event', async () => {
  const receiver = await createWebhookReceiver(() => 200, { otpAttempts: 1 });
  const authorized = await pay(receiver, 'pays', { pre_auth: true });
  await receiver.merchant.call('PUT', `/api/pay/v1/orders/${authorized}/cancel`);
  await pay(receiver, 'no-funds');
  await pay(receiver, 'pays', {}, '000000');
  const paid = await pay(receiver);
  await receiver.merchant.call('POST', `/api/pay/v1/refunds/${paid}`, {
    merchant_order_reference: 'back',
    order_amount: { value: 100, currency: 'INR' },
  });
  receiver.sandbox.configure({ orderAfterLastOtp: 'FAILED' });
  await pay(receiver, 'pays', {}, '000000');
  await receiver.sandbox.whenIdle();
  expect(receiver.sandbox.state.deliveries.map(({ eventType }) => eventType)).toEqual([
    'ORDER_AUTHORIZED',
    'ORDER_CANCELLED',
    'PAYMENT_FAILED',
    'PAYMENT_FAILED',
    'ORDER_PROCESSED',
    'REFUND_PROCESSED',
    'ORDER_FAILED',
  ]);
  expect(receiver.received).toHaveLength(7);
});

test('a wrong OTP that does not end the payment sends no webhook', async () => {
  const receiver = await createWebhookReceiver();
  await pay(receiver, 'pays', {}, '000000');
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toEqual([]);
});

test('three attempts with one id, then no more', async () => {
  const receiver = await createWebhookReceiver((count) => (count === 1 ? 500 : new TypeError('connection refused')));
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toHaveLength(3);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(receiver.delays).toEqual([1500, 2500]);
  expect(receiver.sandbox.state.deliveries).toMatchObject([
    { state: 'failed', attempts: [{ status: 500 }, { status: null }, { status: null }] },
  ]);
});

test('a 2xx response ends the attempts', async () => {
  const receiver = await createWebhookReceiver((count) => (count === 1 ? 503 : 204));
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toHaveLength(2);
  expect(receiver.sandbox.state.deliveries).toMatchObject([{ state: 'delivered' }]);
});

test('a redirect is not followed and counts as a failed attempt', async () => {
  const receiver = await createWebhookReceiver(() => 302);
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  expect(receiver.sandbox.state.deliveries).toMatchObject([{ state: 'failed' }]);
});

test('card no-webhook suppresses its webhook, card duplicate-webhook sends it twice with one id', async () => {
  const receiver = await createWebhookReceiver();
  await pay(receiver, 'no-webhook');
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toHaveLength(0);
  await pay(receiver, 'duplicate-webhook');
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toHaveLength(2);
  expect(receiver.received[0]?.headers['webhook-id']).toBe(receiver.received[1]?.headers['webhook-id']);
});

test.each(['wrongSignature', 'lateTimestamp'] as const)('%s: does not verify', async (webhookMode) => {
  const receiver = await createWebhookReceiver(() => 200, { webhookMode });
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  const [first] = receiver.received;
  if (first === undefined) throw new Error('nothing received');
  expect(() => verifier.verify(first.body, first.headers)).toThrow();
});

test('camelCase and wrongOrder verify, and change the body as documented', async () => {
  const receiver = await createWebhookReceiver(() => 200, { webhookMode: 'camelCase' });
  const orderId = await pay(receiver);
  receiver.sandbox.configure({ webhookMode: 'wrongOrder' });
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  const [camel, wrong] = receiver.received.map(({ body, headers }) => verifier.verify(body, headers));
  expect(camel).toMatchObject({ eventType: 'ORDER_PROCESSED', data: { orderId } });
  expect(wrong).toMatchObject({ event_type: 'ORDER_PROCESSED', data: { order_id: 'v1-000000000000-aa-nobody' } });
});

test('outOfOrder: an event is held back until the next one of its order was delivered', async () => {
  const receiver = await createWebhookReceiver(() => 200, { webhookMode: 'outOfOrder' });
  const orderId = await pay(receiver, 'pays', { pre_auth: true });
  await pay(receiver, 'pays', { pre_auth: true });
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toEqual([]);
  expect(receiver.sandbox.state.deliveries).toMatchObject([{ state: 'heldBack' }, { state: 'heldBack' }]);
  await receiver.merchant.call('PUT', `/api/pay/v1/orders/${orderId}/cancel`);
  await receiver.sandbox.whenIdle();
  expect(types(receiver.received)).toEqual(['ORDER_CANCELLED', 'ORDER_AUTHORIZED']);
  expect(receiver.received.map(({ body, headers }) => verifier.verify(body, headers))).toMatchObject([
    { data: { order_id: orderId, status: 'CANCELLED' } },
    { data: { order_id: orderId, status: 'AUTHORIZED' } },
  ]);
});

test('card forged-webhook pays, and its webhook does not verify', async () => {
  const receiver = await createWebhookReceiver();
  const orderId = await pay(receiver, 'forged-webhook');
  await receiver.sandbox.whenIdle();
  expect(await receiver.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  const [first] = receiver.received;
  if (first === undefined) throw new Error('nothing received');
  expect(() => verifier.verify(first.body, first.headers)).toThrow('No matching signature');
});

test('without a URL nothing is sent, and the events are still recorded', async () => {
  const receiver = await createWebhookReceiver();
  receiver.sandbox.setWebhookUrl(null);
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  expect(receiver.received).toEqual([]);
  expect(receiver.sandbox.state.deliveries).toMatchObject([{ eventType: 'ORDER_PROCESSED', state: 'noUrl' }]);
});

test('the control route resends a webhook, and sends an event of any type', async () => {
  const receiver = await createWebhookReceiver();
  const orderId = await pay(receiver);
  await receiver.sandbox.whenIdle();
  const [delivery] = receiver.sandbox.state.deliveries;
  await receiver.merchant.call('POST', '/sandbox/webhooks', { id: delivery?.id });
  await receiver.merchant.call('POST', '/sandbox/webhooks', { orderId, eventType: 'REFUND_FAILED' });
  await receiver.merchant.call('POST', '/sandbox/webhooks', {
    eventType: 'TOKEN_ACTIVATED',
    data: { token_id: 'tok-1' },
    mode: 'wrongSignature',
  });
  await receiver.sandbox.whenIdle();
  expect(types(receiver.received).sort()).toEqual([
    'ORDER_PROCESSED',
    'ORDER_PROCESSED',
    'REFUND_FAILED',
    'TOKEN_ACTIVATED',
  ]);
  const [first, again] = receiver.received.filter(({ body }) => body.includes('ORDER_PROCESSED'));
  expect(again?.body).toBe(first?.body);
  expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  const wrong = await receiver.merchant.call('POST', '/sandbox/webhooks', { orderId: 'nobody', eventType: 'X' });
  expect(wrong.status).toBe(400);
});

test('a signature states the real time, so that it verifies after the clock was advanced', async () => {
  const receiver = await createWebhookReceiver();
  receiver.sandbox.advance(3600);
  await receiver.merchant.signIn();
  await pay(receiver);
  await receiver.sandbox.whenIdle();
  const [first] = receiver.received;
  if (first === undefined) throw new Error('nothing received');
  expect(verifier.verify(first.body, first.headers)).toMatchObject({ event_type: 'ORDER_PROCESSED' });
});

test('deliveries are passed to waitUntil of a module Worker, which is its third argument', async () => {
  const receiver = await createWebhookReceiver();
  const pending: Promise<unknown>[] = [];
  const { paymentId } = await receiver.merchant.start();
  await receiver.merchant.generate(paymentId);
  await receiver.sandbox.fetch(
    new Request('https://plural.test/api/pay/v1/otp/submit', {
      method: 'POST',
      headers: { authorization: `Bearer ${receiver.merchant.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ payment_id: paymentId, otp: '123456' }),
    }),
    { DB: {} },
    { waitUntil: (work: Promise<unknown>) => pending.push(work) },
  );
  await Promise.all(pending);
  expect(types(receiver.received)).toEqual(['ORDER_PROCESSED']);
});

test('deliveries are passed to waitUntil of the runtime', async () => {
  const receiver = await createWebhookReceiver();
  const { paymentId } = await receiver.merchant.start();
  await receiver.merchant.generate(paymentId);
  const pending: Promise<unknown>[] = [];
  await receiver.sandbox.fetch(
    new Request('https://plural.test/api/pay/v1/otp/submit', {
      method: 'POST',
      headers: { authorization: `Bearer ${receiver.merchant.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ payment_id: paymentId, otp: '123456' }),
    }),
    { waitUntil: (work: Promise<unknown>) => pending.push(work) },
  );
  await Promise.all(pending);
  expect(types(receiver.received)).toEqual(['ORDER_PROCESSED']);
});
