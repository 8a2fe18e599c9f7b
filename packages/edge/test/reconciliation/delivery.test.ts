import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { deferred, createTestShop, instantSleep, startAndSubmit } from '../support/test-shop.ts';

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
});
