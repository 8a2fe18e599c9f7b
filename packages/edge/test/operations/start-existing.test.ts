/** Rules of a start whose payment is at Plural already, or whose response does not show it. */
import type { Order, Plural } from '@plural-otp/core';
import { memoryStore } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  catchPluralError,
  createTestShop,
  deferred,
  getSandboxPayments,
  rightOtp,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';

type Orders = (order: Order) => Order;

/** A Plural whose orders are edited on their way to the shop. */
const withOrders = (plural: Plural, edit: Orders): Plural => ({
  ...plural,
  getOrder: async (...input) => edit(await plural.getOrder(...input)),
});

/** A shop that lost its record of a payment `pay-1`, and knows its order as `edit` shows it. */
async function loseRecord(
  edit: Orders = (order) => order,
  options: TestShopOptions = {},
): Promise<{ shop: TestShop; orderId: string; paymentId: string }> {
  const first = createTestShop();
  const orderId = await first.createOrder();
  const { paymentId } = await first.startPayment(orderId, { reference: 'pay-1' });
  const { sandbox, clock } = first;
  const shop = createTestShop({ sandbox, clock, plural: withOrders(first.plural, edit), ...options });
  return { shop, orderId, paymentId };
}

describe('a start whose payment is at Plural and not in the record', () => {
  test('adopts it: its reference opens at once, and the sweep checks it a minute later', async () => {
    const { shop, orderId, paymentId } = await loseRecord();
    const started = await shop.startPayment(orderId, { reference: 'pay-1' });
    expect(started).toMatchObject({ paymentId, nativeOtp: false, nativeOtpFrom: 'unknown' });
    expect(await shop.handler.openReference(started.client.view.reference)).toMatchObject({ orderId, paymentId });
    expect(shop.problems).toEqual([]);
    shop.clock.advance(59);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 0 });
    shop.clock.advance(1);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1 });
  });

  test('adopts it also beside a start of another reference whose outcome is unknown', async () => {
    const { shop, orderId, paymentId } = await loseRecord();
    shop.sandbox.script({ operation: 'createPayment', fault: 'reset' });
    const other = shop.startPayment(orderId, { reference: 'pay-2', evenIfUndecided: true });
    expect((await catchPluralError(other)).code).toBe('PAYMENT_UNKNOWN');
    expect((await shop.startPayment(orderId, { reference: 'pay-1' })).paymentId).toBe(paymentId);
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('throws STORE_FAILED where that cannot be saved: its session would act without a record', async () => {
    const store = new FlakyStore(memoryStore());
    store.saveFailure = 'throws';
    const { shop, orderId } = await loseRecord(undefined, { store });
    const error = await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
    expect(error).toMatchObject({ code: 'STORE_FAILED' });
    store.saveFailure = undefined;
    expect((await shop.startPayment(orderId, { reference: 'pay-1' })).client.view.phase).toBe('ready');
  });

  test('with another card than that of the order throws PAYMENT_MISMATCH', async () => {
    const ofAnotherCard: Orders = (order) => ({
      ...order,
      payments: order.payments.map((payment) => ({
        ...payment,
        payment_option: { card_data: { last4_digit: '4321' } },
      })),
    });
    const { shop, orderId } = await loseRecord(ofAnotherCard);
    const error = await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
    expect(error.code).toBe('PAYMENT_MISMATCH');
  });

  test.each([undefined, {}])('adopts it where the order says nothing of its card (%j)', async (payment_option) => {
    const { shop, orderId, paymentId } = await loseRecord((order) => ({
      ...order,
      payments: order.payments.map(({ payment_option: _, ...payment }) =>
        payment_option ? { ...payment, payment_option } : payment,
      ),
    }));
    expect((await shop.startPayment(orderId, { reference: 'pay-1' })).paymentId).toBe(paymentId);
  });
});

