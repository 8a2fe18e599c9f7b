import { signWebhook } from '@plural-otp/core/testing';
import { describe, expect, test } from 'vitest';
import { FrailStore } from '../support/flaky-store.ts';
import { landmark, openTill, patient, signedWebhook, submitted, webhookSecret } from '../support/test-shop.ts';

describe('webhook', () => {
  test('a verified event settles its order; sent again it delivers nothing more', async () => {
    const { till, orderId } = await submitted();
    for (let turn = 0; turn < 3; turn += 1) {
      const answer = await till.handler.fetch(
        await signedWebhook(till.clock, 'ORDER_PROCESSED', { order_id: orderId }),
      );
      expect(answer.status).toBe(204);
    }
    expect(till.verdicts).toHaveLength(1);
  });

  test('sent three times at once it delivers once', async () => {
    const { till, orderId } = await submitted();
    const request = await signedWebhook(till.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const answers = await Promise.all(
      [request.clone(), request.clone(), request].map((each) => till.handler.fetch(each)),
    );
    for (const { ok } of answers) expect(ok).toBe(true);
    expect(till.verdicts).toHaveLength(1);
  });

  test('what it says is not believed: the order decides', async () => {
    const { till, orderId } = await submitted();
    await till.handler.fetch(
      await signedWebhook(till.clock, 'PAYMENT_FAILED', { order_id: orderId, status: 'ATTEMPTED' }),
    );
    expect(till.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']);
  });

  test.each([
    ['REFUND_PROCESSED', { order_id: 'v1-refund' }],
    ['CUSTOMER_ACTIVATED', {}],
    ['ORDER_PROCESSED', { order_id: 'v1-unknown' }],
    ['ORDER_PROCESSED', {}],
    ['', {}],
  ])('%s with %j is taken and goes to onEvent alone', async (type, data) => {
    const seen: string[] = [];
    const till = openTill({
      webhook: { secret: webhookSecret, onEvent: ({ event_type }) => void seen.push(event_type) },
    });
    const answer = await till.handler.fetch(await signedWebhook(till.clock, type, data));
    expect(answer.status).toBe(204);
    expect(seen).toEqual([type]);
    expect(till.verdicts).toEqual([]);
  });

  test('a forged, an old and an unsigned one are refused and read nothing', async () => {
    const { till, orderId } = await submitted();
    const timestamp = Math.floor(till.clock.now() / 1000);
    const body = { event_type: 'ORDER_PROCESSED', data: { order_id: orderId } };
    const forged = await signWebhook({ body, secret: 'other', timestamp });
    const old = await signWebhook({ body, secret: webhookSecret, timestamp: timestamp - 301 });
    const reads = till.calls('getOrder');
    for (const { headers, body: text } of [forged, old, { headers: {}, body: JSON.stringify(body) }]) {
      const answer = await till.handler.fetch(
        new Request(till.handler.webhookUrl, { method: 'POST', headers: { ...headers }, body: text }),
      );
      expect(answer.status).toBe(403);
    }
    expect(till.calls('getOrder')).toBe(reads);
    expect(till.problems.map(({ code }) => code)).toEqual(Array(3).fill('WEBHOOK_UNVERIFIED'));
  });

  test('503 when onVerdict fails, so that Plural sends it again', async () => {
    let fails = true;
    const { till, orderId } = await submitted({
      onVerdict() {
        if (fails) throw new Error('database away');
      },
    });
    const send = async (): Promise<number> =>
      (await till.handler.fetch(await signedWebhook(till.clock, 'ORDER_PROCESSED', { order_id: orderId }))).status;
    expect(await send()).toBe(503);
    fails = false;
    expect(await send()).toBe(204);
  });

  test('503 when the store fails, and when the order cannot be read', async () => {
    const store = new FrailStore();
    const { till, orderId } = await submitted({ store });
    const send = async (): Promise<number> =>
      (await till.handler.fetch(await signedWebhook(till.clock, 'ORDER_PROCESSED', { order_id: orderId }))).status;
    store.onLoad = 'throws';
    expect(await send()).toBe(503);
    store.onLoad = undefined;
    till.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404 });
    expect(await send()).toBe(503);
    expect(await send()).toBe(204);
  });

  test('503 when webhook.onEvent fails: an event is not lost', async () => {
    const { till, orderId } = await submitted({
      webhook: {
        secret: webhookSecret,
        onEvent() {
          throw new Error('queue away');
        },
      },
    });
    const answer = await till.handler.fetch(await signedWebhook(till.clock, 'ORDER_PROCESSED', { order_id: orderId }));
    expect(answer.status).toBe(503);
    expect(till.verdicts).toHaveLength(1);
  });

  test('webhook.onEvent that hangs keeps no verdict from the merchant', async () => {
    const { till, orderId } = await submitted({
      wait: (ms, signal) => (ms === 4000 ? new Promise((resolve) => setImmediate(resolve)) : patient(ms, signal)),
      webhook: { secret: webhookSecret, onEvent: () => new Promise(() => undefined) },
    });
    const kept: Promise<unknown>[] = [];
    const request = await signedWebhook(till.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const answer = await till.handler.fetch(request, { waitUntil: (work: Promise<unknown>) => void kept.push(work) });
    expect(answer.status).toBe(202);
    await expect.poll(() => till.verdicts.map(({ source }) => source)).toEqual(['webhook']);
  });

  test('an onVerdict that takes too long is not waited for: 202, and the work is kept alive', async () => {
    const [told, done] = [landmark(), landmark()];
    const kept: Promise<unknown>[] = [];
    let over = false;
    const { till, orderId } = await submitted({
      wait: (ms, signal) => (over && ms === 4000 ? Promise.resolve() : patient(ms, signal)),
      onVerdict() {
        told.reach();
        return done.reached;
      },
    });
    const request = await signedWebhook(till.clock, 'ORDER_PROCESSED', { order_id: orderId });
    over = true;
    const answer = await till.handler.fetch(request, { waitUntil: (work: Promise<unknown>) => void kept.push(work) });
    expect(answer.status).toBe(202);
    await told.reached;
    done.reach();
    await Promise.all(kept);
    expect((await till.handler.settle(orderId)).delivered).toBe(true);
  });

  test('without the option there is no such route', async () => {
    const till = openTill({ webhook: undefined as never });
    expect((await till.handler.fetch(await signedWebhook(till.clock, 'X', {}))).status).toBe(404);
  });
});
