import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  deferred,
  createTestShop,
  CustomerPage,
  instantSleep,
  startAndPrompt,
  rightOtp,
} from '../support/test-shop.ts';

describe('POST payment/leave', () => {
  test('cancelling is recorded, and a later success says that the customer had left', async () => {
    const { shop, page } = await startAndPrompt();
    expect(await page.leave('cancel')).toMatchObject({ phase: 'cancelled', next: [] });
    expect((await page.submit(rightOtp)).phase).toBe('cancelled');
    expect(shop.callCount('submitOtp')).toBe(0);
    const [{ paymentId, orderId } = { paymentId: '', orderId: '' }] = shop.sandbox.state.messages;
    await shop.plural.submitOtp(paymentId, rightOtp);
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.verdicts).toMatchObject([{ orderId, outcome: 'paid', customerLeft: true }]);
  });

  test('cancelling is not possible while an OTP is being confirmed', async () => {
    const { shop, page } = await startAndPrompt();
    await page.submit(rightOtp);
    expect((await page.leave('cancel')).phase).toBe('confirming');
    shop.clock.advance(1);
    await page.getView();
    expect(shop.verdicts[0]?.customerLeft).toBeUndefined();
  });

  test('leaving for the issuer’s page is recorded once and changes nothing else', async () => {
    const { shop, page } = await startAndPrompt();
    const idempotencyKey = randomUUID();
    expect(await page.leave('bank', idempotencyKey)).toMatchObject({ phase: 'awaitingOtp', leftForBank: true });
    await page.leave('bank', idempotencyKey);
    expect(shop.events.filter(({ type }) => type === 'leftForBank')).toHaveLength(1);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });

  test('a view after leaving for the issuer’s page has `leftForBank`, until an OTP is resent here', async () => {
    const { shop, page } = await startAndPrompt();
    expect((await page.getView()).leftForBank).toBeUndefined();
    await page.leave('bank');
    expect((await page.getView()).leftForBank).toBe(true);
    shop.clock.advance(30);
    expect((await page.resend()).leftForBank).toBeUndefined();
  });
});

describe('POST payment', () => {
  test('reads the order at most once in `orderReadEverySeconds`, and makes no other call', async () => {
    const { shop, page } = await startAndPrompt({ limits: { orderReadEverySeconds: 5 } });
    shop.clock.advance(5);
    const before = shop.sandbox.state.requests.length;
    await Promise.all(Array.from({ length: 20 }, () => page.getView()));
    shop.clock.advance(4);
    await page.getView();
    expect(shop.sandbox.state.requests.slice(before).map(({ operation }) => operation)).toEqual(['getOrder']);
    shop.clock.advance(1);
    await page.getView();
    expect(shop.sandbox.state.requests.length).toBe(before + 2);
  });

  test('a poll right after the start reads no order, because the start just read it; one right after a submit does', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
    const reads = (): number => shop.callCount('getOrder');
    const atStart = reads();
    await page.getView();
    expect(reads()).toBe(atStart);
    shop.clock.advance(1);
    await page.getView();
    await page.getView();
    expect(reads()).toBe(atStart + 1);
    await page.generate();
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect((await page.getView()).phase).toBe('authorized');
    expect(reads()).toBe(atStart + 2);
  });

  test('the first poll emits `shown` once, whether it reads the order or not, and a later one never', async () => {
    const shop = createTestShop();
    for (const seconds of [0, 5]) {
      const orderId = await shop.createOrder();
      const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
      shop.clock.advance(seconds);
      await Promise.all([page.getView(), page.getView()]);
      await page.getView();
    }
    expect(shop.events.map(({ type }) => type)).toEqual(['started', 'shown', 'started', 'shown']);
  });

  test('with `orderReadEverySeconds: 0` each poll reads the order, and only the first one writes', async () => {
    const store = new FlakyStore();
    const shop = createTestShop({ store, limits: { orderReadEverySeconds: 0 } });
    const { client } = await shop.startPayment(await shop.createOrder());
    const page = new CustomerPage(shop.handler, client.session);
    await page.getView();
    const [saves, reads] = [store.saves, shop.callCount('getOrder')];
    for (let turn = 0; turn < 5; turn += 1) await page.getView();
    expect([store.saves - saves, shop.callCount('getOrder') - reads]).toEqual([0, 5]);
  });

  test('a clock that is set back does not stop polls from reading the order', async () => {
    const { shop, page } = await startAndPrompt();
    await page.getView();
    await page.submit(rightOtp);
    shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404 });
    await page.getView();
    shop.clock.advance(-3600);
    expect((await page.getView()).phase).toBe('authorized');
  });

  test('writes nothing when the order was read just before, nor once there is a verdict', async () => {
    const store = new FlakyStore();
    const { shop, page } = await startAndPrompt({ store });
    shop.clock.advance(1);
    await page.getView();
    const saves = store.saves;
    for (let turn = 0; turn < 5; turn += 1) await page.getView();
    expect(store.saves).toBe(saves);
    await page.submit(rightOtp);
    shop.clock.advance(1);
    await page.getView();
    const [savesPaid, reads] = [store.saves, shop.callCount('getOrder')];
    shop.clock.advance(10);
    expect((await page.getView()).phase).toBe('authorized');
    expect([store.saves, shop.callCount('getOrder')]).toEqual([savesPaid, reads]);
  });

  test('an order read that times out responds from the record', async () => {
    const answered = deferred();
    let silent = false;
    const { shop, page } = await startAndPrompt({
      wait: (ms, signal) => (silent && ms === 8000 ? Promise.resolve() : instantSleep(ms, signal)),
      async network(request, send) {
        if (silent) await answered.promise;
        return send(request);
      },
    });
    await page.submit(rightOtp);
    silent = true;
    expect((await page.getView()).phase).toBe('confirming');
    answered.resolve();
    await expect.poll(() => shop.verdicts.map(({ source }) => source)).toEqual(['status']);
  });

  test('an order that cannot be read changes nothing', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404, times: 0 });
    shop.clock.advance(2);
    expect((await page.getView()).phase).toBe('awaitingOtp');
    expect(shop.problems).toMatchObject([{ code: 'API_REJECTED', operation: 'getOrder' }]);
  });
});
