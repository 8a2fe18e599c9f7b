import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { SandboxOptions } from '../src/index.ts';
import { createTestSandbox, type TestSandbox } from './support/merchant.ts';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Listener extends TestSandbox {
  readonly received: Received[];
  /** Every pause the sandbox asked for, milliseconds. */
  readonly waits: number[];
}

/** A shop that takes webhooks; `answer` says how it answers each. Real time, so that signatures are fresh. */
async function shop(
  answer: (count: number) => number | Error = () => 200,
  options: SandboxOptions = {},
): Promise<Listener> {
  const received: Received[] = [];
  const waits: number[] = [];
  const setting = await createTestSandbox({
    now: Date.now,
    webhookUrl: 'https://shop.test/webhook',
    fetch: async (request) => {
      received.push({ headers: Object.fromEntries(request.headers), body: await request.text() });
      const given = answer(received.length);
      if (given instanceof Error) throw given;
      return new Response(null, { status: given });
    },
    // The time limit of an attempt never ends here; a pause ends at once.
    wait: (ms, signal) => {
      if (signal !== null)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('done'))));
      waits.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  return { ...setting, received, waits };
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

test('a payment is told as ORDER_PROCESSED with the order, signed so that standardwebhooks verifies it', async () => {
  const listener = await shop();
  const orderId = await pay(listener);
  await listener.sandbox.whenIdle();
  const [first] = listener.received;
  if (first === undefined) throw new Error('nothing received');
  const event = verifier.verify(first.body, first.headers);
  const { body } = await listener.merchant.getOrder(orderId);
  expect(event).toEqual({ event_type: 'ORDER_PROCESSED', data: { ...body['data'], integration_mode: 'SEAMLESS' } });
});

test('each end of an order has its event', async () => {
  const listener = await shop(() => 200, { otpAttempts: 1 });
  const authorized = await pay(listener, 'pays', { pre_auth: true });
  await listener.merchant.call('PUT', `/api/pay/v1/orders/${authorized}/cancel`);
  await pay(listener, 'no-funds');
  await pay(listener, 'pays', {}, '000000');
  const paid = await pay(listener);
  await listener.merchant.call('POST', `/api/pay/v1/refunds/${paid}`, {
    merchant_order_reference: 'back',
    order_amount: { value: 100, currency: 'INR' },
  });
  listener.sandbox.configure({ orderAfterLastOtp: 'FAILED' });
  await pay(listener, 'pays', {}, '000000');
  await listener.sandbox.whenIdle();
  expect(listener.sandbox.state.deliveries.map(({ eventType }) => eventType)).toEqual([
    'ORDER_AUTHORIZED',
    'ORDER_CANCELLED',
    'PAYMENT_FAILED',
    'PAYMENT_FAILED',
    'ORDER_PROCESSED',
    'REFUND_PROCESSED',
    'ORDER_FAILED',
  ]);
  expect(listener.received).toHaveLength(7);
});

test('a wrong code that ends nothing is not told', async () => {
  const listener = await shop();
  await pay(listener, 'pays', {}, '000000');
  await listener.sandbox.whenIdle();
  expect(listener.received).toEqual([]);
});

test('three attempts with one id, then no more', async () => {
  const listener = await shop((count) => (count === 1 ? 500 : new TypeError('refused')));
  await pay(listener);
  await listener.sandbox.whenIdle();
  expect(listener.received).toHaveLength(3);
  expect(new Set(listener.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(listener.waits).toEqual([1500, 2500]);
  expect(listener.sandbox.state.deliveries).toMatchObject([
    { state: 'failed', attempts: [{ status: 500 }, { status: null }, { status: null }] },
  ]);
});

test('an answer of 2xx ends the attempts', async () => {
  const listener = await shop((count) => (count === 1 ? 503 : 204));
  await pay(listener);
  await listener.sandbox.whenIdle();
  expect(listener.received).toHaveLength(2);
  expect(listener.sandbox.state.deliveries).toMatchObject([{ state: 'delivered' }]);
});

test('a redirect is no delivery, and is not followed', async () => {
  const listener = await shop(() => 302);
  await pay(listener);
  await listener.sandbox.whenIdle();
  expect(listener.sandbox.state.deliveries).toMatchObject([{ state: 'failed' }]);
});

test('the card "No webhook" withholds it, "Webhook twice" sends it twice under one id', async () => {
  const listener = await shop();
  await pay(listener, 'no-webhook');
  await listener.sandbox.whenIdle();
  expect(listener.received).toHaveLength(0);
  await pay(listener, 'duplicate-webhook');
  await listener.sandbox.whenIdle();
  expect(listener.received).toHaveLength(2);
  expect(listener.received[0]?.headers['webhook-id']).toBe(listener.received[1]?.headers['webhook-id']);
});

test.each(['wrongSignature', 'lateTimestamp'] as const)('%s: does not verify', async (webhookMode) => {
  const listener = await shop(() => 200, { webhookMode });
  await pay(listener);
  await listener.sandbox.whenIdle();
  const [first] = listener.received;
  if (first === undefined) throw new Error('nothing received');
  expect(() => verifier.verify(first.body, first.headers)).toThrow();
});

test('camelCase and wrongOrder verify, and say what they are for', async () => {
  const listener = await shop(() => 200, { webhookMode: 'camelCase' });
  const orderId = await pay(listener);
  listener.sandbox.configure({ webhookMode: 'wrongOrder' });
  await pay(listener);
  await listener.sandbox.whenIdle();
  const [camel, wrong] = listener.received.map(({ body, headers }) => verifier.verify(body, headers));
  expect(camel).toMatchObject({ eventType: 'ORDER_PROCESSED', data: { orderId } });
  expect(wrong).toMatchObject({ event_type: 'ORDER_PROCESSED', data: { order_id: 'v1-000000000000-aa-nobody' } });
});

test('outOfOrder: an event is held back until the next of its order has gone out, and comes after it', async () => {
  const listener = await shop(() => 200, { webhookMode: 'outOfOrder' });
  const orderId = await pay(listener, 'pays', { pre_auth: true });
  await pay(listener, 'pays', { pre_auth: true });
  await listener.sandbox.whenIdle();
  expect(listener.received).toEqual([]);
  expect(listener.sandbox.state.deliveries).toMatchObject([{ state: 'heldBack' }, { state: 'heldBack' }]);
  await listener.merchant.call('PUT', `/api/pay/v1/orders/${orderId}/cancel`);
  await listener.sandbox.whenIdle();
  expect(types(listener.received)).toEqual(['ORDER_CANCELLED', 'ORDER_AUTHORIZED']);
  expect(listener.received.map(({ body, headers }) => verifier.verify(body, headers))).toMatchObject([
    { data: { order_id: orderId, status: 'CANCELLED' } },
    { data: { order_id: orderId, status: 'AUTHORIZED' } },
  ]);
});

test('the card "Webhook with a wrong signature" pays, and its webhook does not verify', async () => {
  const listener = await shop();
  const orderId = await pay(listener, 'forged-webhook');
  await listener.sandbox.whenIdle();
  expect(await listener.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  const [first] = listener.received;
  if (first === undefined) throw new Error('nothing received');
  expect(() => verifier.verify(first.body, first.headers)).toThrow('No matching signature');
});

test('without an address nothing is sent, and the events are still on record', async () => {
  const listener = await shop();
  listener.sandbox.setWebhookUrl(null);
  await pay(listener);
  await listener.sandbox.whenIdle();
  expect(listener.received).toEqual([]);
  expect(listener.sandbox.state.deliveries).toMatchObject([{ eventType: 'ORDER_PROCESSED', state: 'noUrl' }]);
});

test('by the control route a webhook is sent again, or an event of any type is sent', async () => {
  const listener = await shop();
  const orderId = await pay(listener);
  await listener.sandbox.whenIdle();
  const [delivery] = listener.sandbox.state.deliveries;
  await listener.merchant.call('POST', '/sandbox/webhooks', { id: delivery?.id });
  await listener.merchant.call('POST', '/sandbox/webhooks', { orderId, eventType: 'REFUND_FAILED' });
  await listener.merchant.call('POST', '/sandbox/webhooks', {
    eventType: 'TOKEN_ACTIVATED',
    data: { token_id: 'tok-1' },
    mode: 'wrongSignature',
  });
  await listener.sandbox.whenIdle();
  expect(types(listener.received).sort()).toEqual([
    'ORDER_PROCESSED',
    'ORDER_PROCESSED',
    'REFUND_FAILED',
    'TOKEN_ACTIVATED',
  ]);
  const [first, again] = listener.received.filter(({ body }) => body.includes('ORDER_PROCESSED'));
  expect(again?.body).toBe(first?.body);
  expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  const wrong = await listener.merchant.call('POST', '/sandbox/webhooks', { orderId: 'nobody', eventType: 'X' });
  expect(wrong.status).toBe(400);
});

test('a runtime that ends with the answer is asked to wait for deliveries', async () => {
  const listener = await shop();
  const { paymentId } = await listener.merchant.start();
  await listener.merchant.generate(paymentId);
  const kept: Promise<unknown>[] = [];
  await listener.sandbox.fetch(
    new Request('https://plural.test/api/pay/v1/otp/submit', {
      method: 'POST',
      headers: { authorization: `Bearer ${listener.merchant.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ payment_id: paymentId, otp: '123456' }),
    }),
    { waitUntil: (work) => kept.push(work) },
  );
  await Promise.all(kept);
  expect(types(listener.received)).toEqual(['ORDER_PROCESSED']);
});
