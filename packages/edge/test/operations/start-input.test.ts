import type { StartPaymentInput } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { catchPluralError, createPaymentRequest, createTestShop, nativeCard } from '../support/test-shop.ts';

/** Inputs that JavaScript can give, each with the member that is wrong. */
const wrongInputs: [string, string, (input: StartPaymentInput) => unknown][] = [
  ['a reference that is a date', 'merchant_payment_reference', ({ payment }) => set(payment, new Date())],
  ['a reference that is an object', 'merchant_payment_reference', ({ payment }) => set(payment, { a: 1 })],
  ['a reference that is a number', 'merchant_payment_reference', ({ payment }) => set(payment, Infinity)],
  ['an empty reference', 'merchant_payment_reference', ({ payment }) => set(payment, '')],
  ['a long reference', 'merchant_payment_reference', ({ payment }) => set(payment, 'x'.repeat(9000))],
  ['an amount that is a BigInt', 'payment_amount.value', ({ payment }) => set(payment.payment_amount, 1n, 'value')],
  ['no instrument', 'payment_option', ({ payment }) => set(payment, undefined, 'payment_option')],
  ['a flag that is a text', 'nativeOtp', (input) => set(input, 'no', 'nativeOtp')],
];
const set = (target: object, value: unknown, name = 'merchant_payment_reference'): boolean =>
  Reflect.set(target, name, value);

describe('an input with', () => {
  test.each(wrongInputs)(
    '%s is refused by its name, reserves nothing, and is no bug of this package',
    async (...row) => {
      const [, member, spoil] = row;
      const shop = createTestShop();
      const orderId = await shop.createOrder();
      const input = { orderId, payment: createPaymentRequest(nativeCard, 'pay-1') };
      spoil(input);
      const refusal = await catchPluralError(shop.handler.startPayment(input));
      expect(refusal).toMatchObject({ code: 'REQUEST_INVALID', outcome: 'none' });
      expect(refusal.issues?.map(({ path }) => path)).toEqual([expect.stringContaining(member)]);
      expect(shop.problems).toEqual([]);
      expect((await shop.startPayment(orderId, { reference: 'pay-2' })).nativeOtp).toBe(true);
    },
  );

  test('a reference that is missing or empty is refused before anything is read', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    expect(await catchPluralError(shop.startPayment(orderId, { reference: '' }))).toMatchObject({
      issues: [{ path: 'payment.merchant_payment_reference', expected: 'a reference that is unique to this payment' }],
    });
    expect(shop.callCount('getOrder')).toBe(0);
  });

  test('a payment that Plural’s client would refuse names the call, and one with a wrong flag what it may be', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const payment = createPaymentRequest(nativeCard, 'pay-1');
    set(payment, undefined, 'payment_option');
    const refusal = await catchPluralError(shop.handler.startPayment({ orderId, payment }));
    expect(refusal).toMatchObject({ code: 'REQUEST_INVALID', operation: 'createPayment' });
    const wrong = await catchPluralError(shop.startPayment(orderId, { nativeOtp: 'no' as never }));
    expect(wrong.issues).toEqual([{ path: 'nativeOtp', expected: 'true or false' }]);
  });

  test('further members of its amount keeps none of them in the record', async () => {
    const shop = createTestShop();
    const payment = createPaymentRequest(nativeCard, 'pay-1');
    set(payment.payment_amount, 'x'.repeat(9000), 'note');
    expect((await shop.handler.startPayment({ orderId: await shop.createOrder(), payment })).nativeOtp).toBe(true);
  });

  test.each(['false', null, 1])('card details whose flag is %j leaves the question to the order', async (flag) => {
    const shop = createTestShop();
    const started = await shop.handler.startPayment({
      orderId: await shop.createOrder(),
      payment: createPaymentRequest(nativeCard, 'pay-1'),
      cardDetails: { card_payment_details: [{ is_native_otp_supported: flag }] } as never,
    });
    expect(started).toMatchObject({ nativeOtp: true, nativeOtpFrom: 'order' });
  });
});
