import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { pay, setStatus } from '../support/order-status.ts';
import { createOther } from '../support/other-process.ts';
import {
  createBrowserRequest,
  createSignedWebhook,
  deferred,
  instantSleep,
  startAndPrompt,
  startAndSubmit,
} from '../support/test-shop.ts';

describe('a reading of an order for another reason than its check', () => {
  test('puts off a check that is due: the sweep reads nothing a moment later', async () => {
    const { shop, page } = await startAndPrompt();
    shop.clock.advance(61);
    await page.getView();
    expect(await createOther(shop).handler.sweep()).toMatchObject({ checked: 0 });
    shop.clock.advance(60);
    expect(await createOther(shop).handler.sweep()).toMatchObject({ checked: 1 });
  });

  test('leaves a check that is not due yet where it was, also when it finds something', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    shop.clock.advance(50);
    const amount = { value: 1, currency: 'INR' };
    for (const payment of shop.sandbox.state.orders.get(orderId)?.payments ?? [])
      Object.assign(payment, { status: 'PROCESSED', amount });
    await page.getView();
    expect(shop.problems.map(({ code }) => code)).toEqual(['AMOUNT_MISMATCH']);
    shop.clock.advance(10);
    expect(await createOther(shop).handler.sweep()).toMatchObject({ checked: 1 });
  });
});

describe('what goes on after a response is kept alive by `waitUntil`', () => {
  test('a delivery that takes longer than its page waits', async () => {
    const done = deferred();
    const kept: Promise<unknown>[] = [];
    const { shop, page, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? Promise.resolve() : instantSleep(ms, signal)),
      onVerdict: () => done.promise,
    });
    const request = createBrowserRequest('payment', { session: page.session });
    const waitUntil = (work: Promise<unknown>): void => void kept.push(work);
    expect((await shop.handler.fetch(request, { waitUntil })).status).toBe(200);
    let isOver = false;
    const all = Promise.all(kept).finally(() => {
      isOver = true;
    });
    for (let turn = 0; turn < 5; turn += 1) await instantSleep(0);
    expect(isOver).toBe(false);
    done.resolve();
    await all;
    const settled = await createOther(shop).handler.settle(orderId);
    expect(settled.delivered).toBe(true);
  });

  test('a reading that takes longer than its page waits, and the delivery after it', async () => {
    const answered = deferred();
    let isSilent = false;
    const kept: Promise<unknown>[] = [];
    const { shop, page } = await startAndSubmit({
      wait: (ms, signal) => (isSilent && ms === 8000 ? Promise.resolve() : instantSleep(ms, signal)),
      async network(request, send) {
        if (isSilent) await answered.promise;
        return send(request);
      },
    });
    isSilent = true;
    const request = createBrowserRequest('payment', { session: page.session });
    const waitUntil = (work: Promise<unknown>): void => void kept.push(work);
    expect((await shop.handler.fetch(request, { waitUntil })).status).toBe(200);
    expect(shop.verdicts).toEqual([]);
    answered.resolve();
    // What is kept may keep more.
    for (let count = 0; count < kept.length; count += 1) await kept[count];
    expect(shop.verdicts).toMatchObject([{ outcome: 'paid', source: 'status' }]);
  });
});

test('a sweep counts the newer verdict that it delivers after an older one', async () => {
  const [told, done] = [deferred(), deferred()];
  const { shop, orderId } = await startAndSubmit({
    async onVerdict({ outcome }) {
      if (outcome !== 'failed') return;
      told.resolve();
      await done.promise;
    },
  });
  setStatus(shop, orderId, 'FAILED');
  const swept = shop.handler.sweep();
  await told.promise;
  pay(shop, orderId);
  await createOther(shop).handler.settle(orderId);
  done.resolve();
  expect(await swept).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0 });
});

test('503 to a webhook whose delivery could not be recorded, so that Plural sends it again', async () => {
  const store = new FlakyStore();
  const { shop, orderId } = await startAndSubmit({ store });
  shop.clock.advance(1);
  store.skipSaves = 2;
  store.saveFailure = 'throws';
  const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
  expect((await shop.handler.fetch(request)).status).toBe(503);
  expect(shop.verdicts).toHaveLength(1);
});
