import { inspect } from 'node:util';
import type { PaymentRequest, Plural } from '@plural-otp/core';
import { describe, expect, test } from 'vitest';
import {
  Clock,
  deferred,
  nativeCard,
  createTestShop,
  CustomerPage,
  instantSleep,
  createPaymentRequest,
  getSandboxPayments,
  plainCard,
  quickCard,
  catchPluralError,
  rightOtp,
} from '../support/test-shop.ts';

/** A Plural whose orders report these words of themselves and of every payment. */
const withStatuses = (plural: Plural, orderStatus: string, status: string): Plural => ({
  ...plural,
  async getOrder(orderId) {
    const order = await plural.getOrder(orderId);
    return { ...order, status: orderStatus, payments: order.payments.map((payment) => ({ ...payment, status })) };
  },
});

describe('startPayment', () => {
  test('the same reference returns the recorded payment without a call', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const first = await shop.startPayment(orderId, { reference: 'pay-1' });
    const requests = shop.sandbox.state.requests.length;
    const again = await shop.startPayment(orderId, { reference: 'pay-1' });
    expect(shop.sandbox.state.requests).toHaveLength(requests);
    expect(again).toMatchObject({ paymentId: first.paymentId, nativeOtp: true, challengeUrl: first.challengeUrl });
    expect(again.client.view.reference).toBe(first.client.view.reference);
    expect(first.order?.order_id).toBe(orderId);
    expect(again.order).toBeUndefined();
  });

  test('parallel starts with one reference create one payment, and all of them return it', async () => {
    const [waiting, made] = [deferred(), deferred()];
    const shop = createTestShop({
      async wait(ms, signal) {
        if (ms !== 1000 || signal !== undefined) return instantSleep(ms, signal);
        waiting.resolve();
        return made.promise;
      },
      async network(request, send) {
        if (request.url.endsWith('/payments')) await waiting.promise;
        return send(request);
      },
    });
    const orderId = await shop.createOrder();
    const starts = [1, 2, 3].map(() => shop.startPayment(orderId, { reference: 'pay-1' }));
    await Promise.race(starts);
    made.resolve();
    const all = await Promise.all(starts);
    expect(new Set(all.map(({ paymentId }) => paymentId)).size).toBe(1);
    expect(new Set(all.map(({ client }) => client.view.reference)).size).toBe(1);
    expect(shop.callCount('createPayment')).toBe(1);
  });

  test('parallel starts with two references create one payment: the other throws PAYMENT_UNDECIDED', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const both = await Promise.allSettled([shop.startPayment(orderId), shop.startPayment(orderId)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(shop.callCount('createPayment')).toBe(1);
  });

  test('a payment that was created after the order was read still blocks another one, beside one that failed', async () => {
    const [read, made] = [deferred(), deferred()];
    const one = createTestShop();
    const two = createTestShop({
      sandbox: one.sandbox,
      clock: one.clock,
      store: one.store,
      async network(request, send) {
        const response = await send(request);
        if (request.method !== 'GET') return response;
        read.resolve();
        await made.promise;
        return response;
      },
    });
    const orderId = await one.createOrder();
    await one.startPayment(orderId);
    const order = one.sandbox.state.orders.get(orderId);
    for (const payment of order?.payments ?? []) Object.assign(payment, { status: 'FAILED' });
    expect((await one.handler.settle(orderId)).verdict).toMatchObject({ outcome: 'failed' });
    const late = catchPluralError(two.startPayment(orderId));
    await read.promise;
    await one.startPayment(orderId);
    made.resolve();
    expect((await late).code).toBe('PAYMENT_UNDECIDED');
    expect(getSandboxPayments(one, orderId)).toHaveLength(2);
  });

  test.each([-3600, -86_400])(
    'a reservation that was made during a start blocks it, also by a process whose clock is %i seconds off, and beside a forgotten one',
    async (offsetSeconds) => {
      const [read, reserved, goOn] = [deferred(), deferred(), deferred()];
      let isWatching = false;
      const two = createTestShop({
        async network(request, send) {
          const response = await send(request);
          if (!isWatching || request.method !== 'GET') return response;
          read.resolve();
          await reserved.promise;
          return response;
        },
      });
      const clock = new Clock();
      clock.advance(offsetSeconds);
      const one = createTestShop({
        sandbox: two.sandbox,
        clock,
        store: two.store,
        async network(request, send) {
          if (!request.url.endsWith('/payments')) return send(request);
          reserved.resolve();
          await goOn.promise;
          return send(request);
        },
      });
      const orderId = await two.createOrder();
      two.sandbox.script({ operation: 'createPayment', fault: 'reset' });
      expect((await catchPluralError(two.startPayment(orderId))).code).toBe('PAYMENT_UNKNOWN');
      two.clock.advance(120);
      isWatching = true;
      const late = catchPluralError(two.startPayment(orderId));
      await read.promise;
      const first = one.startPayment(orderId, { evenIfUndecided: true });
      expect((await late).code).toBe('PAYMENT_UNDECIDED');
      goOn.resolve();
      await first;
      expect(getSandboxPayments(two, orderId)).toHaveLength(1);
    },
  );

  test('an order with an undecided payment takes another one only with `evenIfUndecided`', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    const refusal = await catchPluralError(shop.startPayment(orderId));
    expect(refusal).toMatchObject({ code: 'PAYMENT_UNDECIDED', outcome: 'none' });
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
    await shop.startPayment(orderId, { evenIfUndecided: true });
    expect(getSandboxPayments(shop, orderId)).toHaveLength(2);
  });

  test.each([false, true])(
    'a paid order takes no other payment, with `evenIfUndecided` either (pre-authorised: %s)',
    async (preAuth) => {
      const shop = createTestShop();
      const orderId = await shop.createOrder({ preAuth });
      const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
      await page.generate();
      await page.submit(rightOtp);
      shop.clock.advance(1);
      await page.getView();
      for (const evenIfUndecided of [false, true]) {
        expect((await catchPluralError(shop.startPayment(orderId, { evenIfUndecided }))).code).toBe(
          'ORDER_ALREADY_PAID',
        );
      }
      expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
    },
  );

  const money: [orderStatus: string, paymentStatus: string][] = [
    ['PROCESSED', 'PROCESSED'],
    ['PENDING', 'PROCESSED'],
    ['ATTEMPTED', 'PROCESSED'],
    ['PARTIALLY_CAPTURED', 'PROCESSED'],
    ['SETTLED', 'PROCESSED'],
    ['AUTHORIZED', 'AUTHORIZED'],
    ['PROCESSED', 'AUTHORIZED'],
    ['PENDING', 'AUTHORIZED'],
  ];

  test.each(money)(
    'an order that says %s of a payment that is %s takes no other payment, with `evenIfUndecided` either',
    async (orderStatus, paymentStatus) => {
      const shop = createTestShop();
      const orderId = await shop.createOrder();
      await shop.startPayment(orderId);
      const lagging = createTestShop({ ...shop, plural: withStatuses(shop.plural, orderStatus, paymentStatus) });
      for (const evenIfUndecided of [false, true]) {
        const work = lagging.startPayment(orderId, { evenIfUndecided });
        expect((await catchPluralError(work)).code).toBe('ORDER_ALREADY_PAID');
      }
      expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
    },
  );

  test.each(['FAILED', 'CANCELLED'])('a payment that is %s leaves room for another one', async (status) => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    const ended = createTestShop({ ...shop, plural: withStatuses(shop.plural, 'ATTEMPTED', status) });
    await ended.startPayment(orderId);
    expect(getSandboxPayments(shop, orderId)).toHaveLength(2);
  });

  test.each([
    ['paid', false],
    ['authorized', true],
  ] as const)(
    'a payment that the record knows is %s refuses another one, also when Plural’s order is behind',
    async (outcome, preAuth) => {
      const shop = createTestShop();
      const orderId = await shop.createOrder({ preAuth });
      const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
      await page.generate();
      await page.submit(rightOtp);
      shop.clock.advance(2);
      expect((await shop.handler.settle(orderId)).verdict).toMatchObject({ outcome });
      const lagging = createTestShop({ ...shop, plural: withStatuses(shop.plural, 'PENDING', 'PENDING') });
      const work = lagging.startPayment(orderId, { evenIfUndecided: true });
      expect((await catchPluralError(work)).code).toBe('ORDER_ALREADY_PAID');
      expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
    },
  );

  const otherPayments: [string, (request: PaymentRequest) => PaymentRequest][] = [
    ['another amount', (request) => ({ ...request, payment_amount: { value: 36_000, currency: 'INR' } })],
    ['another currency', (request) => ({ ...request, payment_amount: { value: 35_000, currency: 'USD' } })],
    ['another card', ({ merchant_payment_reference: reference }) => createPaymentRequest(quickCard, reference)],
  ];

  test.each(otherPayments)(
    'the same reference with %s throws PAYMENT_MISMATCH, and sends nothing',
    async (_what, edit) => {
      const shop = createTestShop();
      const orderId = await shop.createOrder();
      const payment = createPaymentRequest(nativeCard, 'pay-1');
      await shop.handler.startPayment({ orderId, payment });
      const requests = shop.sandbox.state.requests.length;
      const refusal = await catchPluralError(shop.handler.startPayment({ orderId, payment: edit(payment) }));
      expect(refusal).toMatchObject({ code: 'PAYMENT_MISMATCH', outcome: 'none' });
      expect(inspect(refusal)).not.toContain('1112');
      expect(shop.sandbox.state.requests).toHaveLength(requests);
    },
  );

  test.each(otherPayments)(
    'a concurrent start of the same reference with %s throws PAYMENT_MISMATCH',
    async (_what, edit) => {
      const [reserved, released] = [deferred(), deferred()];
      const shop = createTestShop({
        async network(request, send) {
          if (request.method === 'POST' && request.url.endsWith('/payments')) {
            reserved.resolve();
            await released.promise;
          }
          return send(request);
        },
      });
      const orderId = await shop.createOrder();
      const payment = createPaymentRequest(nativeCard, 'pay-1');
      const first = shop.handler.startPayment({ orderId, payment });
      await reserved.promise;
      const refusal = await catchPluralError(shop.handler.startPayment({ orderId, payment: edit(payment) }));
      expect(refusal).toMatchObject({ code: 'PAYMENT_MISMATCH' });
      released.resolve();
      await first;
      expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
    },
  );

  test.each(otherPayments.slice(0, 2))(
    'with %s than a payment whose record was lost it throws PAYMENT_MISMATCH too',
    async (_what, edit) => {
      const first = createTestShop();
      const orderId = await first.createOrder();
      const payment = createPaymentRequest(nativeCard, 'pay-1');
      await first.handler.startPayment({ orderId, payment });
      const shop = createTestShop({ sandbox: first.sandbox, clock: first.clock });
      const work = shop.handler.startPayment({ orderId, payment: edit(payment) });
      expect((await catchPluralError(work)).code).toBe('PAYMENT_MISMATCH');
    },
  );

  test('when the card lookup fails the order says whether native OTP is available', async () => {
    const shop = createTestShop();
    shop.sandbox.script({ operation: 'getCardDetails', fault: 'status', status: 503, times: 0 });
    const started = await shop.startPayment(await shop.createOrder());
    expect(started.nativeOtpFrom).toBe('order');
    expect(started.nativeOtp).toBe(true);
    expect(shop.problems).toMatchObject([{ code: 'API_FAILED', operation: 'getCardDetails' }]);
  });

  test('`cardDetails` and `nativeOtp` of the caller save the card lookup', async () => {
    const shop = createTestShop();
    const cardDetails = {
      card_payment_details: [{ is_native_otp_supported: true, card_network: 'VISA', card_issuer: 'HDFC' }],
    };
    expect(await shop.startPayment(await shop.createOrder(), { cardDetails })).toMatchObject({
      nativeOtp: true,
      nativeOtpFrom: 'cardDetails',
    });
    expect(await shop.startPayment(await shop.createOrder(), { nativeOtp: false })).toMatchObject({
      nativeOtp: false,
      nativeOtpFrom: 'caller',
    });
    expect(shop.callCount('getCardDetails')).toBe(0);
  });

  test('a payment without device_info is started and reported', async () => {
    const shop = createTestShop();
    const { device_info: _, ...payment } = createPaymentRequest(nativeCard, 'pay-1');
    await shop.handler.startPayment({ orderId: await shop.createOrder(), payment });
    expect(shop.problems.map(({ code }) => code)).toContain('DEVICE_INFO_MISSING');
  });

  test('the view displays the amount with its fee, the card’s network and last digits, and the merchant', async () => {
    const shop = createTestShop();
    const { client, order } = await shop.startPayment(await shop.createOrder(), {
      display: { merchantName: 'Nilgiri Leaf', statementName: 'NILGIRI LEAF COONOOR' },
    });
    const fee = order?.payments[0]?.convenience_fee_breakdown?.applicable_fee_amount?.value ?? 0;
    expect(client.view.display).toMatchObject({
      merchantName: 'Nilgiri Leaf',
      statementName: 'NILGIRI LEAF COONOOR',
      amount: { value: 35_000 + fee, currency: 'INR' },
      network: 'VISA',
      lastDigits: '1112',
    });
    expect(JSON.stringify(client.view)).not.toContain(nativeCard.slice(0, 12));
  });

  test('a masked destination of the OTP is displayed; an unmasked one is rejected before any call', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const refused = shop.startPayment(orderId, { display: { destination: '+91 98765 04321' } });
    await expect(refused).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      issues: [{ path: 'display.destination', expected: expect.stringContaining('masked') }],
    });
    await expect(refused).rejects.not.toThrow('04321');
    const number: object = { destination: 4321 };
    await expect(shop.startPayment(orderId, { display: number })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(shop.callCount('createPayment')).toBe(0);
    const { client } = await shop.startPayment(orderId, { display: { destination: '••••••4321' } });
    expect(client.view.display?.destination).toBe('••••••4321');
  });

  const card = { name: 'A Customer', card_number: nativeCard, cvv: '867', expiry_month: '12', expiry_year: '2030' };
  test.each<[string, unknown, string]>([
    ['no input', undefined, 'payment.merchant_payment_reference'],
    ['no payment', {}, 'payment.merchant_payment_reference'],
    ['no instrument', { payment_option: undefined }, 'payments.0.payment_option'],
    ['an empty instrument', { payment_option: {} }, 'payments.0.payment_option'],
    [
      'a card number that is a number',
      { payment_option: { card_details: { ...card, card_number: Number(nativeCard) } } },
      'payments.0.payment_option.card_details.card_number',
    ],
    ['no amount', { payment_amount: undefined }, 'payments.0.payment_amount'],
  ])('%s: REQUEST_INVALID names the member but no value, and no payment is created', async (_what, wrong, path) => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const payment = { ...createPaymentRequest(nativeCard, 'pay-1'), ...(wrong as object) };
    const input = path.startsWith('payments') ? { orderId, payment } : (wrong as never);
    const refusal = await catchPluralError(shop.handler.startPayment(input));
    expect([refusal.code, refusal.issues?.map((issue) => issue.path)]).toEqual(['REQUEST_INVALID', [path]]);
    expect(inspect(refusal)).not.toContain(nativeCard);
    expect(shop.callCount('createPayment')).toBe(0);
  });

  test('with card details of another shape the order says whether native OTP is available', async () => {
    const shop = createTestShop();
    const cardDetails = { is_native_otp_supported: true } as never;
    expect((await shop.startPayment(await shop.createOrder(), { cardDetails })).nativeOtpFrom).toBe('order');
  });

  test('a saved card’s token is looked up by its type', async () => {
    const shop = createTestShop();
    const asked: unknown[] = [];
    const plural = {
      ...shop.plural,
      getCardDetails: async (body: unknown) => {
        asked.push(body);
        return { card_payment_details: [{ is_native_otp_supported: true }] };
      },
    };
    const tokens = createTestShop({ sandbox: shop.sandbox, clock: shop.clock, plural });
    const payment = {
      ...createPaymentRequest(plainCard, 'pay-1'),
      payment_option: {
        card_token_details: {
          name: 'A Customer',
          token: '4012001037141112',
          cryptogram: 'AAAA',
          cvv: '123',
          token_txn_type: 'ALT_TOKEN' as const,
          last4_digit: '1112',
          expiry_month: '12',
          expiry_year: '2030',
        },
      },
    };
    const started = await tokens.handler.startPayment({ orderId: await shop.createOrder(), payment });
    expect(asked).toEqual([
      {
        amount: '35000',
        card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'ALT_TOKEN_TXN' }],
      },
    ]);
    expect(started.client.view.display?.lastDigits).toBe('1112');
  });

  test.each<[string, object]>([
    ['without a reference', { merchant_payment_reference: undefined }],
    ['without an amount', { payment_amount: undefined }],
    ['without a card', { payment_option: {} }],
    ['with a card of letters', { payment_option: { card_details: { card_number: 'letters' } } }],
  ])('a payment %s is REQUEST_INVALID, names the member, and creates nothing', async (_what, wrong) => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const payment = { ...createPaymentRequest(nativeCard, 'pay-1'), ...wrong };
    const refusal = await catchPluralError(shop.handler.startPayment({ orderId, payment }));
    expect(refusal).toMatchObject({ code: 'REQUEST_INVALID', outcome: 'none' });
    expect(refusal.issues?.length).toBeGreaterThan(0);
    expect(getSandboxPayments(shop, orderId)).toEqual([]);
    expect((await shop.startPayment(orderId, { reference: 'pay-1' })).nativeOtp).toBe(true);
  });

  test('a payment that is final on creation has its verdict at once', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const plural = {
      ...shop.plural,
      createPayment: async (...input: Parameters<typeof shop.plural.createPayment>) => {
        const order = await shop.plural.createPayment(...input);
        const [payment] = order.payments;
        await shop.plural.generateOtp(payment?.id ?? '');
        await shop.plural.submitOtp(payment?.id ?? '', rightOtp);
        shop.clock.advance(5);
        return shop.plural.getOrder(order.order_id);
      },
    };
    const frictionless = createTestShop({ sandbox: shop.sandbox, clock: shop.clock, plural });
    const started = await frictionless.startPayment(orderId);
    expect(started.client.view.phase).toBe('authorized');
    expect(frictionless.verdicts).toMatchObject([{ outcome: 'paid', source: 'settle' }]);
  });
});
