/** What a sweep says of the oldest order, when it ends early, and what it leaves claimed or due. */
import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { dueKeys } from '../support/due-keys.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { pay, setStatuses } from '../support/order-status.ts';
import { TestDatabase } from '../support/test-database.ts';
import { startMany } from '../support/many-payments.ts';
import {
  catchPluralError,
  Clock,
  createTestShop,
  deferred,
  instantSleep,
  startAndPrompt,
} from '../support/test-shop.ts';

describe('the age of the oldest order', () => {
  test('is 0 for one that is due just now, and absent for one that was claimed before its time', async () => {
    const clock = new Clock();
    const inner = memoryStore({ now: clock.now });
    const early: PaymentStore = { ...inner, claim: (nowMs, ...rest) => inner.claim(nowMs + 1, ...rest) };
    const { shop } = await startAndPrompt({ clock, store: early });
    clock.ms += 59_999;
    expect(await shop.handler.sweep()).toEqual({ checked: 0, delivered: 0, stillOpen: 0, more: false });
    clock.ms += 1;
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, oldestDueMs: 0 });
  });

  test('counts orders whose record cannot be read', async () => {
    const { shop } = await startAndPrompt();
    const terms = { version: undefined, keepSeconds: 3600, dueAtMs: shop.clock.now() };
    await shop.store.save('unreadable', '{"versi', terms);
    shop.clock.advance(90);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, stillOpen: 1 + 1, oldestDueMs: 90_000 });
  });
});

describe('a sweep that ends early', () => {
  test.each([
    [5, 1, 4],
    [3, 2, 1],
  ])('by its signal leaves of %i orders, %i at once, %i due at once', async (orders, concurrency, left) => {
    const controller = new AbortController();
    const store = new TestDatabase();
    let isSwept = false;
    const shop = createTestShop({
      store,
      network(request, send) {
        if (isSwept) controller.abort();
        return send(request);
      },
    });
    await startMany(shop, orders);
    shop.clock.advance(60);
    isSwept = true;
    store.calls.length = 0;
    const { signal } = controller;
    expect(await shop.handler.sweep({ concurrency, signal })).toMatchObject({ checked: concurrency, more: true });
    // What is released was read by its claim.
    expect(new Set(store.calls)).toEqual(new Set(['save']));
    expect(await dueKeys(shop.store, shop.clock.now(), 10)).toHaveLength(left);
  });

  test('by its budget begins no further order, and returns figures that the rest of its work does not change', async () => {
    const [reading, over] = [deferred(), deferred()];
    let isSlow = false;
    const shop = createTestShop({
      wait: (ms, signal) => (ms === 5000 ? reading.promise : instantSleep(ms, signal)),
      async network(request, send) {
        if (isSlow) {
          reading.resolve();
          await over.promise;
        }
        return send(request);
      },
    });
    for (const orderId of await startMany(shop, 3)) pay(shop, orderId);
    shop.clock.advance(60);
    const reads = shop.callCount('getOrder');
    isSlow = true;
    const result = await shop.handler.sweep({ budgetMs: 5000, concurrency: 1 });
    over.resolve();
    await expect.poll(() => shop.verdicts).toHaveLength(1);
    for (let turn = 0; turn < 20; turn += 1) await instantSleep(0);
    expect(shop.callCount('getOrder') - reads).toBe(1);
    expect(result).toMatchObject({ checked: 0, delivered: 0, more: true });
  });

  test('and cannot make its orders due again is reported, and resolves all the same', async () => {
    const controller = new AbortController();
    const store = new FlakyStore();
    let isSwept = false;
    const shop = createTestShop({
      store,
      network(request, send) {
        if (isSwept) {
          controller.abort();
          store.saveFailure = 'throws';
        }
        return send(request);
      },
    });
    await startMany(shop, 3);
    shop.clock.advance(60);
    isSwept = true;
    const { signal } = controller;
    expect(await shop.handler.sweep({ concurrency: 1, signal })).toMatchObject({ more: true });
    expect(shop.problems.map(({ code }) => code)).toContain('STORE_FAILED');
  });

  test('because the store does not claim is STORE_FAILED', async () => {
    const shop = createTestShop({ store: { ...memoryStore(), claim: () => Promise.reject(new Error('away')) } });
    expect(await catchPluralError(shop.handler.sweep())).toMatchObject({ code: 'STORE_FAILED' });
  });
});

test('verdicts that a sweep passes over because onVerdict keeps failing wait for the end of their claim', async () => {
  const web = createTestShop({ onVerdict: false });
  for (const orderId of await startMany(web, 30)) {
    pay(web, orderId);
    await web.handler.settle(orderId);
  }
  let calls = 0;
  const { clock, sandbox, store } = web;
  const shop = createTestShop({
    clock,
    sandbox,
    store,
    onVerdict() {
      calls += 1;
      throw new Error('database away');
    },
  });
  await shop.handler.sweep({ concurrency: 1 });
  expect(calls).toBe(20);
  expect(await dueKeys(store, clock.now() + 59_999, 100)).toEqual([]);
  expect(await dueKeys(store, clock.now() + 60_000, 100)).toHaveLength(30);
});

test('an onVerdict that takes more than a second holds up other verdicts until it ends, and no longer', async () => {
  const web = createTestShop({ onVerdict: false });
  const slow = await web.createOrder();
  const read = await web.createOrder();
  const last = await web.createOrder();
  await web.startPayment(slow);
  await web.startPayment(read);
  await web.startPayment(read, { evenIfUndecided: true });
  await web.startPayment(last);
  pay(web, slow);
  setStatuses(web, read, 'PENDING', 'FAILED', 'PENDING');
  pay(web, last);
  for (const orderId of [slow, read, last]) {
    await web.handler.settle(orderId);
    web.clock.advance(1);
  }
  web.clock.advance(60);
  const goOn = deferred();
  const told: string[] = [];
  let orders = 0;
  const shop = createTestShop({
    clock: web.clock,
    sandbox: web.sandbox,
    store: web.store,
    wait(ms, signal) {
      if (ms !== 1000 || !signal) return instantSleep(ms, signal);
      orders += 1;
      return orders === 1 ? Promise.resolve() : instantSleep(ms, signal);
    },
    async network(request, send) {
      if (request.url.endsWith(read)) {
        goOn.resolve();
        for (let turn = 0; turn < 20; turn += 1) await instantSleep(0);
      }
      return send(request);
    },
    async onVerdict({ orderId }) {
      told.push(orderId);
      if (orderId === slow) await goOn.promise;
    },
  });
  // The order in between is read while its verdict has to wait, and once more to deliver that.
  expect(await shop.handler.sweep({ concurrency: 1 })).toMatchObject({ checked: 4, delivered: 3 });
  expect(told).toEqual([slow, read, last]);
});
