/**
 * Calls with members of the vendor's documents beyond the guide's samples. The values are made up; that they compile
 * without a cast is part of the test.
 */

import type { CreateOrderBody, GetCardDetailsBody, PaymentRequest, Plural, RefundOrderBody } from '@plural-otp/core';

/** Amount of the payments and refunds. */
export const amount = { value: 49_900, currency: 'INR' };
export const card = {
  name: 'Ravi Iyer',
  card_number: '4012001037141112',
  cvv: '318',
  expiry_month: '11',
  expiry_year: '2031',
};
export const token = {
  name: 'Ravi Iyer',
  token: '4012001037141112',
  cryptogram: 'AgAAAAAABk4D',
  token_txn_type: 'NETWORK_TOKEN',
  last4_digit: '1112',
  expiry_month: '11',
  expiry_year: '2031',
} as const;

type Option = PaymentRequest['payment_option'];
/** Returns the call that creates a payment by `payment_option`. */
export const pay =
  (payment_option: Option, more: Partial<PaymentRequest> = {}) =>
  (plural: Plural, orderId = 'o-1'): Promise<unknown> => {
    const payment: PaymentRequest = {
      merchant_payment_reference: 'pay-7',
      payment_method: 'CARD',
      payment_amount: amount,
      payment_option,
      ...more,
    };
    return plural.createPayment(orderId, { payments: [payment] });
  };
const createOrder =
  (more: Partial<CreateOrderBody>) =>
  (plural: Plural): Promise<unknown> =>
    plural.createOrder({ merchant_order_reference: 'cart-7', order_amount: { value: 1100, currency: 'INR' }, ...more });
const refund =
  (more: Partial<RefundOrderBody>) =>
  (plural: Plural, orderId: string): Promise<unknown> =>
    plural.refundOrder(orderId, { merchant_order_reference: 'refund-7', order_amount: amount, ...more });
const lookUp =
  (body: GetCardDetailsBody) =>
  (plural: Plural): Promise<unknown> =>
    plural.getCardDetails(body);
const cards = [{ payment_identifier: card.card_number, payment_reference_type: 'CARD' }];

type SavedCard = NonNullable<Option['card_token_details']>;
const payBySaved =
  (details: Pick<SavedCard, 'token_txn_type' | 'cvv'>) =>
  (plural: Plural, orderId: string, tokenId = 'tok-91'): Promise<unknown> =>
    pay({ card_token_details: { token_id: tokenId, ...details } })(plural, orderId);

/** Makes a call on an order, for those by a saved card with the id of its token. */
type VendorCall = (plural: Plural, orderId: string, tokenId?: string) => Promise<unknown>;

/** Title, call, and what of its body is sent. */
export const vendorCalls: [string, VendorCall, unknown][] = [
  [
    'save',
    pay({ card_details: { ...card, save: true } }),
    { payments: [{ payment_option: { card_details: { save: true } } }] },
  ],
  [
    'token_id',
    payBySaved({ token_txn_type: 'ALT_TOKEN', cvv: '318' }),
    { payments: [{ payment_option: { card_token_details: { token_id: 'tok-91', cvv: '318' } } }] },
  ],
  [
    'token_id without a CVV',
    payBySaved({ token_txn_type: 'NETWORK_TOKEN' }),
    { payments: [{ payment_option: { card_token_details: { token_id: 'tok-91' } } }] },
  ],
  ['pre_auth of a payment', pay({ card_details: card }, { pre_auth: true }), { payments: [{ pre_auth: true }] }],
  [
    'members of Diners',
    pay({
      card_token_details: { ...token, diners_token_reference_id: 'ref-3', diners_token_requester_merchant_id: 'req-4' },
    }),
    { payments: [{ payment_option: { card_token_details: { diners_token_reference_id: 'ref-3' } } }] },
  ],
  [
    'addresses of the browser',
    pay(
      { card_details: card },
      { device_info: { browser_ip_address: '203.0.113.4', source_ip_address: '203.0.113.5' } },
    ),
    { payments: [{ device_info: { browser_ip_address: '203.0.113.4' } }] },
  ],
  [
    'offer_data, with an instalment method',
    pay({ card_details: card }, { payment_method: 'CREDIT_EMI', offer_data: { tenure_in_months: 6 } }),
    { payments: [{ payment_method: 'CREDIT_EMI', offer_data: { tenure_in_months: 6 } }] },
  ],
  [
    'convenience_fee_breakdown',
    pay({ card_details: card }, { convenience_fee_breakdown: { applicable_fee_amount: amount } }),
    { payments: [{ convenience_fee_breakdown: { applicable_fee_amount: amount } }] },
  ],
  [
    'split_info and is_mcc_transaction of an order',
    createOrder({ split_info: { split_type: 'AMOUNT' }, is_mcc_transaction: true }),
    { split_info: { split_type: 'AMOUNT' }, is_mcc_transaction: true },
  ],
  [
    'merchant_customer_reference of a customer',
    createOrder({ purchase_details: { customer: { merchant_customer_reference: 'ravi-1', gstin: 'x' } } }),
    { purchase_details: { customer: { merchant_customer_reference: 'ravi-1', gstin: 'x' } } },
  ],
  [
    'full_name of an address',
    createOrder({ purchase_details: { customer: { billing_address: { full_name: 'Ravi Iyer' } } } }),
    { purchase_details: { customer: { billing_address: { full_name: 'Ravi Iyer' } } } },
  ],
  ['products of a refund', refund({ products: [{ product_code: 'tea' }] }), { products: [{ product_code: 'tea' }] }],
  ['split_info of a refund', refund({ split_info: { details: [] } }), { split_info: { details: [] } }],
  ['card details without an amount', lookUp({ card_details: cards }), { card_details: cards }],
  [
    'dcc_details_required',
    lookUp({ amount: '49900', card_details: cards, dcc_details_required: true }),
    { dcc_details_required: true },
  ],
];
