/** What a sweep counts, and what it does with a record that another reason made due. */
import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { expect, test } from 'vitest';
import { dueKeys } from '../support/due-keys.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { Clock, createTestShop, startAndPrompt, type TestShop } from '../support/test-shop.ts';

/** Leaves so many paid orders whose verdicts are undelivered, and a shop that delivers them by `onVerdict`. */
async function leaveUndelivered(count: number, onVerdict: () => void): Promise<TestShop> {
  const web = createTestShop({ onVerdict: false });
  for (let index = 0; index < count; index += 1) {
    const orderId = await web.createOrder();
    await web.startPayment(orderId, { nativeOtp: true });
    const order = web.sandbox.state.orders.get(orderId);
    for (const payment of order?.payments ?? []) Object.assign(payment, { status: 'PROCESSED' });
    Object.assign(order ?? {}, { status: 'PROCESSED' });
    await web.handler.settle(orderId);
  }
  const { clock, sandbox, store } = web;
  return createTestShop({ clock, sandbox, store, onVerdict });
}

test('a record that its store calls due too early is not read, and is due again at its own time', async () => {
  const clock = new Clock();
  const inner = memoryStore({ now: clock.now });
  let isEarly = false;
  const store: PaymentStore = {
    ...inner,
    save: (key, value, { dueAtMs, ...terms }) =>
      inner.save(key, value, { ...terms, dueAtMs: isEarly && dueAtMs !== null ? clock.now() : dueAtMs }),
  };
  const { shop } = await startAndPrompt({ clock, store });
  clock.advance(60);
  await shop.handler.sweep();
  clock.advance(60);
  isEarly = true;
  expect(await shop.handler.sweep()).toMatchObject({ checked: 1 });
  isEarly = false;
  const reads = shop.callCount('getOrder');
  expect(await shop.handler.sweep()).toMatchObject({ checked: 0, stillOpen: 0 });
  expect(shop.callCount('getOrder')).toBe(reads);
  // The third check of an open order comes three minutes after the second.
  expect(await dueKeys(store, clock.now() + 179_999, 10)).toEqual([]);
  expect(await dueKeys(store, clock.now() + 180_000, 10)).toHaveLength(1);
});

test('hooks that fail now and then stop no deliveries, however many fail in all', async () => {
  let calls = 0;
  const shop = await leaveUndelivered(60, () => {
    calls += 1;
    if (calls % 2 === 1) throw new Error('busy');
  });
  expect(await shop.handler.sweep({ concurrency: 1 })).toMatchObject({ checked: 60, delivered: 30, stillOpen: 30 });
  expect(calls).toBe(60);
});

test('an order whose record cannot be saved counts as still open', async () => {
  const store = new FlakyStore();
  const { shop } = await startAndPrompt({ store });
  shop.clock.advance(60);
  store.saveFailure = 'throws';
  expect(await shop.handler.sweep()).toMatchObject({ checked: 0, stillOpen: 1 });
});
