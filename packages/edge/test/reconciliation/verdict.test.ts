import { memoryStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import {
  createTestShop,
  CustomerPage,
  startAndPrompt,
  rightOtp,
  startAndSubmit,
  wrongOtp,
  type PaymentFixture,
} from '../support/test-shop.ts';

/** Changes an order at Plural behind everybody's back. */
function changeOrder({ shop, orderId, paymentId }: PaymentFixture, order: string, payment: string): void {
  const record = shop.sandbox.state.orders.get(orderId);
  const own = record?.payments.find(({ id }) => id === paymentId);
  if (!record || !own) throw new Error('no such payment');
  Object.assign(record, { status: order });
  Object.assign(own, { status: payment });
}

describe('verdicts', () => {
  test('failed, then paid: a second verdict that supersedes the first', async () => {
    const made = await startAndPrompt();
    changeOrder(made, 'ATTEMPTED', 'FAILED');
    await made.shop.handler.settle(made.orderId);
    changeOrder(made, 'PROCESSED', 'PROCESSED');
    await made.shop.handler.settle(made.orderId);
    const { paymentId, shop } = made;
    expect(shop.verdicts.map(({ key, supersedes }) => [key, supersedes])).toEqual([
      [`${paymentId}:failed`, undefined],
      [`${paymentId}:paid`, `${paymentId}:failed`],
    ]);
  });

  test('a failure that another process overtakes with a payment: the payment is delivered after it, with a newer order', async () => {
    const inner = memoryStore();
    let meanwhile: (() => Promise<unknown>) | undefined;
    const made = await startAndPrompt({
      store: {
        load: (key) => inner.load(key),
        claim: (nowMs, untilMs, limit) => inner.claim(nowMs, untilMs, limit),
        async save(key, value, terms) {
          const saved = await inner.save(key, value, terms);
          const work = saved && value.includes('"outcome":"failed"') ? meanwhile : undefined;
          if (work) meanwhile = undefined;
          await work?.();
          return saved;
        },
      },
    });
    const { shop, orderId, paymentId } = made;
    // It finds the payment paid while the first delivers the failure.
    const other = createTestShop({
      sandbox: shop.sandbox,
      clock: shop.clock,
      store: inner,
      onVerdict: () => Promise.reject(new Error('the database is away')),
    });
    meanwhile = async () => {
      changeOrder(made, 'PROCESSED', 'PROCESSED');
      await other.handler.settle(orderId);
    };
    changeOrder(made, 'ATTEMPTED', 'FAILED');
    await shop.handler.settle(orderId);
    expect(meanwhile).toBeUndefined();
    expect(shop.verdicts).toMatchObject([
      { key: `${paymentId}:failed`, order: { status: 'ATTEMPTED' } },
      { key: `${paymentId}:paid`, supersedes: `${paymentId}:failed`, order: { status: 'PROCESSED' } },
    ]);
    expect(other.problems).toEqual([]);
  });

  test.each(['FAILED', 'PENDING'])('a paid verdict stays when the payment’s status is later %s', async (status) => {
    const made = await startAndSubmit();
    await made.shop.handler.settle(made.orderId);
    changeOrder(made, 'FAILED', status);
    expect(await made.shop.handler.settle(made.orderId)).toMatchObject({
      phase: 'authorized',
      verdict: { outcome: 'paid' },
    });
    changeOrder(made, 'CANCELLED', status);
    await made.shop.handler.settle(made.orderId);
    expect(made.shop.verdicts).toHaveLength(1);
  });

  test('authorized, then captured: paid supersedes authorized', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder({ preAuth: true });
    const { client, paymentId } = await shop.startPayment(orderId);
    const page = new CustomerPage(shop.handler, client.session);
    await page.generate();
    await page.submit(rightOtp);
    shop.clock.advance(1);
    const isReserved = async (): Promise<unknown> => (await page.getView()).display?.preAuth;
    expect(client.view.display?.preAuth).toBe(true);
    expect(await isReserved()).toBe(true);
    await shop.plural.captureOrder(orderId, { merchant_capture_reference: 'capture-1' });
    await shop.handler.settle(orderId);
    expect(await isReserved()).toBeUndefined();
    expect(shop.verdicts.map(({ key, supersedes, preAuth }) => [key, supersedes, preAuth])).toEqual([
      [`${paymentId}:authorized`, undefined, true],
      [`${paymentId}:paid`, `${paymentId}:authorized`, true],
    ]);
  });

  test('nine failed payments of one order each have a verdict, and the record stays under 8 KiB', async () => {
    const sizes: number[] = [];
    const inner = memoryStore();
    const shop = createTestShop({
      store: {
        ...inner,
        save(key, value, terms) {
          sizes.push(new TextEncoder().encode(value).length);
          return inner.save(key, value, terms);
        },
      },
    });
    const orderId = await shop.createOrder();
    for (let payment = 1; payment <= 9; payment += 1) {
      const { client } = await shop.startPayment(orderId, { display: { merchantName: 'दुकान'.repeat(20) } });
      const page = new CustomerPage(shop.handler, client.session);
      await page.generate();
      for (let miss = 0; miss < 3; miss += 1) await page.submit(wrongOtp);
      expect(shop.verdicts).toHaveLength(payment);
    }
    expect(shop.problems).toEqual([]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8192);
    expect(Math.max(...sizes)).toBeGreaterThan(7000);
  });

  test('a payment is superseded when another one of its order was paid, and submits no OTP', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    const second = await shop.startPayment(orderId, { evenIfUndecided: true });
    const other = new CustomerPage(shop.handler, second.client.session);
    await other.generate();
    await other.submit(rightOtp);
    shop.clock.advance(2);
    await other.getView();
    shop.clock.advance(2);
    expect(await page.getView()).toMatchObject({ phase: 'superseded', next: [] });
    const submits = shop.callCount('submitOtp');
    await page.submit(rightOtp);
    expect(shop.callCount('submitOtp')).toBe(submits);
    expect(shop.verdicts).toHaveLength(1);
  });

  test('an amount other than the one the payment was started with stays in `confirming`, is reported once and never paid', async () => {
    const made = await startAndSubmit();
    const record = made.shop.sandbox.state.orders.get(made.orderId);
    for (const payment of record?.payments ?? []) Object.assign(payment, { amount: { value: 1, currency: 'INR' } });
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await made.page.getView()).phase).toBe('confirming');
      made.shop.clock.advance(2);
    }
    expect(made.shop.verdicts).toEqual([]);
    expect(made.shop.problems.filter(({ code }) => code === 'AMOUNT_MISMATCH')).toHaveLength(1);
  });

  test('a cancelled order is reported as cancelled, not as declined, and takes no other payment', async () => {
    const made = await startAndPrompt();
    changeOrder(made, 'CANCELLED', 'PENDING');
    made.shop.clock.advance(2);
    expect(await made.page.getView()).toMatchObject({
      phase: 'failed',
      problem: { code: 'PAYMENT_FAILED', advice: 'orderCancelled' },
      next: [],
    });
    expect(made.shop.verdicts).toMatchObject([{ outcome: 'cancelled', orderOpen: false }]);
  });

  test('a failure gives the merchant Plural’s error and the customer advice, never Plural’s message', async () => {
    const made = await startAndPrompt();
    changeOrder(made, 'ATTEMPTED', 'FAILED');
    const payment = made.shop.sandbox.state.orders.get(made.orderId)?.payments[0];
    Object.assign(payment ?? {}, { error: { code: 'INSUFFICIENT_FUNDS', message: 'upstream words' } });
    made.shop.clock.advance(2);
    const view = await made.page.getView();
    expect(view).toMatchObject({
      phase: 'failed',
      problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' },
      next: ['payAgain'],
    });
    expect(JSON.stringify(view)).not.toContain('upstream words');
    expect(made.shop.verdicts[0]?.error).toEqual({ code: 'INSUFFICIENT_FUNDS', message: 'upstream words' });
  });
});
