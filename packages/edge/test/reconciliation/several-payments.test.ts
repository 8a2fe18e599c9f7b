/** Orders with several payments, and sweeps over several orders: each verdict is delivered and counted for itself. */
import type { PaymentVerdict } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { setStatuses } from '../support/order-status.ts';
import {
  createBrowserRequest,
  createReturnRequest,
  createSignedReturn,
  createSignedWebhook,
  createTestShop,
  CustomerPage,
  deferred,
  instantSleep,
  rightOtp,
  startAndPrompt,
  startAndSubmit,
  webhookSecret,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';

/** An order with two payments that failed, and of which nobody has read that. */
async function createTwoFailures(
  options: TestShopOptions = {},
): Promise<{ shop: TestShop; orderId: string; ids: string[] }> {
  const shop = createTestShop(options);
  const orderId = await shop.createOrder();
  const first = await shop.startPayment(orderId);
  const second = await shop.startPayment(orderId, { evenIfUndecided: true });
  setStatuses(shop, orderId, 'ATTEMPTED', 'FAILED', 'FAILED');
  const codes = ['INSUFFICIENT_FUNDS', 'CARD_EXPIRED'];
  shop.sandbox.state.orders.get(orderId)?.payments.forEach((payment, index) => {
    Object.assign(payment, { error: { code: codes[index], message: 'no' } });
  });
  shop.clock.advance(2);
  return { shop, orderId, ids: [first.paymentId, second.paymentId] };
}

describe('an order with two payments that failed', () => {
  test('has a verdict for each, with its own reason', async () => {
    const { shop, orderId, ids } = await createTwoFailures();
    expect(await shop.handler.settle(orderId)).toMatchObject({ phase: 'failed', delivered: true });
    expect(shop.verdicts).toMatchObject([
      { paymentId: ids[0], error: { code: 'INSUFFICIENT_FUNDS' }, preAuth: false },
      { paymentId: ids[1], error: { code: 'CARD_EXPIRED' }, preAuth: false },
    ]);
  });

  test('of which one is not accepted is not delivered: that one alone is delivered again', async () => {
    const told: string[] = [];
    const { shop, orderId, ids } = await createTwoFailures({
      onVerdict({ paymentId }) {
        told.push(paymentId);
        if (told.length === 1) throw new Error('database away');
      },
    });
    expect(await shop.handler.settle(orderId)).toMatchObject({ delivered: false });
    expect(await shop.handler.settle(orderId)).toMatchObject({ delivered: true });
    expect(told).toEqual([ids[0], ids[1], ids[0]]);
  });
});

describe('the payment that has the money speaks for its order', () => {
  test.each([
    ['the older one is paid', ['PROCESSED', 'FAILED'], 0],
    ['the newer one is paid', ['FAILED', 'PROCESSED'], 1],
  ] as const)('%s: settle, resume and the return show that one', async (_title, statuses, index) => {
    const phases: string[] = [];
    const made = await createTwoFailures({
      returnPage({ paymentId, phase }) {
        phases.push(paymentId, phase);
        return '/done';
      },
    });
    const { shop, orderId, ids } = made;
    setStatuses(shop, orderId, 'PROCESSED', ...statuses);
    expect(await shop.handler.settle(orderId)).toMatchObject({
      phase: 'authorized',
      verdict: { paymentId: ids[index], outcome: 'paid' },
    });
    expect(await shop.handler.resumePayment({ orderId })).toMatchObject({ paymentId: ids[index] });
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    await shop.handler.fetch(createReturnRequest(fields));
    expect(phases).toEqual([ids[index], 'authorized']);
  });
});

describe('a hook that threw', () => {
  test('is called again at once by whoever asks next, with the next attempt', async () => {
    const attempts: number[] = [];
    const { shop, orderId } = await startAndSubmit({
      onVerdict(_verdict, { attempt }) {
        attempts.push(attempt);
        if (attempt === 1) throw new Error('database away');
      },
    });
    expect(await shop.handler.settle(orderId)).toMatchObject({ delivered: false });
    expect(await shop.handler.settle(orderId)).toMatchObject({ delivered: true });
    expect(attempts).toEqual([1, 2]);
  });
});

describe('a sweep', () => {
  test('counts the orders it read, the verdicts that were accepted, and the orders that are left', async () => {
    const shop = createTestShop({
      onVerdict({ amount }) {
        if (amount.value === 35_100) throw new Error('database away');
      },
    });
    const statuses = { 35_000: 'PROCESSED', 35_100: 'PROCESSED', 35_200: 'PENDING', 35_300: 'PROCESSED' };
    for (const [value, status] of Object.entries(statuses)) {
      const orderId = await shop.createOrder({ value: Number(value) });
      const payment = {
        merchant_payment_reference: `pay-${value}`,
        payment_method: 'CARD',
        payment_amount: { value: Number(value), currency: 'INR' },
        payment_option: {
          card_details: {
            name: 'A',
            card_number: '4012001037141112',
            cvv: '123',
            expiry_month: '12',
            expiry_year: '2030',
          },
        },
      } as const;
      await shop.handler.startPayment({ orderId, payment });
      setStatuses(shop, orderId, status, status);
    }
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 4, delivered: 2, stillOpen: 2, more: false });
  });
});

