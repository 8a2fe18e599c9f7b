import type { Plural } from '@plural-otp/core';
import { memoryStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import {
  deferred,
  createTestShop,
  CustomerPage,
  getSandboxPayments,
  plainCard,
  catchPluralError,
  rightOtp,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';
import { dueKeys } from '../support/due-keys.ts';

/** Breaks calls of one path: before they take effect, after it, or with another answer. */
function broken(path: RegExp): {
  network: NonNullable<TestShopOptions['network']>;
  set(mode: 'before' | 'after' | undefined): void;
} {
  let mode: 'before' | 'after' | undefined;
  return {
    set: (next) => {
      mode = next;
    },
    async network(request, send) {
      if (mode === undefined || request.method !== 'POST' || !path.test(request.url)) return send(request);
      if (mode === 'after') await send(request);
      throw new TypeError('connection reset');
    },
  };
}

/** A process that had its payment made at Plural, and died before the answer came back. */
async function diedAfterPayment(): Promise<{ first: TestShop; orderId: string }> {
  const made = deferred();
  const first = createTestShop({
    async network(request, send) {
      const response = await send(request);
      if (!request.url.endsWith('/payments')) return response;
      made.resolve();
      return new Promise<Response>(() => undefined);
    },
  });
  const orderId = await first.createOrder();
  void first.startPayment(orderId, { reference: 'pay-1' });
  await made.promise;
  return { first, orderId };
}

describe('startPayment when a call fails', () => {
  test('a payment that Plural rejects throws, leaves no record, and another one can be started', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    shop.sandbox.script({
      operation: 'createPayment',
      fault: 'status',
      status: 422,
      body: { code: 'CARD_NOT_ALLOWED' },
    });
    expect(await catchPluralError(shop.startPayment(orderId))).toMatchObject({ code: 'API_REJECTED', outcome: 'none' });
    expect(await dueKeys(shop.store, shop.clock.now() + 1e12, 10)).toEqual([]);
    expect((await shop.startPayment(orderId)).nativeOtp).toBe(true);
    shop.clock.advance(3600);
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('a payment whose response was lost is found in the order and adopted, not created twice', async () => {
    const fault = broken(/\/payments$/);
    const shop = createTestShop({ network: fault.network });
    const orderId = await shop.createOrder();
    fault.set('after');
    const started = await shop.startPayment(orderId);
    expect(getSandboxPayments(shop, orderId)).toMatchObject([{ id: started.paymentId }]);
    expect(started.client.view.phase).toBe('ready');
  });

  test('a payment that Plural reports as a duplicate is found in the order and adopted', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const body = { code: 'DUPLICATE_REQUEST', message: 'known' };
    shop.sandbox.script({ operation: 'createPayment', fault: 'status', status: 422, body, takesEffect: true });
    const started = await shop.startPayment(orderId);
    expect(getSandboxPayments(shop, orderId)).toMatchObject([{ id: started.paymentId }]);
  });

  test('a payment that cannot be found throws PAYMENT_UNKNOWN; its reference may retry, another one may not start', async () => {
    const fault = broken(/\/payments$/);
    const shop = createTestShop({ network: fault.network });
    const orderId = await shop.createOrder();
    fault.set('before');
    expect(await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }))).toMatchObject({
      code: 'PAYMENT_UNKNOWN',
      outcome: 'unknown',
    });
    fault.set(undefined);
    expect((await catchPluralError(shop.startPayment(orderId, { reference: 'pay-2' }))).code).toBe('PAYMENT_UNDECIDED');
    expect((await shop.startPayment(orderId, { reference: 'pay-1' })).nativeOtp).toBe(true);
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('a payment of a process that died is adopted by the sweep, and its verdict delivered', async () => {
    const { first, orderId } = await diedAfterPayment();
    const [payment] = first.sandbox.state.orders.get(orderId)?.payments ?? [];
    expect(payment).toBeDefined();
    const shop = createTestShop({ clock: first.clock, sandbox: first.sandbox, store: first.store });
    await shop.plural.generateOtp(payment?.id ?? '');
    await shop.plural.submitOtp(payment?.id ?? '', rightOtp);
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1 });
    const resumed = await shop.handler.resumePayment({ orderId });
    const reference = resumed?.client.view.reference ?? '';
    expect(await shop.handler.openReference(reference)).toMatchObject({ orderId, paymentId: payment?.id });
    expect(shop.verdicts).toMatchObject([
      { outcome: 'paid', paymentId: payment?.id, merchantPaymentReference: 'pay-1' },
    ]);
  });

  test('a payment of a process that died is adopted by the next start with its reference', async () => {
    const { first, orderId } = await diedAfterPayment();
    const shop = createTestShop({ clock: first.clock, sandbox: first.sandbox, store: first.store });
    const started = await shop.startPayment(orderId, { reference: 'pay-1' });
    expect(started.client.view.phase).toBe('ready');
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
    expect(shop.callCount('createPayment')).toBe(1);
  });

  test('a challenge URL on an unknown host throws an error that names the host and the option to allow it', async () => {
    const shop = createTestShop({ sandboxOptions: { origin: 'https://acs.bank.example' } });
    const orderId = await shop.createOrder();
    const refusal = await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
    expect(refusal).toMatchObject({ code: 'CHALLENGE_URL_REFUSED', outcome: 'unknown' });
    expect(refusal.message).toContain('acs.bank.example');
    expect(refusal.message).toContain('challengeHosts');
    expect(refusal.message).not.toContain('token=');
    const repaired = createTestShop({
      sandbox: shop.sandbox,
      clock: shop.clock,
      store: shop.store,
      challengeHosts: ['acs.bank.example'],
    });
    const started = await repaired.startPayment(orderId, { reference: 'pay-1' });
    expect(started.challengeUrl).toMatch(/^https:\/\/acs\.bank\.example\//);
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('a refused challenge URL does not stop the payment: the sweep adopts it, and the URL once its host is allowed', async () => {
    const shop = createTestShop({ sandboxOptions: { origin: 'https://acs.bank.example' } });
    const orderId = await shop.createOrder();
    await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
    shop.clock.advance(60);
    await shop.handler.sweep();
    const resumed = await shop.handler.resumePayment({ orderId });
    expect(resumed?.client.view).toMatchObject({ phase: 'ready', next: ['check'] });
    const allowing = createTestShop({ ...shop, challengeHosts: ['acs.bank.example'] });
    await new CustomerPage(allowing.handler, resumed?.client.session ?? '').getView();
    expect((await allowing.handler.resumePayment({ orderId }))?.client.view.next).toContain('redirect');
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('in production a payment by native OTP goes on without a refused challenge URL, which is reported', async () => {
    const shop = createTestShop({ sandboxOptions: { origin: 'https://acs.bank.example' } });
    const plural: Plural = { ...shop.plural, environment: 'production' };
    const store = memoryStore({ singleProcess: true });
    const live = createTestShop({ sandbox: shop.sandbox, clock: shop.clock, plural, store });
    const started = await live.startPayment(await live.createOrder());
    expect(started).toMatchObject({ nativeOtp: true, client: { view: { phase: 'ready', next: ['check'] } } });
    expect(started.challengeUrl).toBeUndefined();
    expect(live.problems.map(({ code }) => code)).toEqual(['CHALLENGE_URL_REFUSED']);
    const page = new CustomerPage(live.handler, started.client.session);
    expect((await page.generate()).phase).toBe('awaitingOtp');
  });

  test('in production a refused challenge URL throws where the customer would need it', async () => {
    const shop = createTestShop({ sandboxOptions: { origin: 'https://acs.bank.example' } });
    const plural: Plural = { ...shop.plural, environment: 'production' };
    const store = memoryStore({ singleProcess: true });
    const live = createTestShop({ sandbox: shop.sandbox, clock: shop.clock, plural, store });
    const work = live.startPayment(await live.createOrder(), { card: plainCard });
    expect(await catchPluralError(work)).toMatchObject({ code: 'CHALLENGE_URL_REFUSED', outcome: 'unknown' });
  });

  test('a session whose record was lost sends nothing, because its attempts cannot be counted', async () => {
    const shop = createTestShop();
    const { client } = await shop.startPayment(await shop.createOrder());
    const other = createTestShop({ sandbox: shop.sandbox, clock: shop.clock });
    const page = new CustomerPage(other.handler, client.session);
    expect((await page.post('otp/generate', { idempotencyKey: '6f1d3c4e-9c1a-4a52-8c55-0d6a4b1d2c3e' })).status).toBe(
      503,
    );
    expect(shop.callCount('generateOtp')).toBe(0);
  });
});
