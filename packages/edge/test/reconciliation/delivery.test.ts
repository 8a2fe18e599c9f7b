import type { PaymentStore, PaymentVerdict, VerdictContext } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { setStatus } from '../support/order-status.ts';
import { TestDatabase } from '../support/test-database.ts';
import {
  Clock,
  createSignedWebhook,
  createTestShop,
  deferred,
  instantSleep,
  startAndSubmit,
} from '../support/test-shop.ts';

describe('delivery', () => {
  test('a verdict whose onVerdict throws is retried by the sweep, with the next attempt number', async () => {
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

  test('an onVerdict that hangs keeps its lease for a minute, gets an aborted signal, and is retried', async () => {
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

  test('a page’s response does not wait for an onVerdict that hangs', async () => {
    const { page } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? Promise.resolve() : instantSleep(ms, signal)),
      onVerdict: () => new Promise<void>(() => undefined),
    });
    expect((await page.getView()).phase).toBe('authorized');
  });

  test('a verdict that a process without onVerdict found is due at once', async () => {
    const { shop, orderId } = await startAndSubmit();
    const web = createTestShop({ clock: shop.clock, sandbox: shop.sandbox, store: shop.store, onVerdict: false });
    expect(await web.handler.settle(orderId)).toMatchObject({ verdict: { outcome: 'paid' }, delivered: false });
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
  });

  test('a delivery that could not be recorded is repeated once its lease has expired', async () => {
    const store = new FlakyStore();
    const { shop, orderId } = await startAndSubmit({ store });
    store.skipSaves = 1;
    store.saveFailure = 'throws';
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    store.saveFailure = undefined;
    shop.clock.advance(61);
    await shop.handler.sweep();
    expect(shop.verdicts.map(({ key }) => key)).toEqual([shop.verdicts[0]?.key, shop.verdicts[0]?.key]);
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
    expect(shop.verdicts).toHaveLength(2);
  });

  test('a process that dies while delivering leaves the verdict to the next one, once its lease has expired', async () => {
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
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
    expect(shop.verdicts).toHaveLength(1);
  });

  test.each([false, undefined])('with onVerdict %s nothing is delivered or marked delivered', async (onVerdict) => {
    const { shop, orderId } = await startAndSubmit({ onVerdict: onVerdict as false });
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    await shop.handler.sweep();
    shop.clock.advance(100 * 3600);
    await shop.handler.sweep();
    const worker = createTestShop({ clock: shop.clock, sandbox: shop.sandbox, store: shop.store });
    expect(await worker.handler.sweep()).toMatchObject({ checked: 1, delivered: 1 });
    expect(worker.verdicts).toMatchObject([{ outcome: 'paid' }]);
  });

  test('a verdict that is never accepted is retried ever less, daily in the end, and reported after a day', async () => {
    let attempts = 0;
    const { shop, orderId } = await startAndSubmit({
      onVerdict() {
        attempts += 1;
        throw new Error('database away');
      },
    });
    const reads = shop.callCount('getOrder');
    for (let minute = 0; minute < 10 * 24 * 60; minute += 5) {
      shop.clock.advance(300);
      await shop.handler.sweep();
    }
    expect(attempts).toBeGreaterThan(20);
    expect(attempts).toBeLessThan(30);
    expect(shop.callCount('getOrder') - reads).toBe(attempts);
    const undeliverable = shop.problems.filter(({ code }) => code === 'VERDICT_UNDELIVERABLE');
    expect(undeliverable.length).toBeGreaterThanOrEqual(8);
    expect(undeliverable.at(-1)).toMatchObject({ attempts, reference: expect.any(String) as string });
    expect(undeliverable.every(({ ageMs = 0 }) => ageMs >= 86_400_000)).toBe(true);
    const early = shop.problems.filter(({ code }) => code === 'VERDICT_NOT_DELIVERED');
    expect(early.every(({ ageMs = 0 }) => ageMs < 86_400_000)).toBe(true);
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    expect(shop.problems).toHaveLength(attempts);
  });

  test('an order that cannot be read postpones its delivery as a hook that fails does', async () => {
    let isAway = false;
    const { shop } = await startAndSubmit({
      network: (request, send) => (isAway ? Promise.resolve(new Response('{}', { status: 404 })) : send(request)),
      onVerdict() {
        throw new Error('database away');
      },
    });
    await shop.handler.sweep();
    isAway = true;
    let checked = 0;
    for (let hour = 0; hour < 10 * 24; hour += 1) {
      shop.clock.advance(3600);
      checked += (await shop.handler.sweep()).checked;
    }
    expect(checked).toBeLessThan(20);
    expect(shop.problems.map(({ code }) => code)).toContain('VERDICT_UNDELIVERABLE');
  });

  test('a newer verdict waits until the hook of the older one has ended, and is delivered at once then', async () => {
    const [told, done] = [deferred(), deferred()];
    const log: string[] = [];
    const { shop, orderId, paymentId } = await startAndSubmit({
      async onVerdict({ outcome }) {
        log.push(`begin ${outcome}`);
        if (outcome === 'failed') {
          told.resolve();
          await done.promise;
        }
        log.push(`end ${outcome}`);
      },
    });
    setStatus(shop, orderId, 'FAILED');
    const first = shop.handler.settle(orderId);
    await told.promise;
    setStatus(shop, orderId, 'PROCESSED');
    const second = shop.handler.settle(orderId);
    expect(await second).toMatchObject({ verdict: { outcome: 'paid' }, delivered: false });
    await shop.handler.sweep();
    expect(log).toEqual(['begin failed']);
    done.resolve();
    expect(await first).toMatchObject({
      verdict: { key: `${paymentId}:paid`, supersedes: `${paymentId}:failed` },
      delivered: true,
    });
    expect(log).toEqual(['begin failed', 'end failed', 'begin paid', 'end paid']);
  });

  test('a newer verdict waits for the lease of an older hook that hangs', async () => {
    const hookTime = deferred();
    const told: string[] = [];
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 30_000 ? hookTime.promise : instantSleep(ms, signal)),
      onVerdict({ outcome }) {
        told.push(outcome);
        return outcome === 'failed' ? new Promise<void>(() => undefined) : undefined;
      },
    });
    setStatus(shop, orderId, 'FAILED');
    const first = shop.handler.settle(orderId);
    await expect.poll(() => told).toEqual(['failed']);
    setStatus(shop, orderId, 'PROCESSED');
    await shop.handler.settle(orderId);
    hookTime.resolve();
    await first;
    shop.clock.advance(59);
    await shop.handler.sweep();
    expect(told).toEqual(['failed']);
    shop.clock.advance(2);
    await shop.handler.sweep();
    expect(told).toEqual(['failed', 'paid']);
  });

  test('a lease taken by a clock that is days ahead delays the delivery by a minute', async () => {
    const told = deferred();
    const { shop, orderId } = await startAndSubmit();
    const ahead = new Clock();
    ahead.ms = shop.clock.ms + 73 * 3_600_000;
    const other = createTestShop({
      clock: ahead,
      sandbox: shop.sandbox,
      store: shop.store,
      onVerdict() {
        told.resolve();
        return new Promise<void>(() => undefined);
      },
    });
    void other.handler.settle(orderId);
    await told.promise;
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ delivered: 1 });
  });

  test('a webhook that brings a verdict costs three saves: requested, found and leased, delivered', async () => {
    const store = new TestDatabase();
    const { shop, orderId } = await startAndSubmit({ store: withoutTransactions(store) });
    shop.clock.advance(2);
    store.calls.length = 0;
    await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }));
    expect(shop.verdicts).toHaveLength(1);
    expect(store.calls).toEqual(['load', 'save', 'save', 'save']);
  });
});

