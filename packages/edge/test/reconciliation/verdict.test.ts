import { memoryStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { FrailStore } from '../support/flaky-store.ts';
import {
  landmark,
  openTill,
  Page,
  patient,
  prompted,
  returnRequest,
  rightOtp,
  signedReturn,
  signedWebhook,
  submitted,
  wrongOtp,
  type Prompted,
} from '../support/test-shop.ts';

/** Changes an order at Plural behind everybody's back. */
function alter({ till, orderId, paymentId }: Prompted, order: string, payment: string): void {
  const record = till.sandbox.state.orders.get(orderId);
  const own = record?.payments.find(({ id }) => id === paymentId);
  if (!record || !own) throw new Error('no such payment');
  Object.assign(record, { status: order });
  Object.assign(own, { status: payment });
}

describe('ways in', () => {
  const ways: Record<string, (made: Prompted) => Promise<unknown>> = {
    status: ({ page }) => page.look(),
    settle: ({ till, orderId }) => till.handler.settle(orderId),
    sweep: ({ till }) => till.handler.sweep(),
    webhook: async ({ till, orderId }) =>
      till.handler.fetch(await signedWebhook(till.clock, 'ORDER_PROCESSED', { order_id: orderId })),
    return: async ({ till, orderId }) =>
      till.handler.fetch(returnRequest(await signedReturn({ order_id: orderId, status: 'AUTHORIZED' }))),
  };

  test.each(Object.entries(ways))(
    '%s finds the verdict and delivers it once, and the others then deliver nothing',
    async (source, way) => {
      const made = await submitted();
      await way(made);
      expect(made.till.verdicts).toMatchObject([{ key: `${made.paymentId}:paid`, source }]);
      for (const other of Object.values(ways)) await other(made);
      expect(made.till.verdicts).toHaveLength(1);
    },
  );

  test('all at once they deliver once', async () => {
    const made = await submitted();
    await Promise.all([...Object.values(ways), ...Object.values(ways)].map((way) => way(made)));
    expect(made.till.verdicts).toHaveLength(1);
  });

  test('settle tells the phase, the verdict and that it was delivered', async () => {
    const { till, orderId, paymentId } = await submitted();
    expect(await till.handler.settle(orderId)).toMatchObject({
      phase: 'authorized',
      verdict: { paymentId, outcome: 'paid', source: 'settle' },
      delivered: true,
    });
    await expect(till.handler.settle('v1-unknown')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  test('settle of an open payment has no verdict and delivers nothing', async () => {
    const { till, orderId } = await prompted();
    expect(await till.handler.settle(orderId)).toEqual({ phase: 'awaitingOtp', delivered: false });
  });
});

describe('verdicts', () => {
  test('failed, then paid: a second verdict that supersedes the first', async () => {
    const made = await prompted();
    alter(made, 'ATTEMPTED', 'FAILED');
    await made.till.handler.settle(made.orderId);
    alter(made, 'PROCESSED', 'PROCESSED');
    await made.till.handler.settle(made.orderId);
    const { paymentId, till } = made;
    expect(till.verdicts.map(({ key, supersedes }) => [key, supersedes])).toEqual([
      [`${paymentId}:failed`, undefined],
      [`${paymentId}:paid`, `${paymentId}:failed`],
    ]);
  });

  test('found to be failed, and paid a moment later by another process: no verdict is told beside an order that is older', async () => {
    const inner = memoryStore();
    let meanwhile: (() => Promise<unknown>) | undefined;
    const made = await prompted({
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
    const { till, orderId, paymentId } = made;
    // It finds the payment paid, and its shop does not take the verdict.
    const other = openTill({
      sandbox: till.sandbox,
      clock: till.clock,
      store: inner,
      onVerdict: () => Promise.reject(new Error('the database is away')),
    });
    meanwhile = async () => {
      alter(made, 'PROCESSED', 'PROCESSED');
      await other.handler.settle(orderId);
    };
    alter(made, 'ATTEMPTED', 'FAILED');
    await till.handler.settle(orderId);
    expect(meanwhile).toBeUndefined();
    expect(till.verdicts).toEqual([]);
    till.clock.forward(60);
    await till.handler.sweep();
    expect(till.verdicts).toMatchObject([{ key: `${paymentId}:paid`, order: { status: 'PROCESSED' } }]);
  });

  test.each(['FAILED', 'PENDING'])('paid is never taken back when the payment later reads %s', async (status) => {
    const made = await submitted();
    await made.till.handler.settle(made.orderId);
    alter(made, 'FAILED', status);
    expect(await made.till.handler.settle(made.orderId)).toMatchObject({
      phase: 'authorized',
      verdict: { outcome: 'paid' },
    });
    alter(made, 'CANCELLED', status);
    await made.till.handler.settle(made.orderId);
    expect(made.till.verdicts).toHaveLength(1);
  });

  test('authorized, then captured: paid supersedes authorized', async () => {
    const till = openTill();
    const orderId = await till.order({ preAuth: true });
    const { client, paymentId } = await till.start(orderId);
    const page = new Page(till.handler, client.session);
    await page.generate();
    await page.submit(rightOtp);
    till.clock.forward(1);
    await page.look();
    await till.plural.captureOrder(orderId, { merchant_capture_reference: 'capture-1' });
    await till.handler.settle(orderId);
    expect(till.verdicts.map(({ key, supersedes, preAuth }) => [key, supersedes, preAuth])).toEqual([
      [`${paymentId}:authorized`, undefined, true],
      [`${paymentId}:paid`, `${paymentId}:authorized`, true],
    ]);
  });

  test('two payments of one order that were both paid are both told', async () => {
    const { till, page, orderId } = await prompted();
    const second = await till.start(orderId, { evenIfUndecided: true });
    const other = new Page(till.handler, second.client.session);
    await other.generate();
    await other.submit(rightOtp);
    await page.submit(rightOtp);
    till.clock.forward(2);
    await till.handler.settle(orderId);
    expect(till.verdicts.map(({ outcome }) => outcome)).toEqual(['paid', 'paid']);
    expect(new Set(till.verdicts.map(({ key }) => key)).size).toBe(2);
  });

  test('of nine payments that failed on one order each is told, and no record outgrows 8 KiB', async () => {
    const sizes: number[] = [];
    const inner = memoryStore();
    const till = openTill({
      store: {
        ...inner,
        save(key, value, terms) {
          sizes.push(new TextEncoder().encode(value).length);
          return inner.save(key, value, terms);
        },
      },
    });
    const orderId = await till.order();
    for (let payment = 1; payment <= 9; payment += 1) {
      const { client } = await till.start(orderId, { display: { merchantName: 'दुकान'.repeat(20) } });
      const page = new Page(till.handler, client.session);
      await page.generate();
      for (let miss = 0; miss < 3; miss += 1) await page.submit(wrongOtp);
      expect(till.verdicts).toHaveLength(payment);
    }
    expect(till.problems).toEqual([]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8192);
    expect(Math.max(...sizes)).toBeGreaterThan(7000);
  });

  test('a payment is superseded when another one of its order was paid, and takes no code', async () => {
    const { till, page, orderId } = await prompted();
    const second = await till.start(orderId, { evenIfUndecided: true });
    const other = new Page(till.handler, second.client.session);
    await other.generate();
    await other.submit(rightOtp);
    till.clock.forward(2);
    await other.look();
    till.clock.forward(2);
    expect(await page.look()).toMatchObject({ phase: 'superseded', next: [] });
    const submits = till.calls('submitOtp');
    await page.submit(rightOtp);
    expect(till.calls('submitOtp')).toBe(submits);
    expect(till.verdicts).toHaveLength(1);
  });

  test('another amount than the payment was started with is confirming, reported once and never paid', async () => {
    const made = await submitted();
    const record = made.till.sandbox.state.orders.get(made.orderId);
    for (const payment of record?.payments ?? []) Object.assign(payment, { amount: { value: 1, currency: 'INR' } });
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await made.page.look()).phase).toBe('confirming');
      made.till.clock.forward(2);
    }
    expect(made.till.verdicts).toEqual([]);
    expect(made.till.problems.filter(({ code }) => code === 'AMOUNT_MISMATCH')).toHaveLength(1);
  });

  test('an order that was called off is told from a decline, and takes no other payment', async () => {
    const made = await prompted();
    alter(made, 'CANCELLED', 'PENDING');
    made.till.clock.forward(2);
    expect(await made.page.look()).toMatchObject({
      phase: 'failed',
      problem: { code: 'PAYMENT_FAILED', advice: 'orderCancelled' },
      next: [],
    });
    expect(made.till.verdicts).toMatchObject([{ outcome: 'cancelled', orderOpen: false }]);
  });

  test('a failure carries Plural’s code to the merchant and advice to the customer, never Plural’s words', async () => {
    const made = await prompted();
    alter(made, 'ATTEMPTED', 'FAILED');
    const payment = made.till.sandbox.state.orders.get(made.orderId)?.payments[0];
    Object.assign(payment ?? {}, { error: { code: 'INSUFFICIENT_FUNDS', message: 'upstream words' } });
    made.till.clock.forward(2);
    const view = await made.page.look();
    expect(view).toMatchObject({
      phase: 'failed',
      problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' },
      next: ['payAgain'],
    });
    expect(JSON.stringify(view)).not.toContain('upstream words');
    expect(made.till.verdicts[0]?.error).toEqual({ code: 'INSUFFICIENT_FUNDS', message: 'upstream words' });
  });
});

describe('delivery', () => {
  test('an onVerdict that throws is owed, and the sweep brings it again, with the next attempt', async () => {
    const attempts: number[] = [];
    const { till, page } = await submitted({
      onVerdict(_verdict, { attempt }) {
        attempts.push(attempt);
        if (attempt < 3) throw new Error('database away');
      },
    });
    expect((await page.look()).phase).toBe('authorized');
    for (let minute = 0; minute < 30; minute += 1) {
      till.clock.forward(60);
      await till.handler.sweep();
    }
    expect(attempts).toEqual([1, 2, 3]);
    expect(till.problems.filter(({ code }) => code === 'VERDICT_NOT_DELIVERED')).toHaveLength(2);
  });

  test('an onVerdict that hangs holds its lease for a minute, hears the signal, and is called again', async () => {
    let over = false;
    const signals: AbortSignal[] = [];
    const { till, page, orderId } = await submitted({
      wait: (ms, signal) => (over && ms === 30_000 ? Promise.resolve() : patient(ms, signal)),
      onVerdict: (_verdict, { signal }) => {
        signals.push(signal);
        return signals.length === 1 ? new Promise<void>(() => undefined) : undefined;
      },
    });
    over = true;
    await page.look();
    await till.handler.sweep();
    expect((await till.handler.settle(orderId)).delivered).toBe(false);
    expect(signals).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(true);
    for (let minute = 0; minute < 3; minute += 1) {
      till.clock.forward(61);
      await till.handler.sweep();
    }
    expect(signals).toHaveLength(2);
  });

  test('a page does not wait for an onVerdict that hangs', async () => {
    const { page } = await submitted({
      wait: (ms, signal) => (ms === 4000 ? Promise.resolve() : patient(ms, signal)),
      onVerdict: () => new Promise<void>(() => undefined),
    });
    expect((await page.look()).phase).toBe('authorized');
  });

  test('a verdict that was found but not yet told is due at once', async () => {
    const store = new FrailStore();
    const { till, orderId } = await prompted({ store });
    await till.plural.submitOtp(till.sandbox.state.messages[0]?.paymentId ?? '', rightOtp);
    till.clock.forward(2);
    store.skipSaves = 1;
    store.onSave = 'throws';
    expect((await till.handler.settle(orderId)).delivered).toBe(false);
    store.onSave = undefined;
    expect(await till.handler.sweep()).toEqual({ checked: 1, delivered: 1, stillOpen: 0 });
  });

  test('a success that could not be recorded is told again', async () => {
    const store = new FrailStore();
    const { till, orderId } = await submitted({ store });
    store.skipSaves = 2;
    store.onSave = 'throws';
    expect((await till.handler.settle(orderId)).delivered).toBe(false);
    store.onSave = undefined;
    till.clock.forward(61);
    await till.handler.sweep();
    expect(till.verdicts.map(({ key }) => key)).toEqual([till.verdicts[0]?.key, till.verdicts[0]?.key]);
    expect((await till.handler.settle(orderId)).delivered).toBe(true);
    expect(till.verdicts).toHaveLength(2);
  });

  test('a process that dies while delivering leaves the verdict to the next, once its lease is over', async () => {
    const told = landmark();
    const first = await submitted({
      onVerdict() {
        told.reach();
        return new Promise<void>(() => undefined);
      },
    });
    void first.till.handler.settle(first.orderId);
    await told.reached;
    const till = openTill({ clock: first.till.clock, sandbox: first.till.sandbox, store: first.till.store });
    expect((await till.handler.settle(first.orderId)).delivered).toBe(false);
    await till.handler.sweep();
    expect(till.verdicts).toHaveLength(0);
    till.clock.forward(61);
    expect(await till.handler.sweep()).toEqual({ checked: 1, delivered: 1, stillOpen: 0 });
    expect(till.verdicts).toHaveLength(1);
  });

  test('without onVerdict nothing is owed once the verdict is known', async () => {
    const till = openTill({ onVerdict: undefined as never });
    const orderId = await till.order();
    const page = new Page(till.handler, (await till.start(orderId)).client.session);
    await page.generate();
    await page.submit(rightOtp);
    till.clock.forward(2);
    expect((await till.handler.settle(orderId)).delivered).toBe(true);
    expect(await till.store.due(till.clock.now() + 1e12, 10)).toEqual([]);
  });
});
