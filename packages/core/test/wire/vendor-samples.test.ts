/**
 * Members of the vendor's documents beyond the guide: each call compiles without a cast, is accepted, and is sent as it
 * was written. The values are made up.
 */

import { describe, expect, expectTypeOf, test } from 'vitest';
import type {
  AcquirerData,
  CreateOrderBody,
  GetCardDetailsBody,
  Payment,
  PaymentRequest,
  Plural,
  RefundOrderBody,
} from '@plural-otp/core';
import { isPluralError } from '@plural-otp/core';
import { order, stubPlural } from '../support/plural-stub.ts';

const amount = { value: 49_900, currency: 'INR' };
const card = {
  name: 'Ravi Iyer',
  card_number: '4012001037141112',
  cvv: '318',
  expiry_month: '11',
  expiry_year: '2031',
};
const token = {
  name: 'Ravi Iyer',
  token: '4012001037141112',
  cryptogram: 'AgAAAAAABk4D',
  token_txn_type: 'NETWORK_TOKEN',
  last4_digit: '1112',
  expiry_month: '11',
  expiry_year: '2031',
} as const;

type Option = PaymentRequest['payment_option'];
const pay =
  (payment_option: Option, more: Partial<PaymentRequest> = {}) =>
  (plural: Plural): Promise<unknown> => {
    const payment: PaymentRequest = {
      merchant_payment_reference: 'pay-7',
      payment_method: 'CARD',
      payment_amount: amount,
      payment_option,
      ...more,
    };
    return plural.createPayment('o-1', { payments: [payment] });
  };
const createOrder =
  (more: Partial<CreateOrderBody>) =>
  (plural: Plural): Promise<unknown> =>
    plural.createOrder({ merchant_order_reference: 'cart-7', order_amount: { value: 1100, currency: 'INR' }, ...more });
const refund =
  (more: Partial<RefundOrderBody>) =>
  (plural: Plural): Promise<unknown> =>
    plural.refundOrder('o-1', { merchant_order_reference: 'refund-7', order_amount: amount, ...more });
const lookUp =
  (body: GetCardDetailsBody) =>
  (plural: Plural): Promise<unknown> =>
    plural.getCardDetails(body);
const cards = [{ payment_identifier: card.card_number, payment_reference_type: 'CARD' }];

const rows: [string, (plural: Plural) => Promise<unknown>, unknown][] = [
  [
    'save',
    pay({ card_details: { ...card, save: true } }),
    { payments: [{ payment_option: { card_details: { save: true } } }] },
  ],
  [
    'token_id',
    pay({ card_token_details: { token_id: 'tok-91', token_txn_type: 'ALT_TOKEN', cvv: '318' } }),
    { payments: [{ payment_option: { card_token_details: { token_id: 'tok-91', cvv: '318' } } }] },
  ],
  [
    'token_id without a CVV',
    pay({ card_token_details: { token_id: 'tok-91', token_txn_type: 'NETWORK_TOKEN' } }),
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

describe('a member of the vendor’s documents compiles and is sent', () => {
  test.each(rows)('%s', async (_what, call, body) => {
    const { plural, requests } = stubPlural(Response.json({ data: order, card_payment_details: [] }));
    await call(plural).catch((error: unknown) => {
      // The stub’s one answer is no card details and no refund; that it was sent is what counts.
      if (!isPluralError(error, 'RESPONSE_INVALID')) throw error;
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.body).toMatchObject(body as object);
  });

  test('fifteen calls are listed', () => expect(rows).toHaveLength(15));
});

describe('a card saved at Plural', () => {
  const invalid: [string, object, string][] = [
    ['no kind of token', { token_id: 'tok-91' }, 'token_txn_type'],
    ['another kind of token', { token_id: 'tok-91', token_txn_type: 'OTHER' }, 'token_txn_type'],
    ['an empty id', { token_id: '', token_txn_type: 'ALT_TOKEN' }, 'token_id'],
    ['an id with a space', { token_id: 'tok 91', token_txn_type: 'ALT_TOKEN' }, 'token_id'],
    ['a long id', { token_id: 'x'.repeat(101), token_txn_type: 'ALT_TOKEN' }, 'token_id'],
    ['an id that is a number', { token_id: 91, token_txn_type: 'ALT_TOKEN' }, 'token_id'],
    ['a CVV of two digits', { token_id: 'tok-91', token_txn_type: 'ALT_TOKEN', cvv: '31' }, 'cvv'],
    ['neither id nor token', { token_txn_type: 'ALT_TOKEN' }, 'token'],
    ['a token without its cryptogram', { ...token, cryptogram: undefined, token_id: 'tok-91' }, 'cryptogram'],
  ];

  test.each(invalid)('%s is rejected by name', async (_what, details, member) => {
    const { plural, requests } = stubPlural(Response.json({ data: order }));
    const error = await pay({ card_token_details: details as never })(plural).catch((thrown: unknown) => thrown);
    if (!isPluralError(error, 'REQUEST_INVALID')) throw error;
    expect(error.issues?.map(({ path }) => path)).toContain(`payments.0.payment_option.card_token_details.${member}`);
    expect(error.message).not.toMatch(/tok[- ]91/);
    expect(requests).toEqual([]);
  });

  test('its id is repeated by no error', async () => {
    const { plural } = stubPlural(Response.json({ code: 'X', message: 'no tok-91 here' }, { status: 422 }));
    const error = await pay({ card_token_details: { token_id: 'tok-91', token_txn_type: 'ALT_TOKEN' } })(plural).catch(
      (thrown: unknown) => thrown,
    );
    expect(isPluralError(error) && error.upstream?.message).toBe('no *** here');
  });
});

test.each(['UPI', 'card', '', undefined])('the method %s is not one that is paid by card', async (method) => {
  const { plural, requests } = stubPlural(Response.json({ data: order }));
  const error = await pay(
    { card_details: card },
    { payment_method: method as never },
  )(plural).catch((thrown: unknown) => thrown);
  expect(isPluralError(error) && error.issues?.map(({ path }) => path)).toEqual(['payments.0.payment_method']);
  expect(String(error)).toContain('request');
  expect(requests).toEqual([]);
});

test('acquirer data and the details of a failure are typed, and left out when they have another form', async () => {
  expectTypeOf<Payment['acquirer_data']>().toEqualTypeOf<AcquirerData | undefined>();
  const payment = {
    id: 'p-1',
    status: 'FAILED',
    acquirer_data: { rrn: 420_145_000_226, approval_code: '000000', is_aggregator: 'yes', later: 1 },
    error_detail: { code: 'A', additional_error_details: { step: 'payment', reason: 'low' } },
  };
  const { plural } = stubPlural(Response.json({ data: { ...order, payments: [payment] } }));
  const [read] = (await plural.getOrder('o-1')).payments;
  expect(read?.acquirer_data).toEqual({ rrn: '420145000226', approval_code: '000000', later: 1 });
  expect(read?.error_detail?.additional_error_details?.reason).toBe('low');
});
