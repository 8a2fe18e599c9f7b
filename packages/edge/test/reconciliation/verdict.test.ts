import { memoryStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  deferred,
  createTestShop,
  CustomerPage,
  instantSleep,
  startAndPrompt,
  createReturnRequest,
  rightOtp,
  createSignedReturn,
  createSignedWebhook,
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

describe('ways in', () => {
  const ways: Record<string, (made: PaymentFixture) => Promise<unknown>> = {
    status: ({ page }) => page.getView(),
    settle: ({ shop, orderId }) => shop.handler.settle(orderId),
    sweep: ({ shop }) => shop.handler.sweep(),
    webhook: async ({ shop, orderId }) =>
      shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId })),
    return: async ({ shop, orderId }) =>
      shop.handler.fetch(createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }))),
  };

  test.each(Object.entries(ways))(
    '%s finds the verdict and delivers it once, and the others then deliver nothing',
    async (source, way) => {
      const made = await startAndSubmit();
      await way(made);
      expect(made.shop.verdicts).toMatchObject([{ key: `${made.paymentId}:paid`, source }]);
      for (const other of Object.values(ways)) await other(made);
      expect(made.shop.verdicts).toHaveLength(1);
    },
  );

  test('all at once they deliver once', async () => {
    const made = await startAndSubmit();
    await Promise.all([...Object.values(ways), ...Object.values(ways)].map((way) => way(made)));
    expect(made.shop.verdicts).toHaveLength(1);
  });

  test('settle tells the phase, the verdict and that it was delivered', async () => {
    const { shop, orderId, paymentId } = await startAndSubmit();
    expect(await shop.handler.settle(orderId)).toMatchObject({
      phase: 'authorized',
      verdict: { paymentId, outcome: 'paid', source: 'settle' },
      delivered: true,
    });
    await expect(shop.handler.settle('v1-unknown')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  test('settle of an open payment has no verdict and delivers nothing', async () => {
    const { shop, orderId } = await startAndPrompt();
    expect(await shop.handler.settle(orderId)).toEqual({ phase: 'awaitingOtp', delivered: false });
  });
});

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

  test('found to be failed, and paid a moment later by another process: no verdict is told beside an order that is older', async () => {
    const inner = memoryStore();
    let meanwhile: (() => Promise<unknown>) | undefined;
    const made = await startAndPrompt({
      store: {
        load: (key) => inner.load(key),
        due: (nowMs, limit) => inner.due(nowMs, limit),
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
    // It finds the payment paid, and its shop does not take the verdict.
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
    expect(shop.verdicts).toEqual([]);
    shop.clock.advance(60);
    await shop.handler.sweep();
    expect(shop.verdicts).toMatchObject([{ key: `${paymentId}:paid`, order: { status: 'PROCESSED' } }]);
  });

  test.each(['FAILED', 'PENDING'])('paid is never taken back when the payment later reads %s', async (status) => {
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
    await page.getView();
    await shop.plural.captureOrder(orderId, { merchant_capture_reference: 'capture-1' });
    await shop.handler.settle(orderId);
    expect(shop.verdicts.map(({ key, supersedes, preAuth }) => [key, supersedes, preAuth])).toEqual([
      [`${paymentId}:authorized`, undefined, true],
      [`${paymentId}:paid`, `${paymentId}:authorized`, true],
    ]);
  });

  test('two payments of one order that were both paid are both told', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    const second = await shop.startPayment(orderId, { evenIfUndecided: true });
    const other = new CustomerPage(shop.handler, second.client.session);
    await other.generate();
    await other.submit(rightOtp);
    await page.submit(rightOtp);
    shop.clock.advance(2);
    await shop.handler.settle(orderId);
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['paid', 'paid']);
    expect(new Set(shop.verdicts.map(({ key }) => key)).size).toBe(2);
  });

  test('of nine payments that failed on one order each is told, and no record outgrows 8 KiB', async () => {
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

  test('a payment is superseded when another one of its order was paid, and takes no code', async () => {
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

  test('another amount than the payment was started with is confirming, reported once and never paid', async () => {
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

  test('an order that was called off is told from a decline, and takes no other payment', async () => {
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

  test('a failure carries Plural’s code to the merchant and advice to the customer, never Plural’s words', async () => {
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

describe('delivery', () => {
  test('an onVerdict that throws is owed, and the sweep brings it again, with the next attempt', async () => {
    const attempts: number[] = [];
    const { shop, page } = await startAndSubmit({
      onVerdict(_verdict, { attempt }) {
        attempts.push(attempt);
        if (attempt < 3) throw new Error('database away');
      },
    });
    expect((await page.getView()).phase).toBe('authorized');
    for (let minute = 0; minute < 30; minute += 1) {
      shop.clock.advance(60);
      await shop.handler.sweep();
    }
    expect(attempts).toEqual([1, 2, 3]);
    expect(shop.problems.filter(({ code }) => code === 'VERDICT_NOT_DELIVERED')).toHaveLength(2);
  });

  test('an onVerdict that hangs holds its lease for a minute, hears the signal, and is called again', async () => {
    let over = false;
    const signals: AbortSignal[] = [];
    const { shop, page, orderId } = await startAndSubmit({
      wait: (ms, signal) => (over && ms === 30_000 ? Promise.resolve() : instantSleep(ms, signal)),
      onVerdict: (_verdict, { signal }) => {
        signals.push(signal);
        return signals.length === 1 ? new Promise<void>(() => undefined) : undefined;
      },
    });
    over = true;
    await page.getView();
    await shop.handler.sweep();
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    expect(signals).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(true);
    for (let minute = 0; minute < 3; minute += 1) {
      shop.clock.advance(61);
      await shop.handler.sweep();
    }
    expect(signals).toHaveLength(2);
  });

  test('a page does not wait for an onVerdict that hangs', async () => {
    const { page } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? Promise.resolve() : instantSleep(ms, signal)),
      onVerdict: () => new Promise<void>(() => undefined),
    });
    expect((await page.getView()).phase).toBe('authorized');
  });

  test('a verdict that was found but not yet told is due at once', async () => {
    const store = new FlakyStore();
    const { shop, orderId } = await startAndPrompt({ store });
    await shop.plural.submitOtp(shop.sandbox.state.messages[0]?.paymentId ?? '', rightOtp);
    shop.clock.advance(2);
    store.skipSaves = 1;
    store.saveFailure = 'throws';
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    store.saveFailure = undefined;
    expect(await shop.handler.sweep()).toEqual({ checked: 1, delivered: 1, stillOpen: 0 });
  });

  test('a success that could not be recorded is told again', async () => {
    const store = new FlakyStore();
    const { shop, orderId } = await startAndSubmit({ store });
    store.skipSaves = 2;
    store.saveFailure = 'throws';
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    store.saveFailure = undefined;
    shop.clock.advance(61);
    await shop.handler.sweep();
    expect(shop.verdicts.map(({ key }) => key)).toEqual([shop.verdicts[0]?.key, shop.verdicts[0]?.key]);
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
    expect(shop.verdicts).toHaveLength(2);
  });

  test('a process that dies while delivering leaves the verdict to the next, once its lease is over', async () => {
    const told = deferred();
    const first = await startAndSubmit({
      onVerdict() {
        told.resolve();
        return new Promise<void>(() => undefined);
      },
    });
    void first.shop.handler.settle(first.orderId);
    await told.promise;
    const shop = createTestShop({ clock: first.shop.clock, sandbox: first.shop.sandbox, store: first.shop.store });
    expect((await shop.handler.settle(first.orderId)).delivered).toBe(false);
    await shop.handler.sweep();
    expect(shop.verdicts).toHaveLength(0);
    shop.clock.advance(61);
    expect(await shop.handler.sweep()).toEqual({ checked: 1, delivered: 1, stillOpen: 0 });
    expect(shop.verdicts).toHaveLength(1);
  });

  test('without onVerdict nothing is owed once the verdict is known', async () => {
    const shop = createTestShop({ onVerdict: undefined as never });
    const orderId = await shop.createOrder();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
    await page.generate();
    await page.submit(rightOtp);
    shop.clock.advance(2);
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
    expect(await shop.store.due(shop.clock.now() + 1e12, 10)).toEqual([]);
  });
});
