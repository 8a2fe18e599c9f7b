import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  createTestShop,
  CustomerPage,
  deferred,
  instantSleep,
  openPage,
  plainCard,
  rightOtp,
} from '../support/test-shop.ts';

const now = { reference: 'pay-1', generate: 'now' } as const;

describe("startPayment with `generate: 'now'`", () => {
  test('returns a view that begins with the field, and the step goes on from there', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const { client } = await shop.startPayment(orderId, now);
    expect(client.view.phase).toBe('awaitingOtp');
    expect(client.view.next).toContain('submit');
    // The page has not shown the step yet.
    expect(shop.events.map(({ type }) => type)).toEqual(['started', 'otpSent']);
    const page = new CustomerPage(shop.handler, client.session);
    await page.getView();
    expect(shop.events.map(({ type }) => type)).toEqual(['started', 'otpSent', 'shown']);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
  });

  test('a repeated start, two tabs at once and the page’s own request send no second OTP', async () => {
    // The second start waits for the first one, however slow the machine is.
    const started = deferred();
    const shop = createTestShop({
      wait: (ms, signal) => (ms === 1000 && !signal ? started.promise : instantSleep(ms, signal)),
    });
    const orderId = await shop.createOrder();
    const starts = [shop.startPayment(orderId, now), shop.startPayment(orderId, now)];
    const first = await Promise.race(starts);
    started.resolve();
    await Promise.all(starts);
    await shop.startPayment(orderId, now);
    await new CustomerPage(shop.handler, first.client.session).generate();
    shop.clock.advance(3600);
    await shop.startPayment(orderId, now);
    expect(shop.callCount('generateOtp')).toBe(1);
    expect(shop.sandbox.state.messages).toHaveLength(1);
  });

  test('sends nothing once the page requested an OTP', async () => {
    const { shop, page, orderId } = await openPage();
    await page.generate();
    const resumed = await shop.handler.resumePayment({ orderId });
    expect(resumed?.client.view.phase).toBe('awaitingOtp');
    const started = shop.sandbox.state.orders.get(orderId)?.payments[0]?.reference ?? '';
    await shop.startPayment(orderId, { ...now, reference: started });
    expect(shop.callCount('generateOtp')).toBe(1);
  });

  test('an OTP that was certainly not sent is requested by the repeated start', async () => {
    let isDown = true;
    const shop = createTestShop({
      async network(request, send) {
        if (isDown && request.url.endsWith('/auth/v1/token') && shop.callCount('createPayment') > 0) {
          throw new TypeError('connection refused');
        }
        return send(request);
      },
    });
    const orderId = await shop.createOrder();
    const plural = {
      ...shop.plural,
      async createPayment(...input: Parameters<typeof shop.plural.createPayment>) {
        const order = await shop.plural.createPayment(...input);
        shop.sandbox.state.tokens.clear();
        shop.clock.advance(240);
        return order;
      },
    };
    const flaky = createTestShop({ ...shop, plural });
    const first = await flaky.startPayment(orderId, now);
    expect(first.client.view).toMatchObject({ phase: 'ready', problem: { code: 'BACKEND_UNREACHABLE' } });
    isDown = false;
    expect((await flaky.startPayment(orderId, now)).client.view.phase).toBe('awaitingOtp');
    expect(shop.sandbox.state.messages).toHaveLength(1);
  });

  test('an OTP whose sending has an unknown outcome is not requested again', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    shop.sandbox.script({ operation: 'generateOtp', fault: 'reset', takesEffect: true });
    const { client } = await shop.startPayment(orderId, now);
    expect(client.view).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'OTP_MAYBE_NOT_SENT' } });
    await shop.startPayment(orderId, now);
    expect(shop.callCount('generateOtp')).toBe(1);
  });

  test('a card without native OTP gets none, and a failure does not fail the start', async () => {
    const shop = createTestShop();
    const bank = await shop.startPayment(await shop.createOrder(), { ...now, card: plainCard });
    expect(bank.client.view).toMatchObject({ phase: 'ready', problem: { code: 'NATIVE_OTP_UNAVAILABLE' } });
    expect(shop.callCount('generateOtp')).toBe(0);
    shop.sandbox.script({ operation: 'generateOtp', fault: 'status', status: 422 });
    const rejected = await shop.startPayment(await shop.createOrder(), { ...now, reference: 'pay-2' });
    expect(rejected.client.view).toMatchObject({ phase: 'ready', problem: { code: 'NATIVE_OTP_UNAVAILABLE' } });
    expect(rejected.challengeUrl).toBeDefined();
  });

  test('a store that fails after the payment was created sends none, and the start returns', async () => {
    const store = new FlakyStore();
    const shop = createTestShop({ store });
    const orderId = await shop.createOrder();
    store.skipSaves = 3;
    store.saveFailure = 'throws';
    const { client } = await shop.startPayment(orderId, now);
    expect(client.view.phase).toBe('ready');
    expect(shop.callCount('generateOtp')).toBe(0);
    store.saveFailure = undefined;
    expect((await shop.startPayment(orderId, now)).client.view.phase).toBe('awaitingOtp');
  });
});