describe('delivery in a transaction of the store', () => {
  const insert = (verdict: PaymentVerdict, { query }: VerdictContext): Promise<unknown> | undefined =>
    query?.(`insert ${verdict.outcome}`, []);
  const insertVerdict = async (verdict: PaymentVerdict, context: VerdictContext): Promise<void> => {
    await insert(verdict, context);
  };

  test('what the hook writes and the mark that it was delivered take effect together', async () => {
    const store = new TestDatabase();
    const { shop, orderId } = await startAndSubmit({ store, onVerdict: insertVerdict });
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
    expect(store.committed).toEqual(['insert paid']);
  });

  test('a hook that throws writes nothing, and its attempt is recorded', async () => {
    const store = new TestDatabase();
    const attempts: number[] = [];
    const { shop, orderId } = await startAndSubmit({
      store,
      async onVerdict(verdict, context) {
        attempts.push(context.attempt);
        await insert(verdict, context);
        if (context.attempt < 3) throw new Error('out of stock');
      },
    });
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    expect(store.committed).toEqual([]);
    for (let minute = 0; minute < 5; minute += 1) {
      shop.clock.advance(60);
      await shop.handler.sweep();
    }
    expect(attempts).toEqual([1, 2, 3]);
    expect(store.committed).toEqual(['insert paid']);
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
  });

  test('a hook that hangs writes nothing', async () => {
    const hookTime = deferred();
    const store = new TestDatabase();
    const { shop, orderId } = await startAndSubmit({
      store,
      wait: (ms, signal) => (ms === 30_000 ? hookTime.promise : instantSleep(ms, signal)),
      async onVerdict(verdict, context) {
        await insert(verdict, context);
        if (context.attempt === 1) await new Promise<void>(() => undefined);
      },
    });
    const settled = shop.handler.settle(orderId);
    hookTime.resolve();
    expect((await settled).delivered).toBe(false);
    expect(store.committed).toEqual([]);
  });

  test.each([
    ['before', 2],
    ['after', 1],
  ] as const)('a commit that fails %s it takes effect: written once, in %i calls', async (commitFailure, calls) => {
    const store = new TestDatabase();
    let called = 0;
    const { shop, orderId } = await startAndSubmit({
      store,
      async onVerdict(verdict, context) {
        called += 1;
        await insert(verdict, context);
      },
    });
    store.commitFailure = commitFailure;
    await shop.handler.settle(orderId);
    store.commitFailure = undefined;
    shop.clock.advance(61);
    await shop.handler.sweep();
    expect(store.committed).toEqual(['insert paid']);
    expect(called).toBe(calls);
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
  });

  test('a process whose lease has gone to another writes nothing', async () => {
    const [told, done] = [deferred(), deferred()];
    const store = new TestDatabase();
    const { shop, orderId } = await startAndSubmit({
      store,
      async onVerdict(verdict, context) {
        await insert(verdict, context);
        told.resolve();
        await done.promise;
      },
    });
    const settled = shop.handler.settle(orderId);
    await told.promise;
    shop.clock.advance(61);
    const { clock, sandbox } = shop;
    const other = createTestShop({ clock, sandbox, store, onVerdict: insertVerdict });
    expect(await other.handler.sweep()).toMatchObject({ delivered: 1 });
    done.resolve();
    await settled;
    expect(store.committed).toEqual(['insert paid']);
  });

  test('a record that another writer changes while the hook runs is marked delivered all the same', async () => {
    const store = new TestDatabase();
    const { shop, orderId } = await startAndSubmit({
      store,
      async onVerdict(verdict, context) {
        await insert(verdict, context);
        for (const [key, row] of store.rows) store.rows.set(key, { ...row, version: `${row.version}, later` });
      },
    });
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
    expect(store.committed).toEqual(['insert paid']);
  });
});

const withoutTransactions = (store: TestDatabase): PaymentStore => ({
  keepsVersions: true,
  load: (key) => store.load(key),
  save: (key, value, terms) => store.save(key, value, terms),
  claim: (nowMs, untilMs, limit) => store.claim(nowMs, untilMs, limit),
});
