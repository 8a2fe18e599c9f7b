import { describe, expect, test } from 'vitest';
import { memoryStore, type OtpHandlerOptions, type PaymentStore } from '@plural-otp/edge';
import { pay, setStatus } from '../support/order-status.ts';
import { startMany } from '../support/many-payments.ts';
import {
  Clock,
  createTestShop,
  CustomerPage,
  deferred,
  instantSleep,
  startAndPrompt,
  rightOtp,
  startAndSubmit,
  wrongOtp,
  type TestShop,
} from '../support/test-shop.ts';
import { TestDatabase } from '../support/test-database.ts';
import { dueKeys } from '../support/due-keys.ts';

describe('sweep', () => {
  test('a tab closed right after its submit, without a webhook: the next sweep delivers the verdict', async () => {
    const { shop } = await startAndSubmit();
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
    expect(await shop.handler.sweep()).toMatchObject({ checked: 0, delivered: 0, stillOpen: 0, more: false });
  });

  test('an abandoned payment is checked after 1, 2, 5, 15, 60 minutes, 3, 8, 24, 48 and 72 hours, then reported', async () => {
    const shop = createTestShop();
    await shop.startPayment(await shop.createOrder());
    const looks: number[] = [];
    for (let minute = 1; minute <= 80 * 60; minute += 1) {
      shop.clock.advance(60);
      if ((await shop.handler.sweep()).checked > 0) looks.push(minute);
    }
    expect(looks).toEqual([1, 2, 5, 15, 60, 180, 480, 1440, 2880, 4320]);
    expect(shop.problems.filter(({ code }) => code === 'ORDER_STILL_OPEN')).toHaveLength(1);
    expect(await dueKeys(shop.store, shop.clock.now() + 1e12, 10)).toEqual([]);
  });

  test('a verdict that onVerdict rejects is retried for longer than 72 hours', async () => {
    let away = true;
    const { shop } = await startAndSubmit({
      onVerdict() {
        if (away) throw new Error('database away');
      },
    });
    for (let hour = 0; hour < 100; hour += 1) {
      await shop.handler.sweep();
      shop.clock.advance(3600);
    }
    away = false;
    shop.clock.advance(24 * 3600);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
  });

  test('orders that cannot be read do not stop the others', async () => {
    const one = await startAndSubmit();
    const { shop } = one;
    const orderId = await shop.createOrder();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
    await page.generate();
    await page.submit(rightOtp);
    shop.clock.advance(2);
    shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404, times: 1 });
    const result = await shop.handler.sweep();
    expect(result).toMatchObject({ checked: 2, delivered: 1, stillOpen: 1, more: false });
    shop.clock.advance(300);
    await shop.handler.sweep();
    expect(shop.verdicts).toHaveLength(2);
  });

  test('once its signal is aborted it checks nothing, and says that more is left', async () => {
    const { shop } = await startAndPrompt();
    shop.clock.advance(120);
    expect(await shop.handler.sweep({ signal: AbortSignal.abort() })).toMatchObject({ checked: 0, more: true });
  });

  test('parallel sweeps check each order once', async () => {
    const { shop } = await startAndPrompt();
    shop.clock.advance(61);
    const reads = shop.callCount('getOrder');
    await Promise.all([shop.handler.sweep(), shop.handler.sweep(), shop.handler.sweep()]);
    expect(shop.callCount('getOrder')).toBe(reads + 1);
  });

  test('a rejected OTP produces no verdict', async () => {
    const { shop, page } = await startAndPrompt();
    await page.submit(wrongOtp);
    shop.clock.advance(61);
    await shop.handler.sweep();
    expect(shop.verdicts).toEqual([]);
  });

  test('a sweep goes on until nothing is due, and says for how long the oldest order had been due', async () => {
    const shop = createTestShop();
    await startMany(shop, 100);
    shop.clock.advance(180);
    expect(await shop.handler.sweep()).toEqual({
      checked: 100,
      delivered: 0,
      stillOpen: 100,
      more: false,
      oldestDueMs: 120_000,
    });
    expect(await shop.handler.sweep()).toEqual({ checked: 0, delivered: 0, stillOpen: 0, more: false });
  });

  test('a sweep ends with its budget while an order is being read, and says that more is left', async () => {
    const over = deferred();
    let isSlow = false;
    let reading = 0;
    const shop = createTestShop({
      wait: (ms, signal) => (ms === 5000 ? over.promise : instantSleep(ms, signal)),
      network(request, send) {
        if (!isSlow) return send(request);
        reading += 1;
        if (reading === 8) over.resolve();
        return new Promise(() => undefined);
      },
    });
    await startMany(shop, 30);
    shop.clock.advance(60);
    isSlow = true;
    expect(await shop.handler.sweep({ budgetMs: 5000 })).toMatchObject({ checked: 0, more: true });
    // Only the eight orders that are being read have to wait.
    const other = createTestShop({ clock: shop.clock, sandbox: shop.sandbox, store: shop.store });
    expect(await other.handler.sweep()).toMatchObject({ checked: 22, more: false });
  });

  test('an undelivered verdict comes before every order that is merely open', async () => {
    const read: string[] = [];
    const { shop, orderId } = await startAndSubmit({
      network: (request, send) => {
        if (request.method === 'GET') read.push(request.url.split('/').at(-1) ?? '');
        return send(request);
      },
    });
    const web = createTestShop({ clock: shop.clock, sandbox: shop.sandbox, store: shop.store, onVerdict: false });
    await startMany(web, 20);
    shop.clock.advance(3600);
    await web.handler.settle(orderId);
    read.length = 0;
    await shop.handler.sweep({ concurrency: 1 });
    expect(read).toHaveLength(21);
    expect(read[0]).toBe(orderId);
  });

  test('an onVerdict that hangs keeps no order from being read, and is called no more in that sweep', async () => {
    const hookTime = deferred();
    let calls = 0;
    const shop = createTestShop({
      wait: (ms, signal) => {
        if (ms === 1000 && signal) return Promise.resolve();
        return ms === 30_000 ? hookTime.promise : instantSleep(ms, signal);
      },
      onVerdict() {
        calls += 1;
        return new Promise<void>(() => undefined);
      },
    });
    await undelivered(shop, 12);
    const open = await startMany(shop, 12);
    shop.clock.advance(60);
    const reads = shop.callCount('getOrder');
    const swept = shop.handler.sweep({ concurrency: 2 });
    await expect.poll(() => shop.callCount('getOrder') - reads).toBe(open.length + 2);
    hookTime.resolve();
    expect(await swept).toMatchObject({ checked: 14, delivered: 0, more: false });
    expect(calls).toBe(2);
  });

  test('an onVerdict that keeps failing keeps no order from being read', async () => {
    let calls = 0;
    const shop = createTestShop({
      onVerdict() {
        calls += 1;
        throw new Error('database away');
      },
    });
    await undelivered(shop, 60);
    const open = await startMany(shop, 30);
    shop.clock.advance(60);
    const { checked } = await shop.handler.sweep({ concurrency: 4 });
    expect(calls).toBeGreaterThanOrEqual(20);
    expect(calls).toBeLessThan(20 + 4);
    expect(checked).toBe(open.length + calls);
  });

  test('records that cannot be read are reported, left as they are, and do not stop the others', async () => {
    const { shop } = await startAndSubmit();
    const newer = JSON.stringify({ version: 99, anything: true });
    for (let index = 0; index < 60; index += 1) {
      const terms = { version: undefined, keepSeconds: 60, dueAtMs: 0, undelivered: true };
      await shop.store.save(`unreadable ${index}`, index % 2 === 0 ? newer : '{"versi', terms);
    }
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 60, more: false });
    const keys = shop.problems.map(({ code, recordKey }) => [code, recordKey]);
    expect(new Set(keys.map(([, key]) => key)).size).toBe(60);
    expect(keys.every(([code]) => code === 'RECORD_UNREADABLE')).toBe(true);
    expect((await shop.store.load('unreadable 0'))?.value).toBe(newer);
    shop.clock.advance(61);
    await shop.handler.sweep();
    expect(shop.problems).toHaveLength(120);
  });

  test('records that the store does not save do not stop the others', async () => {
    const inner = memoryStore();
    let refused: ReadonlySet<string> = new Set();
    const saved = new Set<string>();
    const store: PaymentStore = {
      ...inner,
      save(key, value, terms) {
        if (refused.has(key)) throw new Error('read-only');
        saved.add(key);
        return inner.save(key, value, terms);
      },
    };
    const shop = createTestShop({ store });
    await startMany(shop, 60);
    refused = new Set(saved);
    const { orderId } = await startAndSubmit({ store, clock: shop.clock, sandbox: shop.sandbox });
    shop.clock.advance(3600);
    expect(await shop.handler.sweep()).toMatchObject({ delivered: 1 });
    expect(shop.verdicts.map((verdict) => verdict.orderId)).toEqual([orderId]);
  });

  test.each([71, 73, 1000])(
    'after %i hours without a sweep, and a first one that Plural rejects, every verdict is delivered',
    async (hours) => {
      let isBusy = false;
      const shop = createTestShop({
        network: (request, send) => (isBusy ? Promise.resolve(new Response('{}', { status: 429 })) : send(request)),
      });
      const orderIds = await startMany(shop, 10);
      shop.clock.advance(hours * 3600);
      for (const orderId of orderIds) pay(shop, orderId);
      isBusy = true;
      await shop.handler.sweep();
      isBusy = false;
      await sweepForHours(shop, 100);
      expect(shop.verdicts).toHaveLength(10);
      expect(shop.problems.map(({ code }) => code)).not.toContain('ORDER_STILL_OPEN');
    },
  );

  test('ORDER_STILL_OPEN waits for a check that has read the order', async () => {
    let isAway = false;
    const shop = createTestShop({
      network: (request, send) => (isAway ? Promise.resolve(new Response('{}', { status: 404 })) : send(request)),
    });
    await startMany(shop, 1);
    isAway = true;
    await sweepForHours(shop, 10 * 24);
    expect(shop.problems.map(({ code }) => code)).not.toContain('ORDER_STILL_OPEN');
    isAway = false;
    await sweepForHours(shop, 24);
    expect(shop.problems.filter(({ code }) => code === 'ORDER_STILL_OPEN')).toHaveLength(1);
    expect(await dueKeys(shop.store, shop.clock.now() + 1e12, 10)).toEqual([]);
  });

  test.each([73, -1, 24 * 365])(
    'sweeps by a clock that is %i hours off end no watch and lose no verdict',
    async (hours) => {
      const shop = createTestShop();
      const orderIds = await startMany(shop, 10);
      const wrong = new Clock();
      const other = createTestShop({
        clock: wrong,
        sandbox: shop.sandbox,
        store: shop.store,
        onVerdict: shopHook(shop),
      });
      for (let turn = 0; turn < 3; turn += 1) {
        shop.clock.advance(120);
        wrong.ms = shop.clock.ms + hours * 3_600_000;
        await other.handler.sweep();
        await shop.handler.sweep();
      }
      expect(other.problems.map(({ code }) => code)).not.toContain('ORDER_STILL_OPEN');
      for (const orderId of orderIds) pay(shop, orderId);
      await sweepForHours(shop, hours + 100);
      expect(new Set(shop.verdicts.map((verdict) => verdict.orderId)).size).toBe(10);
    },
  );

  test('a declined payment is checked 1, 6, 24 and 72 hours after its delivery, and found paid', async () => {
    const { shop, orderId, paymentId } = await startAndPrompt();
    setStatus(shop, orderId, 'FAILED');
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
    const checks: number[] = [];
    for (let minutes = 1; minutes <= 100 * 60; minutes += 1) {
      shop.clock.advance(60);
      if ((await shop.handler.sweep()).checked > 0) checks.push(minutes / 60);
      if (checks.length === 3) pay(shop, orderId);
    }
    expect(checks).toEqual([1, 6, 24, 72]);
    expect(shop.verdicts.map(({ key }) => key)).toEqual([`${paymentId}:failed`, `${paymentId}:paid`]);
    expect(await dueKeys(shop.store, shop.clock.now() + 1e12, 10)).toEqual([]);
  });

  test('the sweep of a process without onVerdict reads open orders, and leaves every verdict due at once', async () => {
    const shop = createTestShop();
    const web = createTestShop({ clock: shop.clock, sandbox: shop.sandbox, store: shop.store, onVerdict: false });
    const orderIds = await startMany(web, 20);
    for (const orderId of orderIds.slice(0, 10)) pay(shop, orderId);
    shop.clock.advance(60);
    expect(await web.handler.sweep()).toMatchObject({ checked: 20, delivered: 0, stillOpen: 20 });
    expect(await web.handler.sweep()).toMatchObject({ checked: 0, delivered: 0, more: false });
    expect(await shop.handler.sweep()).toMatchObject({ checked: 10, delivered: 10, stillOpen: 0 });
  });

  test('a check of an order that is still open costs one save, and no read of the record', async () => {
    const store = new TestDatabase();
    const shop = createTestShop({ store });
    await startMany(shop, 1);
    shop.clock.advance(60);
    store.calls.length = 0;
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1 });
    expect(store.calls).toEqual(['save']);
  });
});

/** Leaves so many paid orders whose verdicts are recorded, due, and not delivered. */
async function undelivered(shop: TestShop, count: number): Promise<void> {
  const web = createTestShop({ clock: shop.clock, sandbox: shop.sandbox, store: shop.store, onVerdict: false });
  for (const orderId of await startMany(web, count)) {
    pay(web, orderId);
    await web.handler.settle(orderId);
  }
}

/** Sweeps each hour for so many hours. */
async function sweepForHours(shop: TestShop, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    shop.clock.advance(3600);
    await shop.handler.sweep();
  }
}

const shopHook =
  (shop: TestShop): OtpHandlerOptions['onVerdict'] =>
  (verdict) =>
    void shop.verdicts.push(verdict);
