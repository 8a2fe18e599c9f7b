import type { Order, Plural } from '@plural-otp/core';
import { describe, expect, test } from 'vitest';
import {
  catchPluralError,
  createTestShop,
  CustomerPage,
  getSandboxPayments,
  openPage,
  rightOtp,
  type TestShop,
} from '../support/test-shop.ts';

/** A Plural whose orders are edited on their way to the shop. */
function withOrders(plural: Plural, edit: (order: Order) => Order): Plural {
  return {
    ...plural,
    getOrder: async (...input) => edit(await plural.getOrder(...input)),
    createPayment: async (...input) => edit(await plural.createPayment(...input)),
  };
}

const withUrlLength =
  (length: number) =>
  (order: Order): Order =>
    order.challenge_url === undefined
      ? order
      : { ...order, challenge_url: `${order.challenge_url}&pad=`.padEnd(length, 'x') };

/** Starts payments of one order until the record is full, and returns those that were started. */
async function fillOrder(shop: TestShop, orderId: string): Promise<{ paymentIds: string[]; error: unknown }> {
  const paymentIds: string[] = [];
  for (;;) {
    try {
      const started = await shop.startPayment(orderId, {
        evenIfUndecided: true,
        display: { merchantName: 'दुकान'.repeat(20) },
      });
      paymentIds.push(started.paymentId);
    } catch (error) {
      return { paymentIds, error };
    }
  }
}

describe('an order with several open payments', () => {
  test.each([120, 400, 700, 1000, 1500, 2048])(
    'with bank URLs of %i characters every payment that is created is recorded, and the newest has its URL',
    async (length) => {
      const sandboxShop = createTestShop();
      const plural = withOrders(sandboxShop.plural, withUrlLength(length));
      const shop = createTestShop({ ...sandboxShop, plural });
      const orderId = await shop.createOrder();
      const { paymentIds, error } = await fillOrder(shop, orderId);
      expect(error).toMatchObject({
        code: 'REQUEST_INVALID',
        issues: [{ path: 'orderId', expected: expect.stringContaining('create a new order') as string }],
      });
      expect(paymentIds.length).toBeGreaterThan(3);
      expect(getSandboxPayments(shop, orderId)).toHaveLength(paymentIds.length);
      for (const paymentId of paymentIds) {
        expect((await shop.handler.resumePayment({ orderId, paymentId }))?.client.view.phase).toBe('ready');
      }
      const [first = ''] = paymentIds;
      await shop.plural.generateOtp(first);
      await shop.plural.submitOtp(first, rightOtp);
      shop.clock.advance(60);
      await shop.handler.sweep();
      expect(shop.verdicts).toMatchObject([{ outcome: 'paid', paymentId: first }]);
    },
  );

  test('the session of an older payment keeps the URL of its own bank page', async () => {
    const { shop, page, orderId } = await openPage();
    const before = (await page.getView()).challengeUrl;
    const newer = await shop.startPayment(orderId, { evenIfUndecided: true });
    expect(newer.challengeUrl).toBeDefined();
    expect(newer.challengeUrl).not.toBe(before);
    expect(await page.getView()).toMatchObject({ challengeUrl: before, next: ['redirect', 'check'] });
  });
});

describe('what Plural reports of a started payment', () => {
  test('a challenge URL of the greatest length has a session that every route takes', async () => {
    const sandboxShop = createTestShop();
    const shop = createTestShop({ ...sandboxShop, plural: withOrders(sandboxShop.plural, withUrlLength(2048)) });
    const started = await shop.startPayment(await shop.createOrder());
    expect(started.challengeUrl).toHaveLength(2048);
    const page = new CustomerPage(shop.handler, started.client.session);
    expect((await page.generate()).phase).toBe('awaitingOtp');
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });

  test('a challenge URL that grows beyond that when it is serialized is refused', async () => {
    const sandboxShop = createTestShop();
    const plural = withOrders(sandboxShop.plural, (order) =>
      order.challenge_url === undefined
        ? order
        : { ...order, challenge_url: `${order.challenge_url}&pad=${'é'.repeat(700)}` },
    );
    const shop = createTestShop({ ...sandboxShop, plural });
    const refusal = await catchPluralError(shop.startPayment(await shop.createOrder()));
    expect(refusal.code).toBe('CHALLENGE_URL_REFUSED');
  });

  test('an amount in a currency that is no code is shown as it was requested', async () => {
    const sandboxShop = createTestShop();
    const plural = withOrders(sandboxShop.plural, (order) => ({
      ...order,
      payments: order.payments.map((payment) => ({ ...payment, payment_amount: { value: 35_000, currency: '₹' } })),
    }));
    const shop = createTestShop({ ...sandboxShop, plural });
    const { client } = await shop.startPayment(await shop.createOrder());
    expect(client.view.display?.amount).toMatchObject({ currency: 'INR' });
    expect((await new CustomerPage(shop.handler, client.session).generate()).phase).toBe('awaitingOtp');
  });

  test('long names of card network and issuer are cut, so that a record has room for them', async () => {
    const sandboxShop = createTestShop();
    const card_data = { network_name: 'N'.repeat(3000), issuer_name: 'I'.repeat(3000), is_native_otp_eligible: true };
    const plural = withOrders(sandboxShop.plural, (order) => ({
      ...order,
      payments: order.payments.map((payment) => ({ ...payment, payment_option: { card_data } })),
    }));
    const shop = createTestShop({ ...sandboxShop, plural });
    const { display } = (await shop.startPayment(await shop.createOrder())).client.view;
    expect([display?.network?.length, shop.events[0]?.issuer?.length]).toEqual([100, 100]);
    // What is no bank's name is not shown as one.
    expect(display?.issuer).toBeUndefined();
  });
});
