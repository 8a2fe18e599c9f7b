/** Rules of an event that takes longer than Plural waits, of one that is rejected unread, and of what it reads. */
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { TestDatabase } from '../support/test-database.ts';
import {
  createSignedWebhook,
  createTestShop,
  deferred,
  instantSleep,
  startAndSubmit,
  webhookSecret,
} from '../support/test-shop.ts';

describe('an event that takes longer than four seconds', () => {
  test('is kept alive until its order was read, its verdict delivered', async () => {
    const [reading, goOn] = [deferred(), deferred()];
    let isSlow = false;
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 && isSlow ? reading.promise : instantSleep(ms, signal)),
      async network(request, send) {
        if (isSlow && request.method === 'GET') {
          reading.resolve();
          await goOn.promise;
        }
        return send(request);
      },
    });
    isSlow = true;
    const kept: Promise<unknown>[] = [];
    const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const response = await shop.handler.fetch(request, { waitUntil: (work: Promise<unknown>) => void kept.push(work) });
    expect([response.status, shop.verdicts]).toEqual([202, []]);
    goOn.resolve();
    await Promise.all(kept);
    expect(shop.verdicts.map(({ source }) => source)).toEqual(['webhook']);
  });

  test('and has not reached the store: 503, also when `webhook.onEvent` has resolved', async () => {
    const saving = deferred();
    class SilentStore extends FlakyStore {
      override save(...call: Parameters<FlakyStore['save']>): Promise<boolean> {
        if (this.saveFailure) saving.resolve();
        return super.save(...call);
      }
    }
    const store = new SilentStore();
    const seen: string[] = [];
    const { shop, orderId } = await startAndSubmit({
      store,
      wait: (ms, signal) => (ms === 4000 ? saving.promise : instantSleep(ms, signal)),
      webhook: { secret: webhookSecret, onEvent: ({ event_type }) => void seen.push(event_type) },
    });
    store.saveFailure = 'hangs';
    const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    expect((await shop.handler.fetch(request)).status).toBe(503);
    expect(seen).toEqual(['ORDER_PROCESSED']);
  });
});

test('an event of more than 256 KiB is rejected with 413, unverified and unreported', async () => {
  const { shop, orderId } = await startAndSubmit();
  const reads = shop.callCount('getOrder');
  const data = { order_id: orderId, note: 'x'.repeat(262_144) };
  const response = await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', data));
  expect([response.status, shop.callCount('getOrder'), shop.problems]).toEqual([413, reads, []]);
});

test.each([
  ['names no order', 'ORDER_PROCESSED', {}],
  ['is about a refund', 'REFUND_PROCESSED', { order_id: 'v1-refund' }],
])('an event that %s reads no record', async (_title, type, data) => {
  const store = new TestDatabase();
  const shop = createTestShop({ store });
  expect((await shop.handler.fetch(await createSignedWebhook(shop.clock, type, data))).status).toBe(204);
  expect(store.calls).toEqual([]);
});

test('an event whose record is gone once its order was read is not sent again', async () => {
  const store = new TestDatabase();
  let isLost = false;
  const { shop, orderId } = await startAndSubmit({
    store,
    network(request, send) {
      if (isLost && request.method === 'GET') store.rows.clear();
      return send(request);
    },
  });
  isLost = true;
  const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
  expect((await shop.handler.fetch(request)).status).toBe(204);
  expect([shop.problems, shop.verdicts]).toEqual([[], []]);
});
