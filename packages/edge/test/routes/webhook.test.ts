import { signWebhook } from '@plural-otp/core/testing';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { setStatus } from '../support/order-status.ts';
import {
  deferred,
  createTestShop,
  instantSleep,
  createSignedWebhook,
  startAndPrompt,
  startAndSubmit,
  webhookSecret,
} from '../support/test-shop.ts';

describe('webhook', () => {
  test('a verified event reconciles its order; repeated it delivers nothing more', async () => {
    const { shop, orderId } = await startAndSubmit();
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await shop.handler.fetch(
        await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }),
      );
      expect(response.status).toBe(204);
    }
    expect(shop.verdicts).toHaveLength(1);
  });

  test('three parallel copies of one event deliver once', async () => {
    const { shop, orderId } = await startAndSubmit();
    const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const answers = await Promise.all(
      [request.clone(), request.clone(), request].map((each) => shop.handler.fetch(each)),
    );
    for (const { ok } of answers) expect(ok).toBe(true);
    expect(shop.verdicts).toHaveLength(1);
  });

  test('the order decides, not the status in the event', async () => {
    const { shop, orderId } = await startAndSubmit();
    await shop.handler.fetch(
      await createSignedWebhook(shop.clock, 'PAYMENT_FAILED', { order_id: orderId, status: 'ATTEMPTED' }),
    );
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']);
  });

  test.each([
    ['REFUND_PROCESSED', { order_id: 'v1-refund' }],
    ['CUSTOMER_ACTIVATED', {}],
    ['ORDER_PROCESSED', { order_id: 'v1-unknown' }],
    ['ORDER_PROCESSED', {}],
    ['', {}],
  ])('%s with %j is accepted and passed to onEvent only', async (type, data) => {
    const seen: string[] = [];
    const shop = createTestShop({
      webhook: { secret: webhookSecret, onEvent: ({ event_type }) => void seen.push(event_type) },
    });
    const response = await shop.handler.fetch(await createSignedWebhook(shop.clock, type, data));
    expect(response.status).toBe(204);
    expect(seen).toEqual([type]);
    expect(shop.verdicts).toEqual([]);
  });

  test('forged, old and unsigned events get 403 and read nothing', async () => {
    const { shop, orderId } = await startAndSubmit();
    const timestamp = Math.floor(shop.clock.now() / 1000);
    const body = { event_type: 'ORDER_PROCESSED', data: { order_id: orderId } };
    const forged = await signWebhook({ body, secret: 'other', timestamp });
    const old = await signWebhook({ body, secret: webhookSecret, timestamp: timestamp - 301 });
    const reads = shop.callCount('getOrder');
    for (const { headers, body: text } of [forged, old, { headers: {}, body: JSON.stringify(body) }]) {
      const response = await shop.handler.fetch(
        new Request(shop.handler.webhookUrl, { method: 'POST', headers: { ...headers }, body: text }),
      );
      expect(response.status).toBe(403);
    }
    expect(shop.callCount('getOrder')).toBe(reads);
    expect(shop.problems.map(({ code }) => code)).toEqual(Array(3).fill('WEBHOOK_UNVERIFIED'));
  });

  test('503 when onVerdict fails, so that Plural sends it again', async () => {
    let fails = true;
    const { shop, orderId } = await startAndSubmit({
      onVerdict() {
        if (fails) throw new Error('database away');
      },
    });
    const send = async (): Promise<number> =>
      (await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId })))
        .status;
    expect(await send()).toBe(503);
    fails = false;
    expect(await send()).toBe(204);
  });

  test('503 when onVerdict hangs, so that Plural sends it again', async () => {
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 30_000 ? Promise.resolve() : instantSleep(ms, signal)),
      onVerdict: () => new Promise<void>(() => undefined),
    });
    const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    expect((await shop.handler.fetch(request)).status).toBe(503);
  });

  test('503 when the store fails, and when the order cannot be read', async () => {
    const store = new FlakyStore();
    const { shop, orderId } = await startAndSubmit({ store });
    const send = async (): Promise<number> =>
      (await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId })))
        .status;
    store.loadFailure = 'throws';
    expect(await send()).toBe(503);
    store.loadFailure = undefined;
    shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404 });
    expect(await send()).toBe(503);
    expect(await send()).toBe(204);
  });

  test('503 when webhook.onEvent fails, so that the event is not lost', async () => {
    const { shop, orderId } = await startAndSubmit({
      webhook: {
        secret: webhookSecret,
        onEvent() {
          throw new Error('queue away');
        },
      },
    });
    const response = await shop.handler.fetch(
      await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }),
    );
    expect(response.status).toBe(503);
    expect(shop.verdicts).toHaveLength(1);
  });

  test('a webhook.onEvent that hangs does not delay the verdict: 503, so that the event is not lost', async () => {
    const told = deferred();
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? told.promise : instantSleep(ms, signal)),
      webhook: { secret: webhookSecret, onEvent: () => new Promise(() => undefined) },
      onEvent: ({ type }) => void (type === 'verdict' && told.resolve()),
    });
    const kept: Promise<unknown>[] = [];
    const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const response = await shop.handler.fetch(request, { waitUntil: (work: Promise<unknown>) => void kept.push(work) });
    expect(response.status).toBe(503);
    await expect.poll(() => shop.verdicts.map(({ source }) => source)).toEqual(['webhook']);
  });

  test('503 while webhook.onEvent may still fail, also for an event that no order is read for', async () => {
    const [isCalled, hook] = [deferred(), deferred()];
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? isCalled.promise : instantSleep(ms, signal)),
      webhook: {
        secret: webhookSecret,
        async onEvent() {
          isCalled.resolve();
          await hook.promise;
          throw new Error('queue away');
        },
      },
    });
    const kept: Promise<unknown>[] = [];
    const request = await createSignedWebhook(shop.clock, 'REFUND_PROCESSED', { order_id: orderId });
    const response = await shop.handler.fetch(request, { waitUntil: (work: Promise<unknown>) => void kept.push(work) });
    expect(response.status).toBe(503);
    hook.resolve();
    await Promise.all(kept);
    expect(shop.problems).toEqual([{ code: 'WEBHOOK_HOOK_FAILED' }]);
  });

  test('503 when webhook.onEvent failed and the order cannot be read in time', async () => {
    const read = deferred();
    let isAway = false;
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? read.promise : instantSleep(ms, signal)),
      webhook: { secret: webhookSecret, onEvent: () => Promise.reject(new Error('queue away')) },
      network(request, send) {
        if (!isAway || request.method !== 'GET') return send(request);
        read.resolve();
        return new Promise(() => undefined);
      },
    });
    isAway = true;
    const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    expect((await shop.handler.fetch(request)).status).toBe(503);
  });

  test('an onVerdict that takes too long: 202, and the work continues in `waitUntil`', async () => {
    const [told, done] = [deferred(), deferred()];
    const kept: Promise<unknown>[] = [];
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? told.promise : instantSleep(ms, signal)),
      onVerdict() {
        told.resolve();
        return done.promise;
      },
    });
    const request = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const response = await shop.handler.fetch(request, { waitUntil: (work: Promise<unknown>) => void kept.push(work) });
    expect(response.status).toBe(202);
    await told.promise;
    done.resolve();
    await Promise.all(kept);
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
  });

  test('without the option the route is 404', async () => {
    const shop = createTestShop({ webhook: undefined as never });
    expect((await shop.handler.fetch(await createSignedWebhook(shop.clock, 'X', {}))).status).toBe(404);
  });

  test('300 replays of an event of an open payment read the order once, and leave one check', async () => {
    const { shop, orderId } = await startAndPrompt();
    shop.clock.advance(2);
    const reads = shop.callCount('getOrder');
    const replay = await createSignedWebhook(shop.clock, 'PAYMENT_FAILED', { order_id: orderId });
    for (let turn = 0; turn < 30; turn += 1) {
      const responses = await Promise.all(Array.from({ length: 10 }, () => shop.handler.fetch(replay.clone())));
      expect(responses.map(({ status }) => status).filter((status) => status !== 204)).toEqual([]);
    }
    expect(shop.callCount('getOrder')).toBe(reads + 1);
    await shop.handler.sweep();
    await shop.handler.sweep();
    expect(shop.callCount('getOrder')).toBe(reads + 2);
  });

  test('a replay for a payment that is paid and delivered reads nothing and saves nothing', async () => {
    const store = new FlakyStore();
    const { shop, orderId } = await startAndSubmit({ store });
    const replay = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    await shop.handler.fetch(replay.clone());
    const before = [shop.callCount('getOrder'), store.saves];
    shop.clock.advance(60);
    expect((await shop.handler.fetch(replay.clone())).status).toBe(204);
    expect([shop.callCount('getOrder'), store.saves]).toEqual(before);
  });

  test('an event whose order cannot be read in time: 202, and the next sweep finds the payment', async () => {
    const read = deferred();
    let isAway = false;
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? read.promise : instantSleep(ms, signal)),
      network(request, send) {
        if (!isAway || request.method !== 'GET') return send(request);
        read.resolve();
        return new Promise(() => undefined);
      },
    });
    setStatus(shop, orderId, 'FAILED');
    await shop.handler.settle(orderId);
    shop.clock.advance(600);
    setStatus(shop, orderId, 'PROCESSED');
    isAway = true;
    const response = await shop.handler.fetch(
      await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }),
    );
    expect(response.status).toBe(202);
    isAway = false;
    await shop.handler.sweep();
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['failed', 'paid']);
  });

  test('an event that the store has not recorded after 4 seconds: 503, so that Plural sends it again', async () => {
    const store = new FlakyStore();
    const { shop, orderId } = await startAndSubmit({
      store,
      wait: (ms, signal) => (ms === 4000 ? Promise.resolve() : instantSleep(ms, signal)),
    });
    store.saveFailure = 'hangs';
    const response = await shop.handler.fetch(
      await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }),
    );
    expect(response.status).toBe(503);
  });
});
