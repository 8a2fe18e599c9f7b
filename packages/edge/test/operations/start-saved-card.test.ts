import { createCustomer, createToken } from '@plural-otp/core/tokens';
import { memoryStore, type PaymentStore, type StartPaymentInput } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import {
  catchPluralError,
  createPaymentRequest,
  createTestShop,
  nativeCard,
  plainCard,
  quickCard,
  type TestShop,
} from '../support/test-shop.ts';

interface SavedCards {
  shop: TestShop;
  orderId: string;
  /** Ids of two saved cards. */
  ids: readonly [string, string];
  /** Every value that the store was given. */
  stored: string[];
  /** The input of a start by a saved card. */
  by: (tokenId: string, more?: object) => StartPaymentInput;
  /** The input of a start by the same card, typed. */
  typed: StartPaymentInput;
}

/** Creates a shop whose customer saved this card and another one, and an order. */
async function createSavedCards(number = nativeCard): Promise<SavedCards> {
  const stored: string[] = [];
  const memory = memoryStore();
  const store: PaymentStore = {
    ...memory,
    save(key, value, terms) {
      stored.push(value);
      return memory.save(key, value, terms);
    },
  };
  const shop = createTestShop({ store });
  const { customer_id: customerId } = await createCustomer(shop.plural, { merchant_customer_reference: 'asha' });
  const save = async (reference: string, card: string): Promise<string> => {
    const saved = await createToken(shop.plural, {
      customer_id: customerId,
      merchant_token_reference: reference,
      payment_method: 'CARD',
      payment_option: { encrypted_card_details: `sealed-${card}` },
    });
    return saved.token_id;
  };
  const ids = [await save('card-1', number), await save('card-2', quickCard)] as const;
  const orderId = await shop.createOrder();
  const payment = createPaymentRequest(number, 'pay-1');
  return {
    shop,
    orderId,
    ids,
    stored,
    by(tokenId, more = {}) {
      const details = { token_id: tokenId, token_txn_type: 'ALT_TOKEN' as const, cvv: '123', ...more };
      return { orderId, payment: { ...payment, payment_option: { card_token_details: details } } };
    },
    typed: { orderId, payment },
  };
}

test.each([
  [nativeCard, true],
  [plainCard, false],
])('a card saved at Plural, %s: the order says whether native OTP is available', async (number, nativeOtp) => {
  const { shop, ids, stored, by } = await createSavedCards(number);
  const started = await shop.handler.startPayment(by(ids[0], { last4_digit: '1112' }));
  expect(started).toMatchObject({ nativeOtp, nativeOtpFrom: 'order' });
  expect(started.client.view.display).toMatchObject({ lastDigits: '1112', issuer: expect.any(String) as string });
  expect(shop.callCount('getCardDetails')).toBe(0);
  expect(JSON.stringify([started, stored])).not.toContain(ids[0]);
});

describe('a start by a card saved at Plural, repeated under the same reference', () => {
  test('returns the payment for the same card, also with its digits', async () => {
    const { shop, ids, by } = await createSavedCards();
    const { paymentId } = await shop.handler.startPayment(by(ids[0]));
    expect((await shop.handler.startPayment(by(ids[0]))).paymentId).toBe(paymentId);
    expect((await shop.handler.startPayment(by(ids[0], { last4_digit: '1112' }))).paymentId).toBe(paymentId);
    expect(shop.callCount('createPayment')).toBe(1);
  });

  test.each([{}, { last4_digit: '1112' }])(
    'throws PAYMENT_MISMATCH for another saved card of equal digits, with %j',
    async (digits) => {
      const { shop, ids, by } = await createSavedCards();
      await shop.handler.startPayment(by(ids[0], digits));
      const refusal = await catchPluralError(shop.handler.startPayment(by(ids[1], digits)));
      expect(refusal).toMatchObject({ code: 'PAYMENT_MISMATCH', outcome: 'none' });
      expect(shop.callCount('createPayment')).toBe(1);
    },
  );

  test.each(['saved', 'typed'] as const)(
    'throws PAYMENT_MISMATCH when one is typed, and the first is %s',
    async (way) => {
      const { shop, ids, by, typed } = await createSavedCards();
      const starts = [by(ids[0], { last4_digit: '1112' }), typed] as const;
      const [first, second] = way === 'saved' ? starts : ([starts[1], starts[0]] as const);
      await shop.handler.startPayment(first);
      expect((await catchPluralError(shop.handler.startPayment(second))).code).toBe('PAYMENT_MISMATCH');
      expect(shop.callCount('createPayment')).toBe(1);
    },
  );

  test('throws PAYMENT_MISMATCH for another card while the first payment is being created', async () => {
    const { shop, ids, by } = await createSavedCards();
    const results = await Promise.allSettled(ids.map((id) => shop.handler.startPayment(by(id))));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'PAYMENT_MISMATCH' } }]);
    expect(shop.callCount('createPayment')).toBe(1);
  });

  test('returns the payment of the order when the record was lost, because an order names no card by its id', async () => {
    const { shop, ids, by } = await createSavedCards();
    const { paymentId } = await shop.handler.startPayment(by(ids[0]));
    const forgetful = createTestShop({ sandbox: shop.sandbox, clock: shop.clock });
    expect((await forgetful.handler.startPayment(by(ids[0]))).paymentId).toBe(paymentId);
    expect((await catchPluralError(forgetful.handler.startPayment(by(ids[1])))).code).toBe('PAYMENT_MISMATCH');
    expect(forgetful.callCount('createPayment')).toBe(1);
  });
});
