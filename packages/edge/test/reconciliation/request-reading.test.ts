/** Rules of an order that a webhook asks to read: how often it is read, how long that waits, and what it saves. */
import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { setStatuses } from '../support/order-status.ts';
import {
  Clock,
  createSignedWebhook,
  createTestShop,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';

/** A shop whose pauses move its clock, and the pauses so far in milliseconds. */
function createPausingShop(options: TestShopOptions = {}): { shop: TestShop; pauses: number[] } {
  const clock = new Clock();
  const pauses: number[] = [];
  const shop = createTestShop({
    clock,
    wait(ms, signal) {
      if (signal !== undefined) return new Promise(() => undefined);
      pauses.push(ms);
      clock.advance(ms / 1000);
      return Promise.resolve();
    },
    ...options,
  });
  return { shop, pauses };
}

/** Sends a webhook about an order, and returns the number of order reads it caused. */
async function sendWebhook(shop: TestShop, orderId: string): Promise<number> {
  const before = shop.callCount('getOrder');
  const response = await shop.handler.fetch(
    await createSignedWebhook(shop.clock, 'PAYMENT_FAILED', { order_id: orderId }),
  );
  expect(response.status).toBe(204);
  return shop.callCount('getOrder') - before;
}

/** Starts a payment, and lets it fail and be delivered: nothing of it is open, and it may still turn out paid. */
async function declinePayment(shop: TestShop): Promise<string> {
  const orderId = await shop.createOrder();
  await shop.startPayment(orderId);
  setStatuses(shop, orderId, 'ATTEMPTED', 'FAILED');
  shop.clock.advance(60);
  expect((await shop.handler.settle(orderId)).delivered).toBe(true);
  return orderId;
}

describe('a webhook right after the last reading', () => {
  test('waits for the next one while any payment of the order is open', async () => {
    const { shop, pauses } = createPausingShop();
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    await shop.startPayment(orderId, { evenIfUndecided: true });
    setStatuses(shop, orderId, 'PENDING', 'FAILED', 'PENDING');
    shop.clock.advance(60);
    expect(await sendWebhook(shop, orderId)).toBe(1);
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['failed']);
    shop.clock.advance(0.25);
    setStatuses(shop, orderId, 'PROCESSED', 'FAILED', 'PROCESSED');
    expect(await sendWebhook(shop, orderId)).toBe(1);
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['failed', 'paid']);
    expect(pauses).toEqual([750]);
  });

  test.each([
    ['two seconds away is waited for', 2, [2000], 1],
    ['three seconds away is left to the sweep', 3, [], 0],
    ['a minute away is left to the sweep', 60, [], 0],
  ])('and a next reading %s', async (_title, orderReadEverySeconds, expectedPauses, reads) => {
    const { shop, pauses } = createPausingShop({ limits: { orderReadEverySeconds } });
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    shop.clock.advance(120);
    await sendWebhook(shop, orderId);
    expect(await sendWebhook(shop, orderId)).toBe(reads);
    expect(pauses).toEqual(expectedPauses);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1 - reads });
  });
});

describe('webhooks about a payment that failed', () => {
  test('read its order at most once in `orderReadEverySeconds`, and those between put off no reading', async () => {
    const { shop, pauses } = createPausingShop({ limits: { orderReadEverySeconds: 10 } });
    const orderId = await declinePayment(shop);
    shop.clock.advance(10);
    const reads: number[] = [];
    for (let second = 0; second <= 20; second += 5) {
      reads.push(await sendWebhook(shop, orderId));
      shop.clock.advance(5);
    }
    expect([reads, pauses]).toEqual([[1, 0, 1, 0, 1], []]);
  });

  test('save nothing more once a check is due', async () => {
    const store = new FlakyStore();
    const { shop } = createPausingShop({ store, limits: { orderReadEverySeconds: 10 } });
    const orderId = await declinePayment(shop);
    shop.clock.advance(10);
    expect(await sendWebhook(shop, orderId)).toBe(1);
    shop.clock.advance(1);
    expect(await sendWebhook(shop, orderId)).toBe(0);
    const { saves } = store;
    for (let turn = 0; turn < 3; turn += 1) await sendWebhook(shop, orderId);
    expect(store.saves).toBe(saves);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1 });
  });
});

test('a webhook whose turn to read the order came while it was recorded reads it', async () => {
  const clock = new Clock();
  const inner = memoryStore({ now: clock.now });
  let savingSeconds = 0;
  const store: PaymentStore = {
    ...inner,
    save(...call) {
      clock.advance(savingSeconds);
      return inner.save(...call);
    },
  };
  const shop = createTestShop({ clock, store });
  const orderId = await shop.createOrder();
  await shop.startPayment(orderId);
  clock.advance(60);
  expect(await sendWebhook(shop, orderId)).toBe(1);
  clock.advance(0.75);
  savingSeconds = 0.5;
  expect(await sendWebhook(shop, orderId)).toBe(1);
});
