import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  deferred,
  createTestShop,
  CustomerPage,
  instantSleep,
  startAndPrompt,
  rightOtp,
  startAndSubmit,
} from '../support/test-shop.ts';
import { dueKeys } from '../support/due-keys.ts';

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

  test('a verdict that was recorded but not delivered is due at once', async () => {
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

  test('a delivery that could not be recorded is repeated', async () => {
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
    expect(await shop.handler.sweep()).toEqual({ checked: 1, delivered: 1, stillOpen: 0 });
    expect(shop.verdicts).toHaveLength(1);
  });

  test('without onVerdict a verdict is delivered once it is known', async () => {
    const shop = createTestShop({ onVerdict: undefined as never });
    const orderId = await shop.createOrder();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
    await page.generate();
    await page.submit(rightOtp);
    shop.clock.advance(2);
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
    expect(await dueKeys(shop.store, shop.clock.now() + 1e12, 10)).toEqual([]);
  });
});