describe('work that outlives its response', () => {
  /** Answers `request` while onVerdict hangs, and returns what the platform was asked to keep alive. */
  async function answer(
    options: TestShopOptions,
    createRequest: (made: Awaited<ReturnType<typeof startAndSubmit>>) => Promise<Request> | Request,
  ): Promise<{ response: Response; kept: Promise<unknown>[]; verdicts: PaymentVerdict[]; release: () => void }> {
    const { promise, resolve } = deferred();
    const called = deferred();
    const verdicts: PaymentVerdict[] = [];
    const made = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? called.promise : instantSleep(ms, signal)),
      async onVerdict(verdict) {
        called.resolve();
        await promise;
        verdicts.push(verdict);
      },
      ...options,
    });
    const kept: Promise<unknown>[] = [];
    const context = { waitUntil: (work: Promise<unknown>) => void kept.push(work) };
    const response = await made.shop.handler.fetch(await createRequest(made), context);
    return { response, kept, verdicts, release: resolve };
  }

  test.each<[string, number, (made: Awaited<ReturnType<typeof startAndSubmit>>) => Promise<Request> | Request]>([
    ['a poll', 200, ({ page }) => createBrowserRequest('payment', { session: page.session })],
    [
      'a return',
      303,
      async ({ orderId }) => createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' })),
    ],
    [
      'a webhook',
      202,
      async ({ shop, orderId }) => createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }),
    ],
  ])('%s keeps its delivery alive', async (_title, status, createRequest) => {
    const { response, kept, verdicts, release } = await answer({}, createRequest);
    expect(response.status).toBe(status);
    expect(verdicts).toEqual([]);
    release();
    await Promise.all(kept);
    expect(verdicts).toHaveLength(1);
  });
});

describe('a webhook', () => {
  test.each(['REFUND_PROCESSED', 'SETTLEMENT_DONE', 'XORDER_PROCESSED'])(
    '%s, which is not about an order or payment, reads no order',
    async (type) => {
      const seen: string[] = [];
      const { shop, orderId } = await startAndSubmit({
        webhook: { secret: webhookSecret, onEvent: ({ event_type }) => void seen.push(event_type) },
      });
      const reads = shop.callCount('getOrder');
      const response = await shop.handler.fetch(await createSignedWebhook(shop.clock, type, { order_id: orderId }));
      expect(response.status).toBe(204);
      expect(seen).toEqual([type]);
      expect(shop.callCount('getOrder')).toBe(reads);
      expect(shop.verdicts).toEqual([]);
    },
  );

  test.each(['ORDER_FAILED', 'PAYMENT_ANYTHING', 'order_failed'])('%s reads its order', async (type) => {
    const { shop, orderId } = await startAndSubmit();
    await shop.handler.fetch(await createSignedWebhook(shop.clock, type, { order_id: orderId }));
    expect(shop.verdicts).toHaveLength(1);
  });
});

describe('an answer that comes after its action has lapsed', () => {
  test('changes nothing: a late refusal of the first OTP takes back no second one', async () => {
    const held = deferred();
    const sent = deferred();
    let isFirst = true;
    const { shop, page } = await startAndPrompt({
      async network(request, send) {
        if (!request.url.endsWith('/otp/submit') || !isFirst) return send(request);
        isFirst = false;
        sent.resolve();
        await held.promise;
        return Response.json({ code: 'INVALID_OTP', message: 'no', next: ['SUBMIT_OTP'] }, { status: 400 });
      },
    });
    const late = new CustomerPage(shop.handler, page.session).submit('111111');
    await sent.promise;
    shop.clock.advance(61);
    expect((await page.getView()).phase).toBe('unresolved');
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    held.resolve();
    // Its view is older than the one that the page has, which drops it.
    expect((await late).attempts).toEqual({ misses: 0 });
    expect(await page.getView()).toMatchObject({ phase: 'authorized', attempts: { misses: 0 } });
    expect(shop.callCount('submitOtp')).toBe(1);
  });
});