describe('a creation', () => {
  test('whose response does not show the payment is read from the order, and not repeated', async () => {
    const shop = createTestShop();
    const plural: Plural = {
      ...shop.plural,
      createPayment: async (...input) => ({ ...(await shop.plural.createPayment(...input)), payments: [] }),
    };
    const other = createTestShop({ ...shop, plural });
    const orderId = await shop.createOrder();
    const { paymentId } = await other.startPayment(orderId);
    expect(getSandboxPayments(shop, orderId)).toMatchObject([{ id: paymentId }]);
    expect(other.problems).toEqual([]);
  });

  test('whose order has no challenge URL starts the payment without the bank’s page', async () => {
    const shop = createTestShop();
    const plural: Plural = {
      ...shop.plural,
      async createPayment(...input) {
        const { challenge_url: _, ...order } = await shop.plural.createPayment(...input);
        return order;
      },
    };
    const other = createTestShop({ ...shop, plural });
    const started = await other.startPayment(await shop.createOrder());
    expect(started.client.view).toMatchObject({ phase: 'ready', next: ['check'] });
    expect([started.challengeUrl, other.problems]).toEqual([undefined, []]);
  });

  test('that cannot be saved opens its step, also beside a start whose outcome is unknown', async () => {
    const store = new FlakyStore();
    const shop = createTestShop({ store });
    const orderId = await shop.createOrder();
    const creations: Plural['createPayment'][] = [
      () => Promise.reject(new TypeError('response lost')),
      async (...input) => {
        const order = await shop.plural.createPayment(...input);
        store.saveFailure = 'throws';
        return order;
      },
    ];
    const plural: Plural = {
      ...shop.plural,
      createPayment: (...input) => (creations.shift() ?? shop.plural.createPayment)(...input),
    };
    const other = createTestShop({ ...shop, plural });
    expect(await catchPluralError(other.startPayment(orderId, { reference: 'pay-1' }))).toMatchObject({
      code: 'PAYMENT_UNKNOWN',
    });
    const started = await other.startPayment(orderId, { reference: 'pay-2', evenIfUndecided: true });
    expect(started.client.view.phase).toBe('ready');
    store.saveFailure = undefined;
    expect((await other.startPayment(orderId, { reference: 'pay-2' })).paymentId).toBe(started.paymentId);
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('that throws something unforeseen has an unknown outcome', async () => {
    const shop = createTestShop();
    const plural: Plural = {
      ...shop.plural,
      async createPayment(...input) {
        await shop.plural.createPayment(...input);
        throw new TypeError('a bug');
      },
    };
    const other = createTestShop({ ...shop, plural });
    const orderId = await shop.createOrder();
    const { paymentId } = await other.startPayment(orderId);
    expect(getSandboxPayments(shop, orderId)).toMatchObject([{ id: paymentId }]);
    expect(other.problems.map(({ code }) => code)).toEqual(['INTERNAL']);
  });

  test('that is final has its verdict told, and accepted, before the start returns', async () => {
    const [told, accepted] = [deferred(), deferred()];
    let isAccepted = false;
    const shop = createTestShop();
    const plural: Plural = {
      ...shop.plural,
      async createPayment(...input) {
        const { order_id: orderId, payments } = await shop.plural.createPayment(...input);
        await shop.plural.generateOtp(payments[0]?.id ?? '');
        await shop.plural.submitOtp(payments[0]?.id ?? '', rightOtp);
        shop.clock.advance(5);
        return shop.plural.getOrder(orderId);
      },
    };
    const { sandbox, clock } = shop;
    const frictionless = createTestShop({
      sandbox,
      clock,
      plural,
      async onVerdict() {
        told.resolve();
        await accepted.promise;
        isAccepted = true;
      },
    });
    const started = frictionless.startPayment(await shop.createOrder());
    await told.promise;
    accepted.resolve();
    expect((await started).client.view.phase).toBe('authorized');
    expect(isAccepted).toBe(true);
    expect(frictionless.events).toMatchObject([{ type: 'started' }, { type: 'verdict', outcome: 'paid' }]);
  });
});

test.each([
  ['https://acs.bank.example/pay?token=t', 'acs.bank.example'],
  ['no URL at all', 'no URL'],
])('the refusal of the challenge URL %s names the hosts that are allowed, and %s', async (challenge_url, found) => {
  const shop = createTestShop();
  const plural: Plural = {
    ...shop.plural,
    createPayment: async (...input) => ({ ...(await shop.plural.createPayment(...input)), challenge_url }),
  };
  const other = createTestShop({ ...shop, plural, challengeHosts: ['acs.hdfc.example'] });
  const error = await catchPluralError(other.startPayment(await shop.createOrder()));
  expect(error).toMatchObject({
    code: 'CHALLENGE_URL_REFUSED',
    issues: [{ path: 'challenge_url', expected: `https on 127.0.0.1:3001, acs.hdfc.example; it is on ${found}` }],
  });
});
